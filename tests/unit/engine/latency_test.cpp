// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/engine/window.hpp"

#include <cstdint>
#include <memory>

#include "catch.hpp"
#include "perjoule/core/math.hpp"
#include "perjoule/stats/histogram.hpp"
#include "perjoule/stats/random.hpp"
#include "perjoule/units/quantity.hpp"

using namespace perjoule;
using namespace perjoule::literals;

TEST_CASE("percentiles of a histogram are those of the lengths", "[engine][latency]") {
  const auto histogram = std::make_unique<Histogram>();
  for (std::uint64_t value = 1; value <= 1000; ++value) histogram->add(value * 1000);
  const Latency latency = detail::latency(*histogram, Seconds(1e-9));
  CHECK(latency.calls == 1000);
  const Percentile& p90 = latency.percentiles[1];
  CHECK(p90.share == 0.9);
  CHECK(p90.value.si() == Approx(900e-6).epsilon(0.016));
  // Order statistics 881 and 919, each to the outer end of its bin.
  CHECK(p90.interval.low.si() == Approx(881e-6).epsilon(0.016));
  CHECK(p90.interval.low.si() <= 881e-6);
  CHECK(p90.interval.high.si() == Approx(919e-6).epsilon(0.016));
  CHECK(p90.interval.high.si() > 919e-6);
  CHECK(p90.interval.method == IntervalMethod::order_statistic);
}

TEST_CASE("percentiles of lengths that are known are order statistics", "[engine][latency]") {
  std::vector<double> lengths;
  for (int value = 100; value >= 1; --value) lengths.push_back(value);
  const Latency latency = detail::latency(lengths);
  // Of 100 values the median is between the 40th and the 61st, and p90 between the 84th and 96th.
  CHECK(latency.percentiles[0].value.si() == Approx(50.5).margin(0.51));
  CHECK(latency.percentiles[0].interval.low.si() == 40.0);
  CHECK(latency.percentiles[0].interval.high.si() == 61.0);
  CHECK(latency.percentiles[1].value.si() == 90.0);
  CHECK(latency.percentiles[1].interval.low.si() == 84.0);
  CHECK(latency.percentiles[1].interval.high.si() == 96.0);
  CHECK_FALSE(latency.percentiles[2].interval.is_known());
}

TEST_CASE("too few calls have no percentile", "[engine][latency]") {
  const auto histogram = std::make_unique<Histogram>();
  const auto percentile = [&](std::size_t i) {
    return detail::latency(*histogram, 1_s).percentiles[i].interval;
  };
  for (int i = 0; i < 458; ++i) histogram->add(5);
  CHECK_FALSE(percentile(2).is_known());
  CHECK(percentile(1).contains(5_s));
  histogram->add(7);
  CHECK(percentile(2).contains(5_s));
}

TEST_CASE("intervals of percentiles cover the truth", "[engine][latency][simulation]") {
  // Exponential lengths: the p-quantile is -ln(1 - p).
  Random random(1);
  int covered[3] = {};
  constexpr int trials = 1000;
  for (int i = 0; i < trials; ++i) {
    std::vector<double> lengths;
    for (int k = 0; k < 1000; ++k) lengths.push_back(-std::log(1.0 - random.uniform()));
    const Latency latency = detail::latency(lengths);
    const double truth[] = {0.6931472, 2.302585, 4.605170};
    for (int p = 0; p < 3; ++p) {
      covered[p] += latency.percentiles[p].interval.contains(Seconds(truth[p])) ? 1 : 0;
    }
  }
  for (const int each : covered) CHECK(each >= 0.94 * trials);
}
