// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/quality/classification.hpp"

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "aborts.hpp"
#include "catch.hpp"
#include "class_samples.hpp"
#include "evaluate.hpp"
#include "perjoule/stats/proportion_interval.hpp"

using namespace perjoule;
using detail::FScoreKind;

namespace {

using Classes = std::vector<int>;

// The example of scikit-learn's documentation.
const Classes example_labels = {0, 1, 2, 0, 1, 2};
const Classes example_outputs = {0, 2, 1, 0, 0, 1};

Quality judged(FScoreKind kind, Average average, const Classes& outputs, const Classes& labels,
               double beta = 1.0) {
  return evaluate(FScore(kind, {.average = average, .beta = beta}), outputs, labels);
}

Quality of_class(int positive, FScoreKind kind, const ClassSample& sample) {
  return evaluate(FScore(kind, {.average = Average::binary, .positive = positive}), sample.outputs,
                  sample.labels);
}

}  // namespace

TEST_CASE("F1 of three classes is what scikit-learn 1.2.1 gives", "[quality][f_score]") {
  const auto f1 = [](Average average) {
    return judged(FScoreKind::f, average, example_outputs, example_labels);
  };
  CHECK(agrees(f1(Average::macro).value.value, 0.26666666666666666));
  CHECK(agrees(f1(Average::micro).value.value, 0.3333333333333333));
  CHECK(agrees(f1(Average::weighted).value.value, 0.26666666666666666));
}

TEST_CASE("precision and recall of three classes are what scikit-learn 1.2.1 gives",
          "[quality][f_score]") {
  // Class 0: 2 of 3 named are right, 2 of 2 found; classes 1 and 2: nothing right.
  const auto value = [](FScoreKind kind, Average average) {
    return judged(kind, average, example_outputs, example_labels).value.value;
  };
  CHECK(agrees(value(FScoreKind::precision, Average::macro), 0.2222222222222222));
  CHECK(agrees(value(FScoreKind::precision, Average::micro), 0.3333333333333333));
  CHECK(agrees(value(FScoreKind::recall, Average::macro), 0.3333333333333333));
  CHECK(agrees(value(FScoreKind::recall, Average::weighted), 0.3333333333333333));
}

TEST_CASE("of one class, beta says how many times as much recall counts", "[quality][f_score]") {
  // Right 2, named 3, actual 4: precision 2/3, recall 1/2.
  const Classes labels = {1, 1, 1, 1, 0, 0};
  const Classes outputs = {1, 1, 0, 0, 1, 0};
  const auto value = [&](FScoreKind kind, double beta = 1.0) {
    return judged(kind, Average::binary, outputs, labels, beta).value.value;
  };
  CHECK(agrees(value(FScoreKind::precision), 2.0 / 3.0));
  CHECK(agrees(value(FScoreKind::recall), 0.5));
  CHECK(agrees(value(FScoreKind::f), 4.0 / 7.0));
  // 5 x 2/3 x 1/2 / (4 x 2/3 + 1/2) = 10/19
  CHECK(agrees(value(FScoreKind::f, 2.0), 10.0 / 19.0));
}

TEST_CASE("F scores of twenty items are what scikit-learn 1.2.1 gives", "[quality][f_score]") {
  // fbeta_score, precision_score and recall_score with zero_division=0. Class 3 is never named and
  // class 4 never a label: both count in macro averages, with 0.
  const ClassSample twenty = twenty_classes();
  const auto value = [&](FScoreKind kind, Average average, double beta = 1.0) {
    return judged(kind, average, twenty.outputs, twenty.labels, beta).value.value;
  };
  CHECK(agrees(value(FScoreKind::f, Average::macro), 0.28653594771241836));
  CHECK(agrees(value(FScoreKind::f, Average::micro), 0.45));
  CHECK(agrees(value(FScoreKind::f, Average::weighted), 0.44640522875816996));
  CHECK(agrees(value(FScoreKind::f, Average::macro, 0.5), 0.2888744588744589));
  CHECK(agrees(value(FScoreKind::f, Average::weighted, 0.5), 0.44632034632034634));
  CHECK(agrees(value(FScoreKind::f, Average::macro, 2.0), 0.28528455284552845));
  CHECK(agrees(value(FScoreKind::f, Average::weighted, 2.0), 0.4480691056910569));
  CHECK(agrees(value(FScoreKind::precision, Average::macro), 0.29111111111111115));
  CHECK(agrees(value(FScoreKind::precision, Average::micro), 0.45));
  CHECK(agrees(value(FScoreKind::precision, Average::weighted), 0.44722222222222224));
  CHECK(agrees(value(FScoreKind::recall, Average::macro), 0.285));
  CHECK(agrees(value(FScoreKind::recall, Average::micro), 0.45));
  CHECK(agrees(value(FScoreKind::recall, Average::weighted), 0.45));
}

