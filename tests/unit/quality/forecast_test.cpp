// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/quality/forecast.hpp"

#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

#include "catch.hpp"
#include "evaluate.hpp"
#include "perjoule/quality/quality_result.hpp"

using namespace perjoule;

namespace {

using Numbers = std::vector<double>;

Quality smape_of(const Numbers& outputs, const Numbers& references) {
  return evaluate(ForecastLoss(), outputs, references);
}
Quality pinball_of(double quantile, const Numbers& outputs, const Numbers& references) {
  return evaluate(ForecastLoss(quantile, "kWh"), outputs, references);
}

}  // namespace

TEST_CASE("sMAPE divides a distance by the mean size of both numbers", "[quality][smape]") {
  // 2 x 10/210, 0 of two zeros, and 2 x 2/2 of opposite ones, which is the most there is.
  CHECK(agrees(smape_of({110, 0, -1}, {100, 0, 1}).value.value, (20.0 / 210.0 + 2.0) / 3.0));
  CHECK(agrees(smape_of({0, 5}, {3, 0}).value.value, 2.0));
}

TEST_CASE("the pinball loss is what scikit-learn's documentation shows", "[quality][pinball]") {
  CHECK(agrees(pinball_of(0.1, {0, 2, 3}, {1, 2, 3}).value.value, 0.1 / 3.0));
  CHECK(agrees(pinball_of(0.1, {1, 2, 4}, {1, 2, 3}).value.value, 0.9 / 3.0));
  CHECK(agrees(pinball_of(0.9, {0, 2, 3}, {1, 2, 3}).value.value, 0.9 / 3.0));
  CHECK(agrees(pinball_of(0.9, {1, 2, 4}, {1, 2, 3}).value.value, 0.1 / 3.0));
}

TEST_CASE("who always says the quantile has no skill in pinball loss", "[quality][pinball]") {
  // Of 1 to 10, nine are at most 9: .1 x (8 + 7 + ... + 1) + .9 x 1 = 4.5.
  const Numbers references = {10, 1, 9, 2, 8, 3, 7, 4, 6, 5};
  const Quality quality = pinball_of(0.9, Numbers(10, 9.0), references);
  CHECK(agrees(quality.trivial, 0.45));
  CHECK(std::fabs(quality.skill.value) < 1e-12);
  CHECK(agrees(pinball_of(0.9, references, references).skill.value, 1.0));
  // Of 1 to 5, three quarters are below 4: .25 x (3 + 2 + 1) + .75 x 1 = 2.25.
  CHECK(agrees(pinball_of(0.75, {1, 1, 1, 1, 1}, {5, 1, 4, 2, 3}).trivial, 0.45));
  // No constant does better: not even those next to it.
  CHECK(pinball_of(0.9, Numbers(10, 8.0), references).value.value > 0.45);
  CHECK(pinball_of(0.9, Numbers(10, 10.0), references).value.value >= 0.45 - 1e-12);
}

TEST_CASE("who always says the median has no skill in sMAPE", "[quality][smape]") {
  const Numbers references = {1, 2, 6};
  const Quality quality = smape_of(Numbers(3, 2.0), references);
  CHECK(agrees(quality.trivial, (2.0 / 3.0 + 0.0 + 1.0) / 3.0));
  CHECK(std::fabs(quality.skill.value) < 1e-12);
}

TEST_CASE("losses of forecasts say what they are", "[quality][smape][pinball]") {
  const std::vector<float> references = {1, 2, 3, 5};
  auto smape = symmetric_mape(references);
  auto pinball = pinball_loss(references, 0.75, "kWh", PerItem::drop);
  for (std::size_t i = 0; i < 4; ++i) {
    smape.add(i, static_cast<int>(i));
    pinball.add(i, static_cast<float>(i));
  }
  const Quality of_smape = smape.result();
  CHECK(of_smape.metric == "smape");
  CHECK(of_smape.signature == "sizes:both|both-zero:0|trivial:median");
  CHECK(of_smape.unit == "%");
  CHECK_FALSE(of_smape.higher_is_better);
  CHECK(of_smape.value_interval.method == IntervalMethod::log_delta);
  CHECK(surrounds_value(of_smape));
  CHECK(smape.per_item().size() == 4);
  const Quality of_pinball = pinball.result();
  CHECK(of_pinball.metric == "pinball-0.75");
  CHECK(of_pinball.signature == "quantile:0.75|trivial:quantile");
  CHECK(of_pinball.unit == "kWh");
  CHECK(pinball.per_item().empty());
}

TEST_CASE("two forecasts are compared by the mean difference of their losses",
          "[quality][pinball][paired]") {
  const Numbers references = {0, 0, 0, 0};
  const ForecastLoss first = seen(ForecastLoss(0.5, ""), Numbers{2, 4, 6, 8}, references);
  const ForecastLoss second = seen(ForecastLoss(0.5, ""), Numbers{2, 2, 4, 4}, references);
  Quality a = first.result();
  Quality b = second.result();
  a.columns = b.columns = 1;
  const IntervalEstimate<double> found =
      paired_difference(a, first.per_item(), b, second.per_item());
  // Differences of half of 0, 2, 2 and 4: mean 1, variance 2/3.
  CHECK(agrees(found.estimate.value, 1.0));
  CHECK(agrees(found.estimate.random, std::sqrt(2.0 / 3.0) / 2.0));
}

TEST_CASE("what is no forecast is an error", "[quality][smape][pinball]") {
  for (const double quantile : {0.0, 1.0, -0.1, not_a_number()}) {
    CHECK(mentions(complaint([&] { (void)ForecastLoss(quantile, ""); }), "between 0 and 1"));
  }
  CHECK(mentions(complaint([] { (void)smape_of({}, {}); }), "no items"));
  CHECK(mentions(complaint([] { (void)smape_of({not_a_number()}, {1}); }), "a prediction is not"));
  CHECK(mentions(complaint([] { (void)smape_of({1}, {infinite()}); }), "a reference is not"));
  const Quality equal = pinball_of(0.5, {1, 2, 3}, {4, 4, 4});
  CHECK(equal.value.is_known());
  CHECK(mentions(equal.why_no_skill, "all references are equal"));
}
