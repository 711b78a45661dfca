// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/stats/item_mean.hpp"

#include <vector>

#include "catch.hpp"

using namespace perjoule;

namespace {

using Numbers = std::vector<double>;

}  // namespace

// Expected values: NumPy 1.24 and scipy.stats.t 1.10.1, from the formulas as published.

TEST_CASE("a mean of losses has an interval by a factor", "[stats][item_mean]") {
  // d = -1.5, -.5, .5, 1.5: kurtosis 4 x 10.25/25 = 1.64; of 2 n/.64 = 12.5 a third x (n - 2)/n.
  const IntervalEstimate<double> four = mean_of_losses(Numbers{1, 2, 3, 4});
  CHECK(four.estimate.value == 2.5);
  CHECK(four.estimate.random == Approx(0.6454972243678028).epsilon(1e-12));
  CHECK(four.estimate.dof == Approx(12.5 / 6.0).epsilon(1e-12));
  CHECK(four.interval.low == Approx(0.8580154388395859).epsilon(1e-8));
  CHECK(four.interval.high == Approx(7.284251211671375).epsilon(1e-8));
  CHECK(four.interval.method == IntervalMethod::log_delta);
  // Few of them decide: two degrees of freedom are left.
  const IntervalEstimate<double> skewed = mean_of_losses(Numbers{0.5, 1, 8, 0.25, 2, 16});
  CHECK(skewed.estimate.dof == 2.0);
  CHECK(skewed.interval.low == Approx(0.4264398308803013).epsilon(1e-8));
  CHECK(skewed.interval.high == Approx(50.16094522841183).epsilon(1e-8));
}

TEST_CASE("a mean of losses that few items have has a gamma interval", "[stats][item_mean]") {
  // scipy.stats.chi2: V/(2 y) ppf(.025, 2 y^2/V) and, with k = 16/6, (V + k^2)/(2 (y + k))
  // ppf(.975, 2 (y + k)^2/(V + k^2)).
  const IntervalEstimate<double> skewed = mean_of_rare_losses(Numbers{0.5, 1, 8, 0.25, 2, 16});
  CHECK(skewed.estimate.random == Approx(2.5623475564411633).epsilon(1e-12));
  CHECK(skewed.interval.low == Approx(1.040330141426671).epsilon(1e-9));
  CHECK(skewed.interval.high == Approx(16.126357292286354).epsilon(1e-9));
  CHECK(skewed.interval.method == IntervalMethod::gamma);
  // In another unit it is the same, also where fourth powers are below the least double.
  const IntervalEstimate<double> tiny =
      mean_of_rare_losses(Numbers{0.5e-100, 1e-100, 8e-100, 0.25e-100, 2e-100, 16e-100});
  CHECK(tiny.interval.low == Approx(1.040330141426671e-100).epsilon(1e-9));
  CHECK(tiny.interval.high == Approx(16.126357292286354e-100).epsilon(1e-9));
  CHECK_FALSE(mean_of_rare_losses(Numbers(7, 0.3)).estimate.is_known());
  CHECK_FALSE(mean_of_rare_losses(Numbers(7, 0.0)).estimate.is_known());
  CHECK_FALSE(mean_of_rare_losses(Numbers{-1.0, 1.0 + 1e-9, 0.0}).estimate.is_known());
  CHECK_FALSE(mean_of_rare_losses(Numbers()).estimate.is_known());
}

TEST_CASE("a quotient of sums has an interval by a factor", "[stats][item_mean]") {
  const IntervalEstimate<double> rate =
      ratio_of_sums(Numbers{1, 10, 0, 8, 3, 12, 0, 9, 2, 11, 0, 10});
  CHECK(rate.estimate.value == Approx(0.1).epsilon(1e-15));
  CHECK(rate.estimate.random == Approx(0.04654746681256314).epsilon(1e-12));
  CHECK(rate.estimate.dof == Approx(3.039590212879229).epsilon(1e-12));
  CHECK(rate.interval.low == Approx(0.022981227136625957).epsilon(1e-8));
  CHECK(rate.interval.high == Approx(0.43513777312886237).epsilon(1e-8));
  // The interval of a unit a thousand times smaller is a thousand times as large.
  const IntervalEstimate<double> thousandfold =
      ratio_of_sums(Numbers{1000, 10, 0, 8, 3000, 12, 0, 9, 2000, 11, 0, 10});
  CHECK(thousandfold.interval.high == Approx(1000.0 * rate.interval.high).epsilon(1e-12));
}

