// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/stats/histogram.hpp"

#include <cstdint>
#include <memory>

#include "catch.hpp"
#include "perjoule/stats/random.hpp"

using namespace perjoule;

TEST_CASE("each value lies in its bin, and the bins lie side by side", "[stats][histogram]") {
  for (std::uint64_t value : {0ULL, 1ULL, 63ULL, 64ULL, 127ULL, 128ULL, 129ULL, 1000ULL,
                              123456789ULL, (1ULL << 41U) - 1}) {
    CAPTURE(value);
    const std::size_t bin = Histogram::bin_of(value);
    CHECK(Histogram::least_in(bin) <= value);
    CHECK(value < Histogram::least_in(bin + 1));
  }
  for (std::size_t bin = 0; bin < Histogram::bins; ++bin) {
    REQUIRE(Histogram::bin_of(Histogram::least_in(bin)) == bin);
    REQUIRE(Histogram::bin_of(Histogram::least_in(bin + 1) - 1) == bin);
  }
  // 1/64 of a value at the most: [128, 130).
  CHECK(Histogram::least_in(Histogram::bin_of(129)) == 128);
  CHECK(Histogram::least_in(Histogram::bin_of(129) + 1) == 130);
  CHECK(Histogram::bin_of(~0ULL) == Histogram::bins - 1);
}

TEST_CASE("quantiles of a histogram are those of the values", "[stats][histogram]") {
  const auto histogram = std::make_unique<Histogram>();
  for (std::uint64_t value = 1; value <= 1000; ++value) histogram->add(value * 1000);
  CHECK(histogram->size() == 1000);
  const Quantile p90 = quantile(*histogram, 0.9);
  CHECK(p90.value == Approx(900e3).epsilon(0.016));
  // Order statistics 881 and 919, each to the outer end of its bin.
  CHECK(p90.interval.low == Approx(881e3).epsilon(0.016));
  CHECK(p90.interval.low <= 881e3);
  CHECK(p90.interval.high == Approx(919e3).epsilon(0.016));
  CHECK(p90.interval.high > 919e3);
  CHECK(p90.interval.method == IntervalMethod::order_statistic);
}

TEST_CASE("too few values have no quantile", "[stats][histogram]") {
  const auto histogram = std::make_unique<Histogram>();
  for (int i = 0; i < 458; ++i) histogram->add(5);
  CHECK_FALSE(quantile(*histogram, 0.99).interval.is_known());
  CHECK(quantile(*histogram, 0.9).interval.contains(5.0));
  histogram->add(7);
  CHECK(quantile(*histogram, 0.99).interval.contains(5.0));
}

TEST_CASE("histograms add up", "[stats][histogram]") {
  const auto a = std::make_unique<Histogram>();
  const auto b = std::make_unique<Histogram>();
  a->add(5);
  b->add(5);
  b->add(70);
  a->add(*b);
  CHECK(a->size() == 3);
  CHECK(a->bin_at(1) == 5);
  CHECK(a->bin_at(2) == 5);
  CHECK(a->bin_at(3) == 70);
}

TEST_CASE("intervals of percentiles cover the truth", "[stats][histogram][simulation]") {
  // Exponential lengths: the p-quantile is -ln(1 - p).
  Random random(1);
  const auto histogram = std::make_unique<Histogram>();
  int covered[2] = {};
  constexpr int trials = 1000;
  for (int i = 0; i < trials; ++i) {
    *histogram = {};
    for (int k = 0; k < 1000; ++k) {
      histogram->add(static_cast<std::uint64_t>(-1e6 * math::logarithm(1.0 - random.uniform())));
    }
    covered[0] += quantile(*histogram, 0.9).interval.contains(2.302585e6) ? 1 : 0;
    covered[1] += quantile(*histogram, 0.99).interval.contains(4.605170e6) ? 1 : 0;
  }
  CHECK(covered[0] >= 0.94 * trials);
  CHECK(covered[1] >= 0.94 * trials);
}
