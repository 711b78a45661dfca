// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/stats/proportion_interval.hpp"

#include <array>
#include <cmath>
#include <cstddef>

#include "aborts.hpp"
#include "catch.hpp"

using namespace perjoule;

TEST_CASE("the interval of a proportion is Wilson's", "[stats][wilson]") {
  const Interval<double> found = wilson_interval(90, 100);
  CHECK(found.low == Approx(0.825634).epsilon(1e-6));
  CHECK(found.high == Approx(0.944771).epsilon(1e-6));
  CHECK(found.level == 0.95);
  CHECK(found.method == IntervalMethod::wilson);
}

TEST_CASE("the interval of a proportion is that of Newcombe's examples", "[stats][wilson]") {
  // Newcombe, Statistics in Medicine 17 (1998) 857, table I, method 3.
  CHECK(wilson_interval(81, 263).low == Approx(0.2553).epsilon(0.0).margin(5.1e-5));
  CHECK(wilson_interval(81, 263).high == Approx(0.3662).epsilon(0.0).margin(5.1e-5));
  CHECK(wilson_interval(15, 148).low == Approx(0.0624).epsilon(0.0).margin(5.1e-5));
  CHECK(wilson_interval(15, 148).high == Approx(0.1605).epsilon(0.0).margin(5.1e-5));
  CHECK(wilson_interval(0, 20).high == Approx(0.1611).epsilon(0.0).margin(5.1e-5));
  CHECK(wilson_interval(1, 29).low == Approx(0.0061).epsilon(0.0).margin(5.1e-5));
  CHECK(wilson_interval(1, 29).high == Approx(0.1718).epsilon(0.0).margin(5.1e-5));
}

TEST_CASE("a proportion of none or all has a width and ends exactly at 0 or 1", "[stats][wilson]") {
  const Interval<double> none = wilson_interval(0, 10);
  CHECK(none.low == 0.0);
  CHECK(none.high == Approx(0.27753).epsilon(0.0).margin(6e-6));
  const Interval<double> all = wilson_interval(10, 10);
  CHECK(all.low == Approx(1.0 - 0.27753).epsilon(0.0).margin(6e-6));
  CHECK(all.high == 1.0);
  for (std::size_t n = 1; n < 200; ++n) {
    REQUIRE(wilson_interval(0, n, 0.9).low == 0.0);
    REQUIRE(wilson_interval(n, n, 0.9).high == 1.0);
  }
}

TEST_CASE("the interval of a proportion follows the level", "[stats][wilson]") {
  // z = 2.5758293, and the ends solve (p - .9)^2 = z^2 p (1 - p)/100.
  const Interval<double> found = wilson_interval(90, 100, 0.99);
  CHECK(found.low == Approx(0.7962493).epsilon(1e-6));
  CHECK(found.high == Approx(0.9539742).epsilon(1e-6));
  CHECK(found.level == 0.99);
}

TEST_CASE("the interval of a proportion covers as often as it promises", "[stats][wilson]") {
  // The exact coverage at n = 20: a binomial sum over the counts whose interval holds p. "On
  // average over p, .95; for a single p between .93 and .97" is the documented promise.
  constexpr std::size_t n = 20;
  Interval<double> intervals[n + 1];
  for (std::size_t x = 0; x <= n; ++x) intervals[x] = wilson_interval(x, n);
  double sum = 0.0;
  int count = 0;
  for (double p = 0.1; p < 0.9; p += 0.01) {
    double covered = 0.0;
    for (std::size_t x = 0; x <= n; ++x) {
      const auto k = static_cast<double>(x);
      const double log_choose = std::lgamma(21.0) - std::lgamma(k + 1.0) - std::lgamma(21.0 - k);
      if (!intervals[x].contains(p)) continue;
      covered += std::exp(log_choose + k * std::log(p) + (20.0 - k) * std::log(1.0 - p));
    }
    sum += covered;
    ++count;
  }
  CHECK(sum / count == Approx(0.95).epsilon(0.0).margin(0.01));
}

TEST_CASE("a proportion of no trials, or above 1, is a bug of the caller", "[stats][wilson]") {
  CHECK_FALSE(abort_message([] { (void)wilson_interval(0, 0); }).empty());
  CHECK_FALSE(abort_message([] { (void)wilson_interval(11, 10); }).empty());
}

TEST_CASE("Wilson's interval at another level is of as many items", "[stats][wilson]") {
  // SciPy 1.10 binomtest: 30 of 40 at 90 %.
  for (const bool of_wrong : {false, true}) {
    const std::size_t right = of_wrong ? 10 : 30;
    const Interval<double> found =
        detail::wilson_at_level(static_cast<double>(right) / 40.0, wilson_interval(right, 40), 0.9);
    CHECK((of_wrong ? 1.0 - found.high : found.low) == Approx(0.6240270595401831).epsilon(1e-6));
    CHECK((of_wrong ? 1.0 - found.low : found.high) == Approx(0.8442962162371087).epsilon(1e-6));
    CHECK(found.level == 0.9);
  }
  CHECK(detail::wilson_at_level(1.0, wilson_interval(4, 4), 0.9).high == 1.0);
  // No number of items has such an interval, which a stranger's record may have.
  for (const auto [share, low, high] :
       {std::array{0.5, 1e-308, 0.9}, std::array{0.1, 0.0, 0.5}, std::array{0.9, 0.6225, 1.0}}) {
    CHECK_FALSE(
        detail::wilson_at_level(share, {low, high, 0.95, IntervalMethod::wilson}, 0.9).is_known());
  }
  CHECK_FALSE(
      detail::wilson_at_level(0.9, {0.95, 0.99, 0.95, IntervalMethod::wilson}, 0.9).is_known());
}

TEST_CASE("an interval on the scale of log odds has the ends that SciPy's t gives",
          "[stats][logit]") {
  // Of .8 with u = .05 and 9 degrees of freedom.
  const Interval<double> found = logit_interval(0.8, 0.05, 9.0);
  CHECK(found.low == Approx(0.6635981287399428));
  CHECK(found.high == Approx(0.8902423010317612));
  CHECK(found.method == IntervalMethod::logit);
  CHECK_FALSE(logit_interval(1.0, 0.05, 9.0).is_known());
  CHECK(logit_interval(0.999, 0.3, 1.0).high == 1.0);
  CHECK_FALSE(logit_interval(0.8, 0.05, 0.0).is_known());
}