TEST_CASE("a mean of shares has an interval of as many right or wrong items",
          "[stats][item_mean]") {
  // These scatter nearly as right or wrong items do: Wilson's interval of .71875 of 8.
  const IntervalEstimate<double> mixed = mean_of_shares(Numbers{1, 1, 0.5, 1, 0.25, 1, 1, 0});
  CHECK(mixed.estimate.value == 0.71875);
  CHECK(mixed.interval.low == Approx(0.382052155891906).epsilon(1e-8));
  CHECK(mixed.interval.high == Approx(0.9135195344713963).epsilon(1e-8));
  CHECK(mixed.interval.method == IntervalMethod::wilson);
  // And these scatter as 694.5 items would.
  const IntervalEstimate<double> alike = mean_of_shares(Numbers{0.9, 0.92, 0.95, 0.91, 0.93, 0.9});
  CHECK(alike.interval.low == Approx(0.8955909639362161).epsilon(1e-8));
  CHECK(alike.interval.high == Approx(0.9364733434132946).epsilon(1e-8));
}

TEST_CASE("without scatter there is no interval of a mean", "[stats][item_mean]") {
  for (const Numbers& numbers : {Numbers{0.3}, Numbers(7, 0.3)}) {
    CHECK_FALSE(mean_of_losses(numbers).estimate.is_known());
    CHECK_FALSE(mean_of_shares(numbers).interval.is_known());
  }
  CHECK_FALSE(mean_of_losses(Numbers(3, 0.0)).estimate.is_known());
  // Of shares that are all 1 there is one: Wilson's, 4 of 4.
  CHECK(mean_of_shares(Numbers(4, 1.0)).interval.low == Approx(0.510109).epsilon(1e-5));
  // Two thirds of words in each text, whatever its length: equal but for the rounding of 2/3.
  CHECK_FALSE(ratio_of_sums(Numbers{2, 3, 4, 6, 14, 21}).estimate.is_known());
  CHECK_FALSE(ratio_of_sums(Numbers{1, 0, 2, 0}).estimate.is_known());
}

TEST_CASE("tiny losses have an interval like others", "[stats][item_mean]") {
  // Fourth powers of these are below the least double.
  const IntervalEstimate<double> tiny = mean_of_losses(Numbers{1e-100, 2e-100, 3e-100, 4e-100});
  CHECK(tiny.estimate.dof == Approx(12.5 / 6.0).epsilon(1e-12));
  CHECK(tiny.interval.low == Approx(0.8580154388395859e-100).epsilon(1e-8));
}

TEST_CASE("a value is as uncertain as the mean of its items' influences", "[stats][item_mean]") {
  // NumPy: u^2 = 20/(10 x 9); kurtosis 4.1, so a third of 2 x 10/3.1 x 8/10 degrees of freedom is
  // less than 2; SciPy's t.
  const std::vector<double> influences = {-3, -1, 0, 0, 0, 1, 3, 0, 0, 0};
  const IntervalEstimate<double> found = estimate_from_influences(7.0, influences);
  CHECK(found.estimate.value == 7.0);
  CHECK(found.estimate.random == Approx(0.4714045207910317));
  CHECK(found.estimate.dof == 2.0);
  CHECK(found.interval.low == Approx(7.0 - 2.0282899482740486));
  CHECK(found.interval.method == IntervalMethod::student_t);
  CHECK_FALSE(estimate_from_influences(7.0, std::vector<double>(10)).interval.is_known());
  CHECK_FALSE(estimate_from_influences(7.0, std::vector<double>(1, 2.0)).interval.is_known());
}
