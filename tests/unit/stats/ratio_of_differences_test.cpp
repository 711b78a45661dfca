// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/stats/ratio.hpp"

#include <concepts>
#include <limits>

#include "catch.hpp"
#include "measured.hpp"
#include "normal.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/units/quantity.hpp"

using namespace perjoule;

// Expected ends: Fieller's quadratic (n - rho d)^2 = t^2 (v_n - 2 rho c + rho^2 v_d), solved by
// NumPy 1.24 (numpy.roots) with t = 1.9599640.

TEST_CASE("a quotient of differences has Fieller's interval", "[stats][ratio_of_differences]") {
  const auto found = ratio_of_differences(measured(0.04, 0.004), measured(0.02, 0.004));
  CHECK(found.estimate.value == Approx(2.0));
  // sqrt(.004^2 + (2 x .004)^2)/.02
  CHECK(found.estimate.random == Approx(0.4472136).epsilon(1e-6));
  CHECK(found.interval.method == IntervalMethod::fieller);
  CHECK(found.interval.low == Approx(1.3434894).epsilon(1e-5));
  CHECK(found.interval.high == Approx(3.3827343).epsilon(1e-5));
}

TEST_CASE("a covariance of both differences narrows their quotient's interval",
          "[stats][ratio_of_differences]") {
  const auto found =
      ratio_of_differences(measured(0.04, 0.004), measured(0.02, 0.004), {.random = 8e-6});
  CHECK(found.interval.low == Approx(1.4856742).epsilon(1e-5));
  CHECK(found.interval.high == Approx(3.0589937).epsilon(1e-5));
}

TEST_CASE("a quotient of differences is the same whichever way round they are taken",
          "[stats][ratio_of_differences]") {
  const auto found = ratio_of_differences(measured(-0.04, 0.004), measured(-0.02, 0.004));
  CHECK(found.estimate.value == Approx(2.0));
  CHECK(found.interval.low == Approx(1.3434894).epsilon(1e-5));
  CHECK(found.interval.high == Approx(3.3827343).epsilon(1e-5));
  const auto across = ratio_of_differences(measured(0.04, 0.004), measured(-0.02, 0.004));
  CHECK(across.interval.low == Approx(-3.3827343).epsilon(1e-5));
  CHECK(across.interval.high == Approx(-1.3434894).epsilon(1e-5));
}

TEST_CASE("a difference of either sign over one that is clear has an interval across zero",
          "[stats][ratio_of_differences]") {
  const auto found = ratio_of_differences(measured(1e5, 1e5), measured(0.02, 0.002));
  CHECK(found.interval.low == Approx(-4845734.56).epsilon(1e-5));
  CHECK(found.interval.high == Approx(15245226.77).epsilon(1e-5));
}

TEST_CASE("over a difference that can't be told from zero there is no quotient",
          "[stats][ratio_of_differences][missing]") {
  // 1.96 x .0102 = .01999; 1.96 x .0103 = .02019
  CHECK(ratio_of_differences(measured(1.0, 0.1), measured(0.02, 0.0102)).estimate.is_known());
  const auto found = ratio_of_differences(measured(1.0, 0.1), measured(0.02, 0.0103));
  CHECK_FALSE(found.estimate.is_known());
  CHECK_FALSE(found.interval.is_known());
  CHECK_FALSE(ratio_of_differences(exact(1.0), exact(0.0)).estimate.is_known());
  CHECK_FALSE(ratio_of_differences(exact(0.0), exact(0.0)).estimate.is_known());
}

TEST_CASE("few degrees of freedom on either side make telling from zero harder",
          "[stats][ratio_of_differences][missing]") {
  // t(.975, 2) = 4.3026527: .02/.005 = 4 is too few.
  CHECK(ratio_of_differences(measured(1.0, 0.1), measured(0.02, 0.005)).estimate.is_known());
  CHECK_FALSE(
      ratio_of_differences(measured(1.0, 0.1), measured(0.02, 0.005, 2.0)).estimate.is_known());
  CHECK_FALSE(
      ratio_of_differences(measured(1.0, 0.1, 2.0), measured(0.02, 0.005)).estimate.is_known());
}

TEST_CASE("a quotient of counted differences is exact", "[stats][ratio_of_differences]") {
  const auto found = ratio_of_differences(exact(-6.0), exact(3.0));
  CHECK(found.estimate.value == -2.0);
  CHECK(found.interval.method == IntervalMethod::exact);
  CHECK(found.interval.low == -2.0);
}

TEST_CASE("a missing or broken difference gives no quotient",
          "[stats][ratio_of_differences][missing]") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK_FALSE(ratio_of_differences({}, measured(1.0, 0.1)).estimate.is_known());
  CHECK_FALSE(ratio_of_differences(measured(1.0, 0.1), {}).estimate.is_known());
  CHECK_FALSE(ratio_of_differences(measured(nan, 0.1), measured(1.0, 0.1)).estimate.is_known());
  CHECK_FALSE(ratio_of_differences(measured(1.0, nan), measured(1.0, 0.1)).estimate.is_known());
  CHECK_FALSE(ratio_of_differences(measured(1.0, 0.1), measured(nan, 0.1)).estimate.is_known());
  CHECK_THROWS_AS(ratio_of_differences(measured(1.0, 0.1), measured(1.0, 0.1), {.random = 0.1}),
                  Error);
}

TEST_CASE("a quotient of differences has the quotient of the units",
          "[stats][ratio_of_differences]") {
  const auto found = ratio_of_differences(exact(Joules(6.0)), exact(JoulesPerItem(3.0)));
  STATIC_REQUIRE(std::same_as<decltype(found), const IntervalEstimate<Items>>);
  CHECK(found.estimate.value == Items(2.0));
}

TEST_CASE("Fieller's interval covers 95 of 100 quotients of differences that err together",
          "[stats][ratio_of_differences][simulation]") {
  // g = (1.96/6)^2 = .107, so that hardly one interval is missing; correlation .8.
  Normal normal(31);
  constexpr int trials = 4000;
  int covered = 0;
  for (int i = 0; i < trials; ++i) {
    const double both = normal(0.0, 1.0);
    const double n = -3.0 + both;
    const double d = 6.0 + 0.8 * both + normal(0.0, 0.6);
    const auto found =
        ratio_of_differences(measured(n, 1.0), measured(d, 1.0), {.random = 0.8}).interval;
    covered += found.contains(-0.5) ? 1 : 0;
  }
  CHECK(covered > 0.935 * trials);
  CHECK(covered < 0.965 * trials);
}
