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

using namespace perjoule;
using detail::AgreementKind;

namespace {

using Classes = std::vector<int>;

Quality judged(AgreementKind kind, const Classes& outputs, const Classes& labels) {
  return evaluate(ClassAgreement(kind), outputs, labels);
}

constexpr AgreementKind all_kinds[] = {AgreementKind::balanced_accuracy, AgreementKind::matthews,
                                       AgreementKind::kappa};

// Right 3 of 4 in class 0, 1 of 2 in class 1.
const Classes six_labels = {0, 0, 0, 0, 1, 1};
const Classes six_outputs = {0, 0, 0, 1, 1, 0};

}  // namespace

TEST_CASE("MCC is what scikit-learn 1.2.1 gives", "[quality][agreement]") {
  const Quality quality = judged(AgreementKind::matthews, {1, -1, 1, 1}, {1, 1, 1, -1});
  CHECK(agrees(quality.value.value, -0.3333333333333333));
}

TEST_CASE("MCC, kappa and balanced accuracy of two classes, by hand", "[quality][agreement]") {
  // (3 x 1 - 1 x 1)/sqrt(4 x 2 x 4 x 2) = 2/8
  CHECK(agrees(judged(AgreementKind::matthews, six_outputs, six_labels).value.value, 0.25));
  // Right 4/6, by chance (4 x 4 + 2 x 2)/36 = 5/9: (2/3 - 5/9)/(4/9)
  CHECK(agrees(judged(AgreementKind::kappa, six_outputs, six_labels).value.value, 0.25));
  // (3/4 + 1/2)/2
  CHECK(
      agrees(judged(AgreementKind::balanced_accuracy, six_outputs, six_labels).value.value, 0.625));
}

TEST_CASE("kappa and balanced accuracy of six items are what scikit-learn 1.2.1 gives",
          "[quality][agreement]") {
  // The example of balanced_accuracy_score's documentation; cohen_kappa_score, as it was run.
  CHECK(agrees(
      judged(AgreementKind::balanced_accuracy, {0, 1, 0, 0, 0, 1}, {0, 1, 0, 0, 1, 0}).value.value,
      0.625));
  CHECK(agrees(judged(AgreementKind::kappa, {0, 0, 2, 2, 0, 2}, {2, 0, 2, 2, 0, 1}).value.value,
               0.4285714285714286));
}

TEST_CASE("agreement of twenty items is what scikit-learn 1.2.1 gives", "[quality][agreement]") {
  // One class is never an output, and another never a label.
  const ClassSample twenty = twenty_classes();
  const auto value = [&](AgreementKind kind) {
    return judged(kind, twenty.outputs, twenty.labels).value.value;
  };
  CHECK(agrees(value(AgreementKind::balanced_accuracy), 0.35624999999999996));
  CHECK(agrees(value(AgreementKind::matthews), 0.22664216695807943));
  CHECK(agrees(value(AgreementKind::kappa), 0.22261484098939943));
  // Always class 0, likewise: .25, 0, 0.
  CHECK(agrees(judged(AgreementKind::balanced_accuracy, twenty.outputs, twenty.labels).trivial,
               0.25));
  CHECK(agrees(judged(AgreementKind::matthews, twenty.outputs, twenty.labels).trivial, 0.0));
  CHECK(agrees(judged(AgreementKind::kappa, twenty.outputs, twenty.labels).trivial, 0.0));
}

TEST_CASE("MCC does not ask which side the labels are on", "[quality][agreement]") {
  // Gorodkin's R_K is symmetric, and so is kappa; balanced accuracy is not.
  const ClassSample twenty = twenty_classes();
  for (const AgreementKind kind : {AgreementKind::matthews, AgreementKind::kappa}) {
    CHECK(agrees(judged(kind, twenty.labels, twenty.outputs).value.value,
                 judged(kind, twenty.outputs, twenty.labels).value.value));
  }
}

TEST_CASE("intervals of agreement hold the BCa intervals of SciPy", "[quality][agreement]") {
  // scipy.stats.bootstrap 1.10.1, method BCa, 200,000 resamples, with its standard error. 2,000
  // resamples leave some 4 % of the width to chance. Values: scikit-learn 1.2.1.
  struct Expected {
    AgreementKind kind;
    double value, low, high, u;
  };
  const Expected all[] = {
      {AgreementKind::balanced_accuracy, 0.7183990442054958, 0.56207, 0.82857, 0.066396},
      {AgreementKind::matthews, 0.5400758961588236, 0.35240, 0.70042, 0.088692},
      {AgreementKind::kappa, 0.5283842794759825, 0.34469, 0.69780, 0.090624}};
  const ClassSample sixty = sixty_classes();
  for (const Expected& expected : all) {
    CAPTURE(expected.value);
    const Quality quality = judged(expected.kind, sixty.outputs, sixty.labels);
    CHECK(agrees(quality.value.value, expected.value));
    // That of a mean over classes is widened to hold Wilson's intervals of its classes.
    const bool is_mean = expected.kind == AgreementKind::balanced_accuracy;
    CHECK(quality.value_interval.method == (is_mean ? IntervalMethod::mover : IntervalMethod::bca));
    CHECK(quality.value_interval.low == Approx(expected.low).margin(0.03));
    CHECK(quality.value_interval.high == Approx(expected.high).margin(0.03));
    CHECK(quality.value.random == Approx(expected.u).epsilon(0.06));
    const double room = 1.0 - quality.trivial;
    CHECK(agrees(quality.skill.value, (quality.value.value - quality.trivial) / room));
    CHECK(
        agrees(quality.skill_interval.low, (quality.value_interval.low - quality.trivial) / room));
  }
}