TEST_CASE("each class by itself is what scikit-learn 1.2.1 gives", "[quality][f_score]") {
  // precision_score, recall_score and f1_score of y == class, zero_division=0.
  const double expected[][3] = {{0.5555555555555556, 0.625, 0.5882352941176471},
                                {0.5, 0.4, 0.4444444444444445},
                                {0.4, 0.4, 0.4},
                                {0.0, 0.0, 0.0},   // never named: 0/0 is 0
                                {0.0, 0.0, 0.0}};  // never a label: 0/0 is 0
  // f1_score of a model that always predicts the class.
  const double always[] = {0.5714285714285715, 0.4, 0.4, 0.18181818181818182, 0.0};
  for (int positive = 0; positive < 5; ++positive) {
    CAPTURE(positive);
    const auto& row = expected[positive];
    const ClassSample twenty = twenty_classes();
    CHECK(agrees(of_class(positive, FScoreKind::precision, twenty).value.value, row[0]));
    CHECK(agrees(of_class(positive, FScoreKind::recall, twenty).value.value, row[1]));
    const Quality f1 = of_class(positive, FScoreKind::f, twenty);
    CHECK(agrees(f1.value.value, row[2]));
    CHECK(agrees(f1.trivial, always[positive]));
    CHECK(agrees(f1.skill.value, (row[2] - always[positive]) / (1.0 - always[positive])));
  }
}

TEST_CASE("what a constant model gets is what scikit-learn 1.2.1 gives", "[quality][f_score]") {
  // Of class 0 for each of the twenty: the trivial value, whatever the model predicted.
  const double expected[][3] = {{0.14285714285714288, 0.4, 0.2285714285714286},  // f
                                {0.1, 0.4, 0.16},                                // precision
                                {0.25, 0.4, 0.4}};                               // recall
  const ClassSample twenty = twenty_classes();
  const Classes constant(20, 0);
  for (const FScoreKind kind : {FScoreKind::f, FScoreKind::precision, FScoreKind::recall}) {
    for (const Average average : {Average::macro, Average::micro, Average::weighted}) {
      CAPTURE(static_cast<int>(kind), name(average));
      const auto& row = expected[static_cast<int>(kind)];
      const double trivial = average == Average::macro   ? row[0]
                             : average == Average::micro ? row[1]
                                                         : row[2];
      CHECK(agrees(judged(kind, average, twenty.outputs, twenty.labels).trivial, trivial));
      const Quality alone = judged(kind, average, constant, twenty.labels);
      CHECK(agrees(alone.value.value, trivial));
      CHECK(alone.skill.value == 0.0);
      // 20 items are too few for a mean over four classes.
      CHECK(alone.skill_interval.is_known() == (average != Average::macro));
      if (average != Average::macro) CHECK(alone.skill_interval.contains(0.0));
    }
  }
}

