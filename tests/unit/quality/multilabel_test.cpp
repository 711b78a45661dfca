// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/quality/multilabel.hpp"

#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

#include "catch.hpp"
#include "evaluate.hpp"
#include "perjoule/quality/quality_result.hpp"

using namespace perjoule;

namespace {

using Flags = std::vector<std::vector<int>>;

const LabelAverage every_average[] = {LabelAverage::micro, LabelAverage::macro,
                                      LabelAverage::samples};

Quality judged(LabelAverage average, const Flags& outputs, const Flags& references) {
  return evaluate(MultiLabelF1({.average = average}), outputs, references);
}

// Labels 0, 1 and 2 are right 1, 1 and 1 time, named 1, 2 and 2 times, and there 1, 2 and 1 time.
const Flags references = {{1, 1, 0}, {0, 1, 0}, {0, 0, 1}};
const Flags outputs = {{1, 0, 0}, {0, 1, 1}, {0, 1, 1}};

}  // namespace

TEST_CASE("F1 of several labels is averaged in three ways", "[quality][multilabel]") {
  CHECK(agrees(judged(LabelAverage::micro, outputs, references).value.value, 6.0 / 9.0));
  CHECK(agrees(detail::macro_f1(std::vector<double>{1, 1, 1, 1, 2, 2, 1, 2, 1}, 3),
               (1.0 + 0.5 + 2.0 / 3.0) / 3.0));
  CHECK(agrees(judged(LabelAverage::macro, outputs, references).value.value,
               (1.0 + 0.5 + 2.0 / 3.0) / 3.0));
  CHECK(agrees(judged(LabelAverage::samples, outputs, references).value.value, 2.0 / 3.0));
}

TEST_CASE("the trivial predictor gives all items the labels that score best",
          "[quality][multilabel]") {
  // Micro: 2 of 3 named and 4 there, 3 of 6, 4 of 9: 4/7, 6/10 and 8/13.
  CHECK(agrees(judged(LabelAverage::micro, outputs, references).trivial, 8.0 / 13.0));
  // Macro: each label by itself, 2/(1 + 3), 4/(2 + 3) and 2/(1 + 3).
  CHECK(agrees(judged(LabelAverage::macro, outputs, references).trivial, 0.6));
  // Items: label 1 alone (2/3 + 1 + 0)/3, with label 0 (1 + 2/3 + 0)/3, all (4/5 + 1/2 + 1/2)/3.
  CHECK(agrees(judged(LabelAverage::samples, outputs, references).trivial, 0.6));
  // Where one label is frequent, naming it alone is better than naming all.
  const Flags frequent = {{1, 0, 0, 0}, {1, 0, 0, 0}, {1, 1, 0, 0}, {1, 0, 0, 0}};
  CHECK(agrees(judged(LabelAverage::micro, frequent, frequent).trivial, 8.0 / 9.0));
  CHECK(agrees(judged(LabelAverage::samples, frequent, frequent).trivial, (3.0 + 2.0 / 3.0) / 4.0));
}

TEST_CASE("who gives all items the same labels has no skill", "[quality][multilabel]") {
  const Flags all(3, {1, 1, 1});
  for (const LabelAverage average : every_average) {
    CHECK(std::fabs(judged(average, all, references).skill.value) < 1e-12);
    CHECK(agrees(judged(average, references, references).skill.value, 1.0));
  }
}

TEST_CASE("items without labels and labels without items count 0 or not at all",
          "[quality][multilabel]") {
  // The last label is never there and never named; the last item has none and is given none.
  const Flags wanted = {{1, 0, 0}, {0, 1, 0}, {1, 0, 0}, {0, 0, 0}};
  CHECK(judged(LabelAverage::macro, wanted, wanted).value.value == 1.0);
  CHECK(judged(LabelAverage::micro, wanted, wanted).value.value == 1.0);
  const Quality samples = judged(LabelAverage::samples, wanted, wanted);
  CHECK(agrees(samples.value.value, 0.75));
  CHECK(agrees(samples.perfect, 0.75));
  CHECK(agrees(samples.skill.value, 1.0));
  const Flags none(4, {0, 0});
  for (const LabelAverage average : every_average) {
    const Quality quality = judged(average, none, none);
    CHECK(quality.perfect == 0.0);
    CHECK_FALSE(quality.skill.is_known());
  }
}

