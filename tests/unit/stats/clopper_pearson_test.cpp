// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/stats/proportion_interval.hpp"

#include <cmath>
#include <cstddef>

#include "aborts.hpp"
#include "catch.hpp"

using namespace perjoule;

TEST_CASE("the exact interval of a proportion is that of scipy", "[stats][clopper_pearson]") {
  // scipy 1.10.1 binomtest(k, n).proportion_ci(level, method="exact")
  const Interval<double> found = clopper_pearson_interval(90, 100);
  CHECK(found.low == Approx(0.8237774022598247).epsilon(1e-10));
  CHECK(found.high == Approx(0.9509953107785141).epsilon(1e-10));
  CHECK(found.level == 0.95);
  CHECK(found.method == IntervalMethod::clopper_pearson);
  CHECK(clopper_pearson_interval(81, 263, 0.99).low == Approx(0.23683735816553791).epsilon(1e-10));
  CHECK(clopper_pearson_interval(81, 263, 0.99).high == Approx(0.38625832566994084).epsilon(1e-10));
  CHECK(clopper_pearson_interval(3, 7, 0.9).low == Approx(0.1287563928042363).epsilon(1e-10));
  CHECK(clopper_pearson_interval(3, 7, 0.9).high == Approx(0.7746784159675543).epsilon(1e-10));
}

TEST_CASE("the exact interval holds for a million trials", "[stats][clopper_pearson]") {
  // scipy 1.10.1 binomtest(999000, 1000000).proportion_ci()
  const Interval<double> found = clopper_pearson_interval(999'000, 1'000'000);
  CHECK(found.low == Approx(0.9989360818926863).epsilon(0.0).margin(1e-10));
  CHECK(found.high == Approx(0.9990609987920546).epsilon(0.0).margin(1e-10));
}

TEST_CASE("the exact interval of none or all has a closed form", "[stats][clopper_pearson]") {
  // (1 - p)^n = .025 at the upper end of 0 of n.
  const Interval<double> none = clopper_pearson_interval(0, 20);
  CHECK(none.low == 0.0);
  CHECK(none.high == Approx(1.0 - std::pow(0.025, 1.0 / 20.0)).epsilon(1e-12));
  const Interval<double> all = clopper_pearson_interval(20, 20);
  CHECK(all.low == Approx(std::pow(0.025, 1.0 / 20.0)).epsilon(1e-12));
  CHECK(all.high == 1.0);
  CHECK(clopper_pearson_interval(1, 1).low == Approx(0.025).epsilon(1e-12));
}

TEST_CASE("the exact interval covers each proportion as often as it promises",
          "[stats][clopper_pearson]") {
  // The exact coverage at n = 20: a binomial sum over the counts whose interval holds p.
  constexpr std::size_t n = 20;
  Interval<double> intervals[n + 1];
  for (std::size_t x = 0; x <= n; ++x) intervals[x] = clopper_pearson_interval(x, n);
  double sum = 0.0;
  int count = 0;
  for (double p = 0.005; p < 1.0; p += 0.01) {
    double covered = 0.0;
    for (std::size_t x = 0; x <= n; ++x) {
      const auto k = static_cast<double>(x);
      const double log_choose = std::lgamma(21.0) - std::lgamma(k + 1.0) - std::lgamma(21.0 - k);
      if (!intervals[x].contains(p)) continue;
      covered += std::exp(log_choose + k * std::log(p) + (20.0 - k) * std::log(1.0 - p));
    }
    CAPTURE(p);
    CHECK(covered >= 0.95 - 1e-9);
    sum += covered;
    ++count;
  }
  CHECK(sum / count == Approx(0.97).epsilon(0.0).margin(0.01));
}

TEST_CASE("an exact interval of no trials, or of more successes, is a bug of the caller",
          "[stats][clopper_pearson]") {
  CHECK_FALSE(abort_message([] { (void)clopper_pearson_interval(0, 0); }).empty());
  CHECK_FALSE(abort_message([] { (void)clopper_pearson_interval(11, 10); }).empty());
  CHECK_FALSE(abort_message([] { (void)clopper_pearson_interval(1, 10, 1.0); }).empty());
}