TEST_CASE("the interval of macro F1 is the BCa interval of SciPy", "[quality][f_score]") {
  // scipy.stats.bootstrap 1.10.1, method BCa, 200,000 resamples: .55204 to .80545, standard error
  // .065334. 2,000 resamples leave some 4 % of the width to chance.
  const ClassSample sixty = sixty_classes();
  const Quality quality = judged(FScoreKind::f, Average::macro, sixty.outputs, sixty.labels);
  CHECK(agrees(quality.value.value, 0.6835016835016834));  // scikit-learn 1.2.1
  CHECK(quality.value_interval.method == IntervalMethod::bca);
  CHECK(quality.value_interval.level == 0.95);
  CHECK(quality.value_interval.low == Approx(0.55204).margin(0.025));
  CHECK(quality.value_interval.high == Approx(0.80545).margin(0.025));
  CHECK(quality.value.random == Approx(0.065334).epsilon(0.06));
  CHECK(quality.value.common == 0.0);
  CHECK(quality.value.provenance == Provenance::measured);
  // Skill is a linear function of the value, and so are the ends of its interval.
  const double room = 1.0 - quality.trivial;
  CHECK(agrees(quality.skill.value, (quality.value.value - quality.trivial) / room));
  CHECK(agrees(quality.skill.random, quality.value.random / room));
  CHECK(agrees(quality.skill_interval.low, (quality.value_interval.low - quality.trivial) / room));
  CHECK(
      agrees(quality.skill_interval.high, (quality.value_interval.high - quality.trivial) / room));
  CHECK(quality.skill_interval.method == IntervalMethod::bca);
}

TEST_CASE("the interval of an F score is the same whenever it is asked for", "[quality][f_score]") {
  const ClassSample sixty = sixty_classes();
  const FScore kept = seen(FScore(FScoreKind::f, {}), sixty.outputs, sixty.labels);
  const FScore dropped =
      seen(FScore(FScoreKind::f, {.keep = PerItem::drop}), sixty.outputs, sixty.labels);
  const Quality first = kept.result();
  CHECK(kept.result().value_interval.low == first.value_interval.low);
  CHECK(kept.per_item().size() == 120);
  // The interval exists even if the items are not kept for the record.
  CHECK(dropped.per_item().empty());
  CHECK(dropped.items() == 60);
  CHECK(dropped.result().value.value == first.value.value);
  CHECK(dropped.result().value_interval.low == first.value_interval.low);
  CHECK(dropped.result().value_interval.high == first.value_interval.high);
}

TEST_CASE("who always names the most frequent class has no skill in F1", "[quality][f_score]") {
  // 4 of 6 labels are 0: precision 2/3, recall 1, so F1 .8 of that class and 0 of the other.
  const Classes labels = {0, 0, 0, 0, 1, 1};
  const Quality constant = judged(FScoreKind::f, Average::macro, Classes(6, 0), labels);
  CHECK(agrees(constant.value.value, 0.4));
  CHECK(agrees(constant.trivial, 0.4));
  CHECK(constant.skill.value == 0.0);
  const Quality perfect = judged(FScoreKind::f, Average::macro, labels, labels);
  CHECK(perfect.value.value == 1.0);
  CHECK(agrees(perfect.skill.value, 1.0));
  CHECK(mentions(perfect.why_no_interval, "10 items for each"));
  const Classes many = repeated(labels, 4);
  const Interval<double> interval =
      judged(FScoreKind::f, Average::macro, many, many).value_interval;
  CHECK(interval.low < 1.0);
  CHECK(interval.high == 1.0);
}

TEST_CASE("of one class, who always names it has no skill", "[quality][f_score]") {
  // 2 of 6 labels: precision 1/3 and recall 1, F1 .5.
  const Classes labels = {0, 0, 0, 0, 1, 1};
  const Quality always = judged(FScoreKind::f, Average::binary, Classes(6, 1), labels);
  CHECK(agrees(always.value.value, 0.5));
  CHECK(always.skill.value == 0.0);
}

