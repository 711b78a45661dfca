// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/quality/agreement.hpp"

#include <vector>

#include "catch.hpp"
#include "judge.hpp"

using namespace perjoule;
using detail::AgreementKind;

namespace {

using Classes = std::vector<int>;

Quality judged(AgreementKind kind, const Classes& outputs, const Classes& labels) {
  return judge(ClassAgreement(kind), outputs, labels);
}

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

TEST_CASE("a class that no label carries does not count in balanced accuracy",
          "[quality][agreement]") {
  // Class 2 is named and never right: 1/2 of class 0, all of class 1.
  const Quality quality = judged(AgreementKind::balanced_accuracy, {0, 2, 1}, {0, 0, 1});
  CHECK(agrees(quality.value.value, 0.75));
  CHECK(agrees(quality.trivial, 0.5));
}

TEST_CASE("who always names one class has no skill, and MCC 0", "[quality][agreement]") {
  const Classes always(6, 0);
  for (const AgreementKind kind :
       {AgreementKind::balanced_accuracy, AgreementKind::matthews, AgreementKind::kappa}) {
    const Quality quality = judged(kind, always, six_labels);
    CHECK(agrees(quality.value.value, kind == AgreementKind::balanced_accuracy ? 0.5 : 0.0));
    CHECK(quality.skill.value == 0.0);
    CHECK(judged(kind, six_labels, six_labels).skill.value == Approx(1.0).epsilon(1e-12));
  }
}

TEST_CASE("no interval of an agreement reaches below -1", "[quality][agreement]") {
  // All 40 are wrong, so that the items agree on -1: there is nothing worse.
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
  CHECK(judged(AgreementKind::kappa, six_outputs, six_labels).metric == "kappa");
  CHECK(judged(AgreementKind::balanced_accuracy, six_outputs, six_labels).metric ==
        "balanced-accuracy");
}

TEST_CASE("kappa of labels and outputs that are all alike is missing", "[quality][agreement]") {
  const Quality quality = judged(AgreementKind::kappa, {1, 1, 1}, {1, 1, 1});
  CHECK_FALSE(quality.value.is_known());
  CHECK_FALSE(std::string(quality.why_no_value).empty());
  CHECK_FALSE(quality.skill.is_known());
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
