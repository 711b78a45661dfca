// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/quality/regression.hpp"

#include <cmath>
#include <vector>

#include "catch.hpp"
#include "evaluate.hpp"
#include "perjoule/stats/item_mean.hpp"

using namespace perjoule;
using detail::RegressionKind;

namespace {

using Numbers = std::vector<double>;

Quality judged(RegressionKind kind, const Numbers& outputs, const Numbers& references) {
  return evaluate(Regression(kind, "mm"), outputs, references);
}

// The example of scikit-learn's documentation.
const Numbers example_references = {3, -0.5, 2, 7};
const Numbers example_outputs = {2.5, 0.0, 2, 8};

constexpr RegressionKind every_kind[] = {RegressionKind::rmse, RegressionKind::mae,
                                         RegressionKind::r2};

}  // namespace

TEST_CASE("RMSE is what scikit-learn 1.2.1 gives", "[quality][rmse]") {
  CHECK(agrees(judged(RegressionKind::rmse, example_outputs, example_references).value.value,
               0.6123724356957945));
}

TEST_CASE("R2 is what scikit-learn 1.2.1 gives", "[quality][r2]") {
  CHECK(agrees(judged(RegressionKind::r2, example_outputs, example_references).value.value,
               0.9486081370449679));
}

TEST_CASE("MAE is what scikit-learn 1.2.1 gives", "[quality][mae]") {
  CHECK(agrees(judged(RegressionKind::mae, example_outputs, example_references).value.value, 0.5));
}

TEST_CASE("who always says the mean has no skill in RMSE and R2, and the median none in MAE",
          "[quality][rmse][mae][r2]") {
  // Mean 4, squares 16 + 9 + 4 + 1 + 64 = 94 of five; median 3, distances 3 + 2 + 1 + 0 + 9.
  const Numbers references = {0, 1, 2, 5, 12};
  const Numbers mean(5, 4.0);
  const Numbers middle(5, 2.0);
  const Quality rmse = judged(RegressionKind::rmse, mean, references);
  CHECK(agrees(rmse.value.value, std::sqrt(94.0 / 5.0)));
  CHECK(agrees(rmse.trivial, std::sqrt(94.0 / 5.0)));
  CHECK(std::fabs(rmse.skill.value) < 1e-12);
  const Quality r2 = judged(RegressionKind::r2, mean, references);
  CHECK(std::fabs(r2.value.value) < 1e-12);
  CHECK(std::fabs(r2.skill.value) < 1e-12);
  // About the median 2: 2 + 1 + 0 + 3 + 10 = 16.
  const Quality mae = judged(RegressionKind::mae, middle, references);
  CHECK(agrees(mae.value.value, 3.2));
  CHECK(agrees(mae.trivial, 3.2));
  CHECK(std::fabs(mae.skill.value) < 1e-12);
}

TEST_CASE("a model that is worse than the mean has an R2 and a skill below 0", "[quality][r2]") {
  // Squares 4 + 4 over 2, twice each: 1 - 16/4.
  const Quality quality = judged(RegressionKind::r2, {2, 0, 2, 0}, {0, 2, 0, 2});
  CHECK(agrees(quality.value.value, -3.0));
  CHECK(agrees(quality.skill.value, -3.0));
}

TEST_CASE("a perfect regression leaves room for an error not yet seen",
          "[quality][rmse][mae][r2]") {
  for (const RegressionKind kind : every_kind) {
    const Quality quality = judged(kind, example_references, example_references);
    CHECK(quality.value.value == quality.perfect);
    CHECK(quality.skill.value == 1.0);
    CHECK(surrounds_value(quality));
  }
}

TEST_CASE("intervals of regressions are those of sums of losses", "[quality][rmse][mae][r2]") {
  // Errors 1, -2, 3, -4: of their squares and sizes, and of squares over those about the mean, 5.
  const Numbers references = {2, 4, 6, 8};
  const Numbers outputs = {3, 2, 9, 4};
  const IntervalEstimate<double> squares = mean_of_losses(Numbers{1, 4, 9, 16});
  const Quality rmse = judged(RegressionKind::rmse, outputs, references);
  CHECK(agrees(rmse.value_interval.high, std::sqrt(squares.interval.high)));
  CHECK(agrees(rmse.value.random, squares.estimate.random / (2.0 * rmse.value.value)));
  const Quality mae = judged(RegressionKind::mae, outputs, references);
  CHECK(agrees(mae.value_interval.low, mean_of_losses(Numbers{1, 2, 3, 4}).interval.low));
  const Quality r2 = judged(RegressionKind::r2, outputs, references);
  const IntervalEstimate<double> left = ratio_of_sums(Numbers{1, 9, 4, 1, 9, 1, 16, 9});
  CHECK(agrees(r2.value_interval.low, 1.0 - left.interval.high));
  CHECK(agrees(r2.value_interval.high, 1.0 - left.interval.low));
  CHECK(agrees(r2.value.random, left.estimate.random));
}

