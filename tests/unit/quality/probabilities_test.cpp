// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/quality/probabilities.hpp"

#include <cmath>
#include <vector>

#include "catch.hpp"
#include "judge.hpp"

using namespace perjoule;
using detail::ProbabilityKind;

namespace {

using Classes = std::vector<int>;
using Rows = std::vector<std::vector<double>>;

template <class Outputs>
Quality judged(ProbabilityKind kind, const Outputs& outputs, const Classes& labels) {
  return judge(ProbabilityLoss(kind), outputs, labels);
}

const Classes four_labels = {0, 1, 1, 0};
const std::vector<double> four_probabilities = {0.1, 0.9, 0.8, 0.3};

}  // namespace

TEST_CASE("log loss of the example of scikit-learn 1.2.1's documentation", "[quality][log_loss]") {
  // ["spam", "ham", "ham", "spam"] with classes in their order: ham 0, spam 1.
  const Rows outputs = {{0.1, 0.9}, {0.9, 0.1}, {0.8, 0.2}, {0.35, 0.65}};
  const Quality quality = judged(ProbabilityKind::log_loss, outputs, {1, 0, 0, 1});
  // -(2 ln .9 + ln .8 + ln .65)/4; documented as 0.21616...
  CHECK(agrees(quality.value.value, -(2.0 * std::log(0.9) + std::log(0.8) + std::log(0.65)) / 4.0));
  CHECK(quality.value.value == Approx(0.21616).margin(5e-6));
}

TEST_CASE("Brier score of the example of scikit-learn 1.2.1's documentation", "[quality][brier]") {
  // (.01 + .01 + .04 + .09)/4 = .0375, as documented.
  CHECK(
      agrees(judged(ProbabilityKind::brier, four_probabilities, four_labels).value.value, 0.0375));
}

TEST_CASE("Brier score over all classes is twice that of one of two", "[quality][brier]") {
  Rows both;
  for (const double p : four_probabilities) both.push_back({1.0 - p, p});
  const Quality quality = judged(ProbabilityKind::brier, both, four_labels);
  CHECK(agrees(quality.value.value, 0.075));
  CHECK(agrees(quality.trivial, 0.5));
  CHECK(agrees(judged(ProbabilityKind::brier, four_probabilities, four_labels).trivial, 0.25));
}

TEST_CASE("who gives each class its share of the labels has no skill",
          "[quality][log_loss][brier]") {
  const Rows shares(8, {0.5, 0.25, 0.25});
  const Classes labels = {0, 0, 0, 0, 1, 1, 2, 2};
  // The entropy of 1/2, 1/4, 1/4 is 1.5 bits.
  const Quality log = judged(ProbabilityKind::log_loss, shares, labels);
  CHECK(agrees(log.value.value, 1.5 * std::log(2.0)));
  CHECK(agrees(log.trivial, 1.5 * std::log(2.0)));
  CHECK(std::fabs(log.skill.value) < 1e-12);
  // 1 - (1/4 + 1/16 + 1/16)
  const Quality brier = judged(ProbabilityKind::brier, shares, labels);
  CHECK(agrees(brier.trivial, 0.625));
  CHECK(std::fabs(brier.skill.value) < 1e-12);
}

TEST_CASE("who is sure and right is perfect, with room for an error not yet seen",
          "[quality][log_loss][brier]") {
  const Rows sure = {{1, 0}, {0, 1}, {0, 1}, {1, 0}};
  const Quality brier = judged(ProbabilityKind::brier, sure, four_labels);
  CHECK(brier.value.value == 0.0);
  CHECK(brier.skill.value == 1.0);
  CHECK(brier.value_interval.low == 0.0);
  CHECK(brier.value_interval.high > 0.0);
}

TEST_CASE("what a model calls impossible costs 36 nats", "[quality][log_loss]") {
  // -ln 2^-52 = 52 ln 2, and next to nothing for the other.
  const Quality quality = judged(ProbabilityKind::log_loss, Rows{{0, 1}, {0, 1}}, {0, 1});
  CHECK(agrees(quality.value.value, 26.0 * std::log(2.0)));
}

TEST_CASE("the interval is Student's of the mean over items", "[quality][brier]") {
  // Squares .01, .01, .04, .09: mean .0375, s = .0377492, t(.975, 3) = 3.182446: +- .0600673,
  // and no Brier score is below 0.
  const Quality quality = judged(ProbabilityKind::brier, four_probabilities, four_labels);
  CHECK(quality.value_interval.method == IntervalMethod::student_t);
  CHECK(quality.value_interval.low == 0.0);
  CHECK(quality.value_interval.high == Approx(0.0975673).epsilon(1e-5));
}

