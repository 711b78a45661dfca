// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/stats/quantile.hpp"

#include <span>
#include <vector>

#include "aborts.hpp"
#include "catch.hpp"

using namespace perjoule;

TEST_CASE("a quantile lies on the line between two order statistics", "[stats][quantile]") {
  // Type 7: position p (n - 1) from 0. Five values: .05 x 4 = .2, so 15 + .2 (20 - 15) = 16.
  const std::vector<double> sample = {15.0, 20.0, 35.0, 40.0, 50.0};
  CHECK(quantile_of_sorted(sample, 0.05) == Approx(16.0));
  CHECK(quantile_of_sorted(sample, 0.30) == Approx(23.0));
  CHECK(quantile_of_sorted(sample, 0.40) == Approx(29.0));
  CHECK(quantile_of_sorted(sample, 0.95) == Approx(48.0));
  CHECK(quantile_of_sorted(sample, 0.50) == Approx(35.0));
}

TEST_CASE("quantiles of an even sample are those of NumPy and R", "[stats][quantile]") {
  const std::vector<double> sample = {1.0, 2.0, 3.0, 4.0};
  CHECK(quantile(sample, 0.25) == Approx(1.75));
  CHECK(quantile(sample, 0.5) == Approx(2.5));
  CHECK(quantile(sample, 0.75) == Approx(3.25));
}

TEST_CASE("the ends of a sample are its extreme quantiles", "[stats][quantile]") {
  const std::vector<double> sample = {7.0, -3.0, 5.0};
  CHECK(quantile(sample, 0.0) == -3.0);
  CHECK(quantile(sample, 1.0) == 7.0);
}

TEST_CASE("a sample in any order has one median and is left as it was", "[stats][quantile]") {
  const std::vector<double> sample = {9.0, 1.0, 8.0, -2.5, 4.0, 4.0, 100.0};
  CHECK(quantile(sample, 0.5) == 4.0);
  CHECK(sample == std::vector<double>{9.0, 1.0, 8.0, -2.5, 4.0, 4.0, 100.0});
}

TEST_CASE("a quantile between two numbers is finite, however far they are apart",
          "[stats][quantile]") {
  const std::vector<double> sample = {-1.7e308, 1.7e308};
  CHECK(quantile(sample, 0.5) == 0.0);
  CHECK(quantile_of_sorted(sample, 0.25) == Approx(-0.85e308));
}

TEST_CASE("a single value is each of its quantiles", "[stats][quantile]") {
  const std::vector<double> sample = {3.0};
  CHECK(quantile(sample, 0.0) == 3.0);
  CHECK(quantile(sample, 0.3) == 3.0);
  CHECK(quantile(sample, 1.0) == 3.0);
}

TEST_CASE("a quantile of nothing or beyond the ends is a bug of the caller", "[stats][quantile]") {
  const std::vector<double> one = {3.0};
  CHECK_FALSE(abort_message([] { (void)quantile(std::span<const double>(), 0.5); }).empty());
  CHECK_FALSE(abort_message([&] { (void)quantile(one, 1.5); }).empty());
  CHECK_FALSE(abort_message([&] { (void)quantile(one, -0.1); }).empty());
}