TEST_CASE("a class that no label carries does not count in balanced accuracy",
          "[quality][agreement]") {
  // Class 2 is named and never right: 1/2 of class 0, all of class 1.
  const Quality quality = judged(AgreementKind::balanced_accuracy, {0, 2, 1}, {0, 0, 1});
  CHECK(agrees(quality.value.value, 0.75));
  CHECK(agrees(quality.trivial, 0.5));
}

TEST_CASE("who always names one class has no skill, and MCC 0", "[quality][agreement]") {
  const Classes always(6, 0);
  for (const AgreementKind kind : all_kinds) {
    const Quality quality = judged(kind, always, six_labels);
    CHECK(agrees(quality.value.value, kind == AgreementKind::balanced_accuracy ? 0.5 : 0.0));
    CHECK(quality.skill.value == 0.0);
    CHECK(judged(kind, six_labels, six_labels).skill.value == Approx(1.0).epsilon(1e-12));
  }
}

TEST_CASE("no interval of an agreement reaches below -1", "[quality][agreement]") {
  // All 40 are wrong, so all items agree on -1: nothing is worse.
  Classes labels(40, 0);
  for (std::size_t i = 0; i < 20; ++i) labels[i] = 1;
  Classes wrong(40);
  for (std::size_t i = 0; i < 40; ++i) wrong[i] = 1 - labels[i];
  for (const AgreementKind kind : {AgreementKind::matthews, AgreementKind::kappa}) {
    const Quality quality = judged(kind, wrong, labels);
    CHECK(agrees(quality.value.value, -1.0));
    CHECK(quality.value_interval.low == -1.0);
    CHECK(quality.value_interval.high > -1.0);
    CHECK(quality.skill_interval.low == -1.0);
    CHECK(agrees(quality.skill.value, -1.0));
  }
}

TEST_CASE("measures of agreement say what they are", "[quality][agreement]") {
  const Quality mcc = judged(AgreementKind::matthews, six_outputs, six_labels);
  CHECK(mcc.metric == "mcc");
  CHECK(mcc.higher_is_better);
  CHECK(mcc.perfect == 1.0);
  CHECK(mcc.trivial == 0.0);
  CHECK(surrounds_value(mcc));
  CHECK(mcc.value_interval.method == IntervalMethod::bca);
  CHECK(judged(AgreementKind::kappa, six_outputs, six_labels).metric == "kappa");
  CHECK(judged(AgreementKind::balanced_accuracy, six_outputs, six_labels).metric ==
        "balanced-accuracy");
  for (const AgreementKind kind : all_kinds) {
    const Quality quality = judged(kind, six_outputs, six_labels);
    CHECK(quality.signature == "classes:seen|trivial:most-frequent");
    // A correlation is not a share that could be printed as per cent.
    CHECK(std::string(quality.unit) == (kind == AgreementKind::balanced_accuracy ? "%" : ""));
    CHECK(std::string(quality.formula.columns) == "label,output");
    CHECK(quality.higher_is_better);
    CHECK(quality.perfect == 1.0);
    CHECK(quality.items == 6);
    CHECK(quality.value.provenance == Provenance::measured);
  }
}

TEST_CASE("without a mistake there is an interval of agreement all the same",
          "[quality][agreement]") {
  // Of 10 right ones of 10 Wilson leaves .27753 open.
  const Classes labels = {0, 1, 0, 1, 2, 0, 1, 0, 1, 2};
  for (const AgreementKind kind : all_kinds) {
    const Quality quality = judged(kind, labels, labels);
    CHECK(agrees(quality.value.value, 1.0));
    if (kind == AgreementKind::balanced_accuracy) {
      // 30 items would be needed of three classes.
      CHECK_FALSE(quality.value_interval.is_known());
      CHECK(mentions(quality.why_no_interval, "10 items for each"));
      CHECK(quality.why_no_value.empty());
      continue;
    }
    CHECK(quality.value_interval.method == IntervalMethod::wilson);
    CHECK(quality.value_interval.low == Approx(1.0 - 0.27753).epsilon(1e-5));
    CHECK(quality.value_interval.high == 1.0);
    CHECK(quality.value.random > 0.0);
  }
}