TEST_CASE("losses of probabilities say what they are", "[quality][log_loss][brier]") {
  const Quality log =
      judged(ProbabilityKind::log_loss, Rows{{0.6, 0.4}, {0.2, 0.8}}, Classes{0, 1});
  CHECK(log.metric == "log-loss");
  CHECK(log.signature == "clip:2.2e-16|trivial:label-shares");
  CHECK(std::string(log.unit) == "nat");
  CHECK_FALSE(log.higher_is_better);
  const Quality one = judged(ProbabilityKind::brier, four_probabilities, four_labels);
  CHECK(one.metric == "brier");
  CHECK(one.signature == "classes:one|trivial:label-shares");
  CHECK(judged(ProbabilityKind::brier, Rows{{0.6, 0.4}, {0.2, 0.8}}, Classes{0, 1}).signature ==
        "classes:all|trivial:label-shares");
}

TEST_CASE("losses take their labels from the caller", "[quality][log_loss][brier]") {
  auto log = log_loss(four_labels, PerItem::drop);
  auto brier = brier_score(four_labels);
  for (std::size_t i = 0; i < 4; ++i) {
    log.add(i, four_probabilities[i]);
    brier.add(i, static_cast<float>(four_probabilities[i]));
  }
  CHECK(agrees(log.result().value.value,
               -(2.0 * std::log(0.9) + std::log(0.8) + std::log(0.7)) / 4.0));
  CHECK(brier.result().value.value == Approx(0.0375).epsilon(1e-6));
  CHECK(log.per_item().empty());
  CHECK(brier.per_item().size() == 4);
}

TEST_CASE("labels of one class leave nothing to be skilled at", "[quality][log_loss]") {
  const Quality quality = judged(ProbabilityKind::log_loss, Rows{{0.6, 0.4}, {0.7, 0.3}}, {0, 0});
  CHECK(quality.value.is_known());
  CHECK_FALSE(quality.skill.is_known());
  CHECK(mentions(quality.why_no_skill, "one class"));
}

TEST_CASE("losses that are all alike are not known for sure", "[quality][log_loss][brier]") {
  // Labels of one class have no entropy, so that there is no scale to tell a scatter by.
  for (const ProbabilityKind kind : {ProbabilityKind::log_loss, ProbabilityKind::brier}) {
    for (const std::size_t n : {1U, 3U}) {
      const Quality quality = judged(kind, Rows(n, {0.6, 0.4}), Classes(n, 0));
      CHECK_FALSE(quality.value.is_known());
      CHECK(mentions(quality.why_no_value, "too few items"));
      CHECK(mentions(quality.why_no_skill, "one class"));
    }
  }
  // Of two classes it is their Brier score, .25, of which two right ones of two leave
  // 1 - 2/(2 + 1.959964^2) = .657620.
  const Quality quality =
      judged(ProbabilityKind::brier, std::vector<double>{0.6, 0.4}, Classes{1, 0});
  CHECK(agrees(quality.value.value, 0.16));
  CHECK(quality.value_interval.low == 0.0);
  CHECK(quality.value_interval.high == Approx(0.16 + 0.25 * 0.657620).epsilon(1e-5));
}

TEST_CASE("what is no probability is an error", "[quality][log_loss][brier]") {
  const auto of_one = [](double p, int label = 1) {
    return complaint(
        [&] { (void)judged(ProbabilityKind::brier, std::vector<double>{p}, Classes{label}); });
  };
  CHECK(mentions(of_one(1.5), "not between 0 and 1"));
  CHECK(mentions(of_one(-0.1), "not between 0 and 1"));
  CHECK(mentions(of_one(not_a_number()), "not between 0 and 1"));
  CHECK(mentions(of_one(infinite()), "not between 0 and 1"));
  CHECK(mentions(of_one(0.5, 2), "neither 0 nor 1"));
  const auto of_row = [](const std::vector<double>& row, int label) {
    return complaint([&] { (void)judged(ProbabilityKind::log_loss, Rows{row}, Classes{label}); });
  };
  CHECK(mentions(of_row({0.5, 0.6}, 0), "sum up to 1"));
  CHECK(mentions(of_row({0.5, 0.5}, 2), "a label has no probability"));
  CHECK(mentions(of_row({0.5, not_a_number()}, 0), "not between 0 and 1"));
  CHECK(mentions(complaint([] { (void)ProbabilityLoss(ProbabilityKind::brier).result(); }),
                 "no items"));
}