TEST_CASE("regressions say what they are", "[quality][rmse][mae][r2]") {
  const Quality rmse = judged(RegressionKind::rmse, example_outputs, example_references);
  CHECK(rmse.metric == "rmse");
  CHECK(rmse.signature == "trivial:mean");
  CHECK(rmse.formula.columns == "output,reference");
  CHECK(std::string(rmse.unit) == "mm");
  CHECK_FALSE(rmse.higher_is_better);
  CHECK(rmse.value_interval.method == IntervalMethod::log_delta);
  CHECK(surrounds_value(rmse));
  const Quality mae = judged(RegressionKind::mae, example_outputs, example_references);
  CHECK(mae.metric == "mae");
  CHECK(mae.signature == "trivial:median");
  const Quality r2 = judged(RegressionKind::r2, example_outputs, example_references);
  CHECK(r2.metric == "r2");
  CHECK(r2.higher_is_better);
  CHECK(std::string(r2.unit).empty());
}

TEST_CASE("references that are all equal leave no R2 and no skill", "[quality][r2][rmse]") {
  const Numbers same(6, 0.1);
  const Numbers outputs = {1, 2, 3, 2, 1, 4};
  const Quality r2 = judged(RegressionKind::r2, outputs, same);
  CHECK_FALSE(r2.value.is_known());
  CHECK_FALSE(std::string(r2.why_no_value).empty());
  const Quality rmse = judged(RegressionKind::rmse, outputs, same);
  CHECK(rmse.value.is_known());
  CHECK_FALSE(rmse.skill.is_known());
  CHECK(mentions(rmse.why_no_skill, "all references are equal"));
}

TEST_CASE("regressions take their references from the caller", "[quality][rmse][mae][r2]") {
  const std::vector<float> references = {3.0F, -0.5F, 2.0F, 7.0F};
  auto rmse = root_mean_square_error(references, "mm", PerItem::drop);
  auto mae = mean_absolute_error(references);
  auto r2 = r2_score(references);
  for (std::size_t i = 0; i < 4; ++i) {
    rmse.add(i, example_outputs[i]);
    mae.add(i, static_cast<float>(example_outputs[i]));
    r2.add(i, example_outputs[i]);
  }
  CHECK(agrees(rmse.result().value.value, 0.6123724356957945));
  CHECK(agrees(mae.result().value.value, 0.5));
  CHECK(agrees(r2.result().value.value, 0.9486081370449679));
  CHECK(rmse.per_item().empty());
  CHECK(r2.per_item().size() == 8);
}

TEST_CASE("what is no number has no error", "[quality][rmse][mae][r2]") {
  for (const RegressionKind kind : every_kind) {
    CHECK(mentions(complaint([&] { (void)judged(kind, {}, {}); }), "no items"));
    CHECK(mentions(complaint([&] { (void)judged(kind, {not_a_number()}, {1.0}); }),
                   "a prediction is not a finite number"));
    CHECK(mentions(complaint([&] {
                     (void)judged(kind, {1.0, 1.0}, {1.0, infinite()});
                   }),
                   "a reference is not a finite number"));
  }
}

TEST_CASE("items influence RMSE, MAE and R2 as fast as these change with their weights",
          "[quality][regression]") {
  // NumPy: differences of the values with weights of 1 +- 1e-5.
  const double outputs[] = {1, 2, 2, 4, 5, 7, 7, 7, 9, 10};
  const double references[] = {2, 1, 3, 3, 6, 5, 8, 8, 7, 9};
  std::vector<double> rows;
  for (std::size_t i = 0; i < 10; ++i) rows.insert(rows.end(), {outputs[i], references[i]});
  const double r2[] = {0.17992572,   0.41087981,  0.0113916545, 0.0113916545, -0.119690397,
                       -0.557410817, 0.105021691, 0.105021691,  -0.457538778, 0.311007771};
  for (std::size_t i = 0; i < 10; ++i) {
    const bool is_off_by_two = i == 5 || i == 8;
    CHECK(detail::root_mean_square_influences(rows)[i] ==
          Approx(is_off_by_two ? 0.948683298 : -0.237170825).margin(1e-7));
    CHECK(detail::mean_absolute_influences(rows)[i] ==
          Approx(is_off_by_two ? 0.8 : -0.2).margin(1e-7));
    CHECK(detail::determination_influences(rows)[i] == Approx(r2[i]).margin(1e-7));
  }
  // Of a perfect model, no item is.
  const std::vector<double> equal = {1.0, 1.0, 2.0, 2.0};
  CHECK(detail::root_mean_square_influences(equal) == std::vector<double>{0.0, 0.0});
}
