// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/stats/quantile.hpp"

#include <cstdint>

#include "catch.hpp"

using namespace perjoule;

TEST_CASE("a quantile is spoken of from as many values on as MLPerf asks for", "[stats][latency]") {
  // MLPerf inference rules, early stopping: least values for 0, 1, 2, 5, 10 above the bound.
  const struct {
    double p;
    std::uint64_t least[5];
  } table[] = {{0.9, {44, 64, 81, 127, 197}}, {0.99, {459, 662, 838, 1307, 2010}}};
  const std::uint64_t above[] = {0, 1, 2, 5, 10};
  for (const auto& [p, least] : table) {
    for (int i = 0; i < 5; ++i) {
      CAPTURE(p, least[i]);
      CHECK(detail::binomial_quantile(least[i], 1.0 - p, 0.01) == above[i] + 1);
      CHECK(detail::binomial_quantile(least[i] - 1, 1.0 - p, 0.01) == above[i]);
    }
    CHECK(is_quantile_estimable(least[0], p));
    CHECK_FALSE(is_quantile_estimable(least[0] - 1, p));
    CHECK_FALSE(is_quantile_estimable(0, p));
  }
  CHECK(is_quantile_estimable(7, 0.5));  // (1/2)^7 < 0.01 < (1/2)^6
  CHECK_FALSE(is_quantile_estimable(6, 0.5));
}

TEST_CASE("a quantile lies between order statistics", "[stats][latency]") {
  // By exact fractions, in another program.
  const struct {
    std::uint64_t values;
    double p;
    std::uint64_t low;
    std::uint64_t high;
  } table[] = {{100, 0.5, 40, 61},
               {100, 0.9, 84, 96},
               {1000, 0.9, 881, 919},
               {1000, 0.99, 983, 997},
               {459, 0.99, 450, 459}};
  for (const auto& [values, p, low, high] : table) {
    CAPTURE(values, p);
    const RankInterval ranks = quantile_ranks(values, p);
    CHECK(ranks.low == low);
    CHECK(ranks.high == high);
  }
}

TEST_CASE("ranks of millions of values agree with those of a million", "[stats][latency]") {
  const RankInterval exact = quantile_ranks(1'000'000, 0.99);
  const RankInterval approximate = quantile_ranks(1'000'001, 0.99);
  CHECK(static_cast<double>(exact.low) == Approx(990'000.0 - 1.96 * 99.5).margin(2.0));
  CHECK(static_cast<double>(approximate.low) == Approx(static_cast<double>(exact.low)).margin(3.0));
  CHECK(static_cast<double>(approximate.high) ==
        Approx(static_cast<double>(exact.high)).margin(3.0));
}
