// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/stats/summary.hpp"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "catch.hpp"
#include "normal.hpp"

using namespace perjoule;

namespace {

/// Values of mean 0 and variance 1, each of which keeps a share of the previous one.
std::vector<double> kept(double share, std::size_t n, std::uint64_t seed) {
  Normal normal(seed);
  std::vector<double> values{normal(0.0, 1.0)};
  while (values.size() < n) {
    values.push_back(share * values.back() + normal(0.0, std::sqrt(1.0 - share * share)));
  }
  return values;
}

double mean_time(double share, std::size_t n) {
  double sum = 0.0;
  constexpr std::uint64_t runs = 200;
  for (std::uint64_t seed = 1; seed <= runs; ++seed) {
    sum += autocorrelation_time(kept(share, n, seed));
  }
  return sum / static_cast<double>(runs);
}

}  // namespace

TEST_CASE("the autocorrelation time is that of neighbours, and of pairs of lags", "[stats]") {
  // Mean 0, twenty squares of 1. Of 19 neighbours 10 are equal and 9 are not: p = 1/20 = .05, and
  // .05 + 1.15/20 = .1075 without its bias: 1.1075/.8925. Lags 0 and 1: 1.05, lags 2 and 3 are
  // below 0: 2 x 1.05 - 1 = 1.1, which is less.
  std::vector<double> twos;
  for (int i = 0; i < 20; ++i) twos.push_back(i / 2 % 2 == 0 ? 1.0 : -1.0);
  CHECK(autocorrelation_time(twos) == Approx(1.2408963585).epsilon(1e-9));
}

TEST_CASE("waves that neighbours do not show are found in later lags", "[stats]") {
  // Six of 1 and six of -1, and again: p = (23 - 2 x 3)/24 = .708333, and .838542 corrected:
  // 11.4 of neighbours is above the most, a quarter of 24.
  std::vector<double> sixes;
  for (int i = 0; i < 24; ++i) sixes.push_back(i / 6 % 2 == 0 ? 1.0 : -1.0);
  CHECK(autocorrelation_time(sixes) == 6.0);
  // Alternating noise above a slow wave: neighbours are unlike, pairs of lags show the wave.
  std::vector<double> both;
  for (int i = 0; i < 240; ++i) both.push_back((i / 60 % 2 == 0 ? 1.0 : -1.0) + (i % 2) * 1.2);
  CHECK(autocorrelation_time(both) > 20.0);
}

TEST_CASE("independent values have a time of 1, and so have few and equal ones", "[stats]") {
  CHECK(autocorrelation_time({}) == 1.0);
  CHECK(autocorrelation_time(std::vector<double>(50, 3.0)) == 1.0);
  const std::vector<double> rising{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
  CHECK(autocorrelation_time(rising) == 1.0);
  std::vector<double> turns;
  for (int i = 0; i < 40; ++i) turns.push_back(i % 2 == 0 ? 1.0 : -1.0);
  CHECK(autocorrelation_time(turns) == 1.0);
  CHECK(mean_time(0.0, 1000) < 1.15);
}

TEST_CASE("what is drifting all the time has the time of the run", "[stats]") {
  std::vector<double> rising;
  for (int i = 0; i < 40; ++i) rising.push_back(i);
  CHECK(autocorrelation_time(rising) == 10.0);
}

TEST_CASE("noise that keeps a share p of itself has a time of (1 + p)/(1 - p)",
          "[stats][simulation]") {
  CHECK(mean_time(0.3, 4000) == Approx(1.857).epsilon(0.05));
  CHECK(mean_time(0.6, 4000) == Approx(4.0).epsilon(0.08));
  CHECK(mean_time(0.9, 4000) == Approx(19.0).epsilon(0.15));
}
