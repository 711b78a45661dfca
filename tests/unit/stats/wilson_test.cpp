// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/stats/proportion_interval.hpp"

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
