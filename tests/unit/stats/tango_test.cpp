// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include <cmath>

#include "aborts.hpp"
#include "catch.hpp"
#include "perjoule/stats/proportion_interval.hpp"

using namespace perjoule;

TEST_CASE("models that agree on all items have an interval around 0", "[stats][tango]") {
  // The statistic is n d/sqrt(n d (1 - d)) then, which is z at z^2/(n + z^2).
  const double z2 = 1.959963984540054 * 1.959963984540054;
  for (const std::size_t n : {std::size_t{1}, std::size_t{8}, std::size_t{1000}}) {
    const Interval<double> found = tango_interval(0, 0, n);
    const double end = z2 / (static_cast<double>(n) + z2);
    CHECK(found.high == Approx(end).epsilon(1e-9));
    CHECK(found.low == Approx(-end).epsilon(1e-9));
    CHECK(found.method == IntervalMethod::tango);
  }
}

TEST_CASE("the interval of paired shares is where the score test just does not reject",
          "[stats][tango]") {
  // Ends by SciPy's brentq, for the statistic with the restricted estimate of Tango 1998.
  const Interval<double> few = tango_interval(5, 2, 30);
  CHECK(few.low == Approx(-0.085507756113917).epsilon(1e-9));
  CHECK(few.high == Approx(0.2880258312718146).epsilon(1e-9));
  const Interval<double> twelve = tango_interval(12, 1, 44);
  CHECK(twelve.low == Approx(0.10675495277692945).epsilon(1e-9));
  CHECK(twelve.high == Approx(0.4022921488024216).epsilon(1e-9));
  const Interval<double> turned = tango_interval(1, 12, 44);
  CHECK(turned.low == Approx(-twelve.high).epsilon(1e-12));
  CHECK(turned.high == Approx(-twelve.low).epsilon(1e-12));
  // Without a difference the score test is McNemar's: (12 - 1)^2/(12 + 1) = 3.05^2.
  CHECK(detail::tango_score(12.0, 1.0, 44.0, 0.0) == Approx(11.0 / std::sqrt(13.0)).epsilon(1e-12));
}

TEST_CASE("the interval ends at -1 and 1", "[stats][tango]") {
  CHECK(tango_interval(8, 0, 8).high == 1.0);
  CHECK(tango_interval(8, 0, 8).low > 0.0);
  CHECK(tango_interval(0, 8, 8).low == -1.0);
  CHECK_FALSE(abort_message([] { (void)tango_interval(5, 4, 8); }).empty());
}

TEST_CASE("the interval covers where few items differ, as the t interval does not",
          "[stats][tango]") {
  // n = 50, one in a hundred differs, all for the better: without an item that differs, in .605 of
  // test sets, the t interval is [0, 0]. The probability of k such items is binomial.
  double covered = 0.0;
  double probability = std::pow(0.99, 50);
  for (std::size_t k = 0; k <= 50; ++k) {
    if (tango_interval(k, 0, 50).contains(0.01)) covered += probability;
    const auto x = static_cast<double>(k);
    probability *= (50.0 - x) / (x + 1.0) * 0.01 / 0.99;
  }
  CHECK(covered >= 0.95);
}
