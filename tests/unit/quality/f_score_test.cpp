// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/quality/f_score.hpp"

#include <string>
#include <vector>

#include "catch.hpp"
#include "judge.hpp"

using namespace perjoule;
using detail::FKind;

namespace {

using Classes = std::vector<int>;

// The example of scikit-learn's documentation.
const Classes example_labels = {0, 1, 2, 0, 1, 2};
const Classes example_outputs = {0, 2, 1, 0, 0, 1};

Quality judged(FKind kind, Average average, const Classes& outputs, const Classes& labels,
               double beta = 1.0) {
  return judge(FScore(kind, {.average = average, .beta = beta}), outputs, labels);
}

}  // namespace

TEST_CASE("F1 of three classes is what scikit-learn 1.2.1 gives", "[quality][f_score]") {
  const auto f1 = [](Average average) {
    return judged(FKind::f, average, example_outputs, example_labels);
  };
  CHECK(agrees(f1(Average::macro).value.value, 0.26666666666666666));
  CHECK(agrees(f1(Average::micro).value.value, 0.3333333333333333));
  CHECK(agrees(f1(Average::weighted).value.value, 0.26666666666666666));
}

TEST_CASE("precision and recall of three classes are what scikit-learn 1.2.1 gives",
          "[quality][f_score]") {
  // Class 0: 2 of 3 named are right, 2 of 2 found; classes 1 and 2: nothing right.
  const auto value = [](FKind kind, Average average) {
    return judged(kind, average, example_outputs, example_labels).value.value;
  };
  CHECK(agrees(value(FKind::precision, Average::macro), 0.2222222222222222));
  CHECK(agrees(value(FKind::precision, Average::micro), 0.3333333333333333));
  CHECK(agrees(value(FKind::recall, Average::macro), 0.3333333333333333));
  CHECK(agrees(value(FKind::recall, Average::weighted), 0.3333333333333333));
}

TEST_CASE("of one class, beta says how many times as much recall counts", "[quality][f_score]") {
  // Right 2, named 3, actual 4: precision 2/3, recall 1/2.
  const Classes labels = {1, 1, 1, 1, 0, 0};
  const Classes outputs = {1, 1, 0, 0, 1, 0};
  const auto value = [&](FKind kind, double beta = 1.0) {
    return judged(kind, Average::binary, outputs, labels, beta).value.value;
  };
  CHECK(agrees(value(FKind::precision), 2.0 / 3.0));
  CHECK(agrees(value(FKind::recall), 0.5));
  CHECK(agrees(value(FKind::f), 4.0 / 7.0));
  // 5 x 2/3 x 1/2 / (4 x 2/3 + 1/2) = 10/19
  CHECK(agrees(value(FKind::f, 2.0), 10.0 / 19.0));
}

TEST_CASE("who always names the most frequent class has no skill in F1", "[quality][f_score]") {
  // 4 of 6 labels are 0: precision 2/3, recall 1, so F1 .8 of that class and 0 of the other.
  const Classes labels = {0, 0, 0, 0, 1, 1};
  const Quality constant = judged(FKind::f, Average::macro, Classes(6, 0), labels);
  CHECK(agrees(constant.value.value, 0.4));
  CHECK(agrees(constant.trivial, 0.4));
  CHECK(constant.skill.value == 0.0);
  const Quality perfect = judged(FKind::f, Average::macro, labels, labels);
  CHECK(perfect.value.value == 1.0);
  CHECK(agrees(perfect.skill.value, 1.0));
  CHECK(perfect.value_interval.low < 1.0);
  CHECK(perfect.value_interval.high == 1.0);
}

TEST_CASE("of one class, who always names it has no skill", "[quality][f_score]") {
  // 2 of 6 labels: precision 1/3 and recall 1, F1 .5.
  const Classes labels = {0, 0, 0, 0, 1, 1};
  const Quality always = judged(FKind::f, Average::binary, Classes(6, 1), labels);
  CHECK(agrees(always.value.value, 0.5));
  CHECK(always.skill.value == 0.0);
}