TEST_CASE("a mean of recalls holds Wilson's intervals of its classes", "[quality][agreement]") {
  // 19 of 20 and 2 of 3 right. Wilson: [.76387, .99111] and [.20766, .93851]; MOVER of their mean:
  // .808333 - sqrt(.18613^2 + .45901^2)/2 and + sqrt(.04111^2 + .27184^2)/2.
  const std::vector<detail::ClassCount> two = {{19, 20, 20}, {2, 3, 3}};
  const Interval<double> found = detail::mean_recall_interval(two);
  CHECK(found.low == Approx(0.560680).epsilon(1e-4));
  CHECK(found.high == Approx(0.945799).epsilon(1e-4));
  // What is an output and never a label may have any recall.
  const std::vector<detail::ClassCount> output_alone = {{19, 19, 20}, {0, 1, 0}};
  CHECK_FALSE(detail::mean_recall_interval(output_alone).is_known());
}

TEST_CASE("MCC of labels or outputs of one class is 0, as scikit-learn 1.2.1 gives",
          "[quality][agreement]") {
  CHECK(judged(AgreementKind::matthews, {1, 1, 1}, {1, 1, 1}).value.value == 0.0);
  CHECK(judged(AgreementKind::matthews, {1, 1, 1}, {0, 1, 1}).value.value == 0.0);
  CHECK(judged(AgreementKind::matthews, {0, 0, 0}, {1, 1, 1}).value.value == 0.0);
}

TEST_CASE("kappa of labels and outputs that are all alike is missing", "[quality][agreement]") {
  const Quality quality = judged(AgreementKind::kappa, {1, 1, 1}, {1, 1, 1});
  CHECK_FALSE(quality.value.is_known());
  CHECK_FALSE(quality.value_interval.is_known());
  CHECK(std::string(quality.why_no_value) == "these items have none: see the metric's definition");
  CHECK_FALSE(quality.skill.is_known());
  CHECK_FALSE(std::string(quality.why_no_skill).empty());
}

TEST_CASE("kappa of items that hardly ever differ is missing, and says that items are too few",
          "[quality][agreement]") {
  // Half of the draws of two items hold one of them twice: all of one class then, which has none.
  const Quality quality = judged(AgreementKind::kappa, {0, 1}, {0, 1});
  CHECK_FALSE(quality.value.is_known());
  CHECK(mentions(quality.why_no_value, "too few items"));
  CHECK(mentions(quality.why_no_skill, "no value"));
}

TEST_CASE("measures of agreement take their labels from the caller", "[quality][agreement]") {
  auto balanced = balanced_accuracy(six_labels, PerItem::drop);
  auto mcc = matthews_correlation(six_labels);
  auto kappa = cohen_kappa(six_labels);
  for (std::size_t i = 0; i < six_labels.size(); ++i) {
    balanced.add(i, six_outputs[i]);
    mcc.add(i, six_outputs[i]);
    kappa.add(i, six_outputs[i]);
  }
  CHECK(agrees(balanced.result().value.value, 0.625));
  CHECK(agrees(mcc.result().value.value, 0.25));
  CHECK(agrees(kappa.result().value.value, 0.25));
  CHECK(balanced.per_item().empty());
  CHECK(mcc.per_item().size() == 12);
  CHECK(
      mentions(complaint([] { (void)ClassAgreement(AgreementKind::kappa).result(); }), "no items"));
}

TEST_CASE("what is dropped of each item changes no agreement", "[quality][agreement]") {
  const ClassSample sixty = sixty_classes();
  for (const AgreementKind kind : all_kinds) {
    const ClassAgreement dropped =
        seen(ClassAgreement(kind, PerItem::drop), sixty.outputs, sixty.labels);
    const Quality kept = judged(kind, sixty.outputs, sixty.labels);
    CHECK(dropped.per_item().empty());
    CHECK(dropped.items() == 60);
    CHECK(dropped.result().value.value == kept.value.value);
    CHECK(dropped.result().value_interval.low == kept.value_interval.low);
  }
}

TEST_CASE("agreement needs an output for each label, and scores that are numbers",
          "[quality][agreement]") {
  const Classes none;
  CHECK(mentions(complaint([&] { (void)balanced_accuracy(none); }), "no items"));
  CHECK(mentions(complaint([&] { (void)matthews_correlation(none); }), "no items"));
  CHECK(mentions(complaint([&] { (void)cohen_kappa(none); }), "no items"));
  auto metric = cohen_kappa(six_labels);
  metric.add(0, 0);
  CHECK(mentions(complaint([&] { (void)metric.result(); }), "1 outputs for 6 references"));
  const volatile std::size_t out_of_turn = 5;
  CHECK_FALSE(abort_message([&] { metric.add(out_of_turn, 0); }).empty());
  for (const AgreementKind kind : all_kinds) {
    const auto of_scores = [kind](std::vector<double> scores, int label = 0) {
      const std::vector<std::vector<double>> outputs = {std::move(scores)};
      return complaint([&] { (void)evaluate(ClassAgreement(kind), outputs, Classes{label}); });
    };
    CHECK(mentions(of_scores({0.1, not_a_number()}), "not a finite number: item 0, class 1"));
    CHECK(mentions(of_scores({infinite(), 0.1}), "not a finite number: item 0, class 0"));
    CHECK(mentions(of_scores({}), "no scores"));
    CHECK(mentions(of_scores({0.1, 0.9}, 2), "a label has no score"));
    CHECK(mentions(of_scores({0.1, 0.9}, -1), "a label has no score"));
  }
}