TEST_CASE("a label is named from the threshold on", "[quality][multilabel]") {
  const std::vector<std::vector<float>> scores = {{0.5F, 0.49F}, {0.1F, 0.9F}, {0.2F, 0.3F}};
  const Flags wanted = {{1, 0}, {0, 1}, {0, 1}};
  auto metric = multilabel_f1(wanted, {.average = LabelAverage::micro, .keep = PerItem::keep});
  auto lower = multilabel_f1(wanted, {.average = LabelAverage::micro, .threshold = 0.25});
  for (std::size_t i = 0; i < 3; ++i) {
    metric.add(i, scores[i]);
    lower.add(i, scores[i]);
  }
  CHECK(agrees(metric.result().value.value, 4.0 / 5.0));
  CHECK(agrees(lower.result().value.value, 6.0 / 7.0));
}

TEST_CASE("multi-label F1 says what it is", "[quality][multilabel]") {
  const Quality micro = judged(LabelAverage::micro, outputs, references);
  CHECK(micro.metric == "multilabel-micro-f1");
  CHECK(micro.signature == "average:micro|zero-division:0|trivial:same-labels");
  CHECK(micro.formula.columns == "right,named,actual");
  const Quality macro = judged(LabelAverage::macro, outputs, references);
  CHECK(macro.metric == "multilabel-macro-f1");
  const Flags more = {{1, 0}, {1, 1}, {0, 1}, {1, 0}};
  const Flags fewer = {{1, 0}, {1, 0}, {0, 1}, {1, 1}};
  CHECK(judged(LabelAverage::samples, fewer, more).value_interval.method == IntervalMethod::wilson);
  CHECK(judged(LabelAverage::macro, fewer, more).value_interval.method == IntervalMethod::bca);
  CHECK(surrounds_value(judged(LabelAverage::macro, fewer, more)));
  MultiLabelF1 metric({.average = LabelAverage::macro, .keep = PerItem::drop});
  metric.add(std::vector<int>{1, 0}, std::vector<int>{1, 1});
  CHECK(metric.per_item().empty());
}

TEST_CASE("two models' labels are compared item by item", "[quality][multilabel][paired]") {
  Flags wanted;
  Flags good;
  Flags worse;
  for (int i = 0; i < 80; ++i) {
    wanted.push_back({i % 2, i / 2 % 2});
    good.push_back({i % 10 == 0 ? 1 - i % 2 : i % 2, i / 2 % 2});
    worse.push_back({i % 3 == 0 ? 1 - i % 2 : i % 2, i / 2 % 2});
  }
  for (const LabelAverage average : every_average) {
    const MultiLabelF1 of_good = seen(MultiLabelF1({.average = average}), good, wanted);
    const MultiLabelF1 of_worse = seen(MultiLabelF1({.average = average}), worse, wanted);
    Quality a = of_good.result();
    Quality b = of_worse.result();
    a.columns = b.columns = of_good.per_item().size() / 80;
    const IntervalEstimate<double> found =
        paired_difference(a, of_good.per_item(), b, of_worse.per_item());
    CHECK(agrees(found.estimate.value, a.value.value - b.value.value));
    CHECK(found.interval.low > 0.0);
  }
}

TEST_CASE("what is no list of labels is an error", "[quality][multilabel]") {
  const auto complaint_of = [](const auto& output, const std::vector<int>& reference) {
    return complaint([&] {
      MultiLabelF1 metric;
      metric.add(std::vector<int>{1, 0}, std::vector<int>{1, 1});
      metric.add(output, reference);
    });
  };
  using Few = std::vector<int>;
  CHECK(mentions(complaint_of(Few{1, 2}, {1, 0}), "the output of item 1, label 1"));
  CHECK(mentions(complaint_of(Few{1, 0}, {-1, 0}), "the reference of item 1, label 0"));
  CHECK(mentions(complaint_of(Few{1}, {1, 0}), "different numbers of labels"));
  CHECK(mentions(complaint_of(Few{1, 0, 0}, {1, 0, 0}), "different numbers of labels"));
  CHECK(mentions(complaint_of(std::vector<double>{.1, not_a_number()}, {1, 0}),
                 "a score is not a finite number"));
  CHECK(mentions(complaint([] { (void)MultiLabelF1({.threshold = infinite()}); }), "threshold"));
  CHECK(mentions(complaint([] { (void)MultiLabelF1().result(); }), "no items"));
}