TEST_CASE("F1 without a mistake leaves as much open as an accuracy without one",
          "[quality][f_score]") {
  // Micro F1 is the accuracy, and 10 right ones of 10 leave 0 to .27753 wrong by Wilson, however
  // frequent the most frequent label is.
  const Classes labels = {0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
  const Quality micro = judged(FKind::f, Average::micro, labels, labels);
  CHECK(micro.value.value == 1.0);
  CHECK(micro.value_interval.low == Approx(1.0 - 0.27753).epsilon(1e-5));
  CHECK(micro.value_interval.high == 1.0);
  CHECK(micro.value.random == Approx(0.27753 / 2.0 / 1.959964).epsilon(1e-4));
}

TEST_CASE("F1 of labels of one class alone is not known for sure", "[quality][f_score]") {
  const Classes labels(10, 3);
  for (const Average average : {Average::micro, Average::macro, Average::weighted}) {
    const Quality quality = judged(FKind::f, average, labels, labels);
    CHECK(quality.value.value == 1.0);
    CHECK(quality.value_interval.low == Approx(1.0 - 0.27753).epsilon(1e-5));
    CHECK(quality.value.random > 0.0);
    CHECK_FALSE(quality.skill.is_known());
    CHECK(mentions(quality.why_no_skill, "nothing to be skilled at"));
  }
}

TEST_CASE("recall of who always names the positive class is 1, known no better than its items",
          "[quality][f_score]") {
  // A draw without a positive item has recall 0: few draws are off 1, and quantiles see none.
  const Quality quality =
      judged(FKind::recall, Average::binary, Classes(5, 1), Classes{1, 1, 0, 0, 1});
  CHECK(quality.value.value == 1.0);
  CHECK(surrounds_value(quality));
  CHECK_FALSE(quality.skill.is_known());
}

TEST_CASE("an F score says what it is", "[quality][f_score]") {
  const Quality macro = judged(FKind::f, Average::macro, example_outputs, example_labels);
  CHECK(macro.metric == "macro-f1");
  CHECK(macro.signature == "average:macro|zero-division:0|trivial:most-frequent");
  CHECK(macro.higher_is_better);
  CHECK(macro.items == 6);
  CHECK(surrounds_value(macro));
  CHECK(macro.value_interval.method == IntervalMethod::bca);
  const Quality binary = judged(FKind::precision, Average::binary, {1, 0, 1}, {1, 1, 0});
  CHECK(binary.metric == "binary-precision");
  CHECK(binary.signature == "average:binary|positive:1|zero-division:0|trivial:always-positive");
  CHECK(judged(FKind::f, Average::macro, {1, 0}, {1, 1}, 0.5).metric == "macro-f0.5");
}

TEST_CASE("an F score takes its labels from the caller", "[quality][f_score]") {
  auto metric = f_score(example_labels, {.average = Average::micro, .keep = PerItem::drop});
  auto of_precision = precision(example_labels);
  auto of_recall = recall(example_labels);
  for (std::size_t i = 0; i < example_labels.size(); ++i) {
    metric.add(i, example_outputs[i]);
    of_precision.add(i, example_outputs[i]);
    of_recall.add(i, example_outputs[i]);
  }
  CHECK(agrees(metric.result().value.value, 1.0 / 3.0));
  CHECK(agrees(of_precision.result().value.value, 2.0 / 9.0));
  CHECK(agrees(of_recall.result().value.value, 1.0 / 3.0));
  CHECK(metric.per_item().empty());
  CHECK(of_precision.per_item().size() == 12);
}

TEST_CASE("what leaves no F score is an error", "[quality][f_score]") {
  CHECK(mentions(complaint([] { (void)FScore(FKind::f, {.beta = 0.0}); }), "beta"));
  CHECK(mentions(complaint([] { (void)FScore(FKind::f, {.beta = not_a_number()}); }), "beta"));
  CHECK(mentions(complaint([] { (void)FScore(FKind::f, {}).result(); }), "no items"));
  CHECK(mentions(complaint([] {
                   (void)judged(FKind::f, Average::binary, {0, 2}, {0, 2});
                 }),
                 "positive class"));
  const std::vector<std::vector<double>> scores = {{0.1, not_a_number()}};
  CHECK(mentions(complaint([&] { (void)judge(FScore(FKind::f, {}), scores, Classes{0}); }),
                 "not a finite number"));
}

TEST_CASE("a label without a score has no F score, as it has no accuracy", "[quality][f_score]") {
  // Classes that are counted from 1 would come out as wrong answers, all but silently.
  const std::vector<std::vector<double>> scores = {{0.9, 0.1}, {0.2, 0.8}};
  const auto said = [&](int label) {
    return complaint([&] { (void)judge(FScore(FKind::f, {}), scores, Classes{0, label}); });
  };
  CHECK(said(1).empty());
  CHECK(said(2) ==
        "perjoule: a label has no score: item 1; return one score for each class, and count "
        "classes from 0");
  CHECK(mentions(said(-1), "a label has no score: item 1"));
}