TEST_CASE("F1 without a mistake leaves as much open as an accuracy without one",
          "[quality][f_score]") {
  // Micro F1 is the accuracy, and 10 right ones of 10 leave 0 to .27753 wrong by Wilson, whatever
  // the frequency of the most frequent label.
  const Classes labels = {0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
  const Quality micro = judged(FScoreKind::f, Average::micro, labels, labels);
  CHECK(micro.value.value == 1.0);
  CHECK(micro.value_interval.low == Approx(1.0 - 0.27753).epsilon(1e-5));
  CHECK(micro.value_interval.high == 1.0);
  CHECK(micro.value.random == Approx(0.27753 / 2.0 / 1.959964).epsilon(1e-4));
}

TEST_CASE("F1 of labels of one class alone is not known for sure", "[quality][f_score]") {
  const Classes labels(10, 3);
  for (const Average average : {Average::micro, Average::macro, Average::weighted}) {
    const Quality quality = judged(FScoreKind::f, average, labels, labels);
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
      judged(FScoreKind::recall, Average::binary, Classes(5, 1), Classes{1, 1, 0, 0, 1});
  CHECK(quality.value.value == 1.0);
  CHECK(surrounds_value(quality));
  CHECK_FALSE(quality.skill.is_known());
}

TEST_CASE("the interval of a class's F1 is Wilson's of the items that it is about",
          "[quality][f_score]") {
  // 8 right, 1 missed, 3 added: 8 of 12, Wilson [.39062, .86188], and 2 p/(1 + p) of each end.
  const detail::ClassCount count{8, 11, 9};
  const Interval<double> f1 = detail::f_score_interval(count, FScoreKind::f, 1.0);
  CHECK(f1.low == Approx(2.0 * 0.39062 / 1.39062).epsilon(1e-4));
  CHECK(f1.high == Approx(2.0 * 0.86188 / 1.86188).epsilon(1e-4));
  // At p = 8/12 the scale gives the score itself, for any beta.
  for (const double beta : {0.5, 1.0, 2.0}) {
    const Interval<double> found = detail::f_score_interval(count, FScoreKind::f, beta);
    const double score = detail::f_score_of(count, FScoreKind::f, beta);
    CHECK(found.low < score);
    CHECK(score < found.high);
  }
  // 8 of 11, and 8 of 9.
  CHECK(detail::f_score_interval(count, FScoreKind::precision, 1.0).low ==
        Approx(wilson_interval(8, 11).low).epsilon(1e-6));
  CHECK(detail::f_score_interval(count, FScoreKind::recall, 1.0).high ==
        Approx(wilson_interval(8, 9).high).epsilon(1e-6));
  CHECK(detail::f_score_interval({0, 0, 0}, FScoreKind::f, 1.0).high == 1.0);
}

TEST_CASE("an F score says what it is", "[quality][f_score]") {
  const Quality macro = judged(FScoreKind::f, Average::macro, repeated(example_outputs, 5),
                               repeated(example_labels, 5));
  CHECK(macro.metric == "macro-f1");
  CHECK(macro.signature == "average:macro|zero-division:0|trivial:most-frequent");
  CHECK(macro.higher_is_better);
  CHECK(macro.items == 30);
  CHECK(surrounds_value(macro));
  CHECK(macro.value_interval.method == IntervalMethod::mover);
  const Quality binary = judged(FScoreKind::precision, Average::binary, {1, 0, 1}, {1, 1, 0});
  CHECK(binary.metric == "binary-precision");
  CHECK(binary.signature == "average:binary|positive:1|zero-division:0|trivial:always-positive");
  CHECK(judged(FScoreKind::f, Average::macro, {1, 0}, {1, 1}, 0.5).metric == "macro-f0.5");
  CHECK(macro.perfect == 1.0);
  CHECK(std::string(macro.unit) == "%");
  CHECK(std::string(macro.formula.columns) == "label,output");
  CHECK(std::string(macro.why_no_value).empty());
  CHECK(std::string(macro.why_no_skill).empty());
  CHECK(binary.value_interval.method != IntervalMethod::missing);
  const Quality micro = judged(FScoreKind::recall, Average::micro, example_outputs, example_labels);
  CHECK(micro.metric == "micro-recall");
  CHECK(micro.signature == "average:micro|zero-division:0|trivial:most-frequent");
  const Quality weighted =
      judged(FScoreKind::f, Average::weighted, example_outputs, example_labels, 2.0);
  CHECK(weighted.metric == "weighted-f2");
  CHECK(weighted.signature == "average:weighted|zero-division:0|trivial:most-frequent");
  CHECK(evaluate(FScore(FScoreKind::recall, {.average = Average::binary, .positive = -1}),
                 Classes{-1, 1}, Classes{-1, -1})
            .signature == "average:binary|positive:-1|zero-division:0|trivial:always-positive");
}

TEST_CASE("of a class that no output names precision is 0, and its interval begins there",
          "[quality][f_score]") {
  const ClassSample twenty = twenty_classes();
  const Quality quality = of_class(3, FScoreKind::precision, twenty);
  CHECK(quality.value.value == 0.0);
  CHECK(quality.value_interval.low == 0.0);
  // Like 0 right ones of 20: z^2/(20 + z^2).
  CHECK(quality.value_interval.high == Approx(0.161125).epsilon(1e-5));
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
  CHECK(mentions(complaint([] { (void)FScore(FScoreKind::f, {.beta = 0.0}); }), "beta"));
  CHECK(mentions(complaint([] { (void)FScore(FScoreKind::f, {.beta = not_a_number()}); }), "beta"));
  CHECK(mentions(complaint([] { (void)FScore(FScoreKind::f, {}).result(); }), "no items"));
  CHECK(mentions(complaint([] {
                   (void)judged(FScoreKind::f, Average::binary, {0, 2}, {0, 2});
                 }),
                 "positive class"));
  CHECK(mentions(complaint([] { (void)FScore(FScoreKind::f, {.beta = -1.0}); }), "-1"));
  CHECK(mentions(complaint([] { (void)FScore(FScoreKind::f, {.beta = infinite()}); }), "beta"));
  const auto of_scores = [](std::vector<double> second) {
    const std::vector<std::vector<double>> scores = {{0.1, 0.9}, std::move(second)};
    return complaint([&] { (void)evaluate(FScore(FScoreKind::f, {}), scores, Classes{0, 0}); });
  };
  CHECK(of_scores({0.5, 0.4}).empty());
  CHECK(mentions(of_scores({0.1, not_a_number()}), "not a finite number: item 1, class 1"));
  CHECK(mentions(of_scores({not_a_number(), 0.1}), "not a finite number: item 1, class 0"));
  CHECK(mentions(of_scores({0.1, infinite()}), "not a finite number: item 1, class 1"));
  CHECK(mentions(of_scores({-infinite(), 0.1}), "not a finite number: item 1, class 0"));
  CHECK(mentions(of_scores({}), "no scores: item 1"));
}

TEST_CASE("an F score needs an output for each label", "[quality][f_score]") {
  const Classes none;
  CHECK(mentions(complaint([&] { (void)f_score(none); }), "no items"));
  CHECK(mentions(complaint([&] { (void)precision(none); }), "no items"));
  CHECK(mentions(complaint([&] { (void)recall(none); }), "no items"));
  auto metric = f_score(example_labels);
  for (std::size_t i = 0; i < 5; ++i) metric.add(i, example_outputs[i]);
  CHECK(mentions(complaint([&] { (void)metric.result(); }), "5 outputs for 6 references"));
  const volatile std::size_t out_of_turn = 6;
  CHECK_FALSE(abort_message([&] { metric.add(out_of_turn, 0); }).empty());
}

TEST_CASE("a label without a score has no F score, as it has no accuracy", "[quality][f_score]") {
  // Classes that are counted from 1 would be judged as wrong answers without any message.
  const std::vector<std::vector<double>> scores = {{0.9, 0.1}, {0.2, 0.8}};
  const auto said = [&](int label) {
    return complaint([&] { (void)evaluate(FScore(FScoreKind::f, {}), scores, Classes{0, label}); });
  };
  CHECK(said(1).empty());
  CHECK(said(2) ==
        "perjoule: a label has no score: item 1; return one score for each class, and count "
        "classes from 0");
  CHECK(mentions(said(-1), "a label has no score: item 1"));
}

TEST_CASE("a class that is named once, and rightly, has a precision of 1", "[quality][f_score]") {
  CHECK(detail::f_score_of({1.0, 1.0, 3.0}, detail::FScoreKind::precision, 1.0) == 1.0);
}
