// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/stats/histogram.hpp"

#include <cstdint>
#include <memory>

#include "catch.hpp"

using namespace perjoule;

TEST_CASE("each value lies in its bin, and the bins lie side by side", "[stats][histogram]") {
  for (std::uint64_t value : {0ULL, 1ULL, 63ULL, 64ULL, 127ULL, 128ULL, 129ULL, 1000ULL,
                              123456789ULL, (1ULL << 41U) - 1}) {
    CAPTURE(value);
    const std::size_t bin = Histogram::bin_of(value);
    CHECK(Histogram::bin_lower_edge(bin) <= value);
    CHECK(value < Histogram::bin_lower_edge(bin + 1));
  }
  for (std::size_t bin = 0; bin < Histogram::bins; ++bin) {
    REQUIRE(Histogram::bin_of(Histogram::bin_lower_edge(bin)) == bin);
    REQUIRE(Histogram::bin_of(Histogram::bin_lower_edge(bin + 1) - 1) == bin);
  }
  // 1/64 of a value at the most: [128, 130).
  CHECK(Histogram::bin_lower_edge(Histogram::bin_of(129)) == 128);
  CHECK(Histogram::bin_lower_edge(Histogram::bin_of(129) + 1) == 130);
  CHECK(Histogram::bin_of(~0ULL) == Histogram::bins - 1);
}

TEST_CASE("histograms add up", "[stats][histogram]") {
  const auto a = std::make_unique<Histogram>();
  const auto b = std::make_unique<Histogram>();
  a->add(5);
  b->add(5);
  b->add(70);
  a->add(*b);
  CHECK(a->size() == 3);
  CHECK(a->bin_of_rank(1) == 5);
  CHECK(a->bin_of_rank(2) == 5);
  CHECK(a->bin_of_rank(3) == 70);
}
