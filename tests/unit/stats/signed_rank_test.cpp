// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/stats/hypothesis_tests.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include "aborts.hpp"
#include "catch.hpp"
#include "normal.hpp"

using namespace perjoule;

TEST_CASE("the middle is that of all averages of two", "[stats]") {
  // Averages of 1, 2, 6: 1, 1.5, 3.5, 2, 4, 6, sorted 1, 1.5, 2, 3.5, 4, 6.
  const double three[] = {1.0, 2.0, 6.0};
  CHECK(signed_rank(three).value == Approx(2.75));
  const double two[] = {1.0, 2.0};
  CHECK(signed_rank(two).value == Approx(1.5));
}

TEST_CASE("the interval leaves out as many averages as the test rejects", "[stats]") {
  // 1 to 10: ranks 110, 27.5 - 1.96 sqrt(110 x 21/24) = 27.5 - 19.23 = 8.27: the 8th of 55 averages
  // from either end. Averages below: 1, 1.5, 2 2, 2.5 2.5, 3 3 (3).
  std::vector<double> ten{5, 10, 1, 6, 2, 9, 3, 8, 4, 7};  // no neighbours alike
  const LocationEstimate found = signed_rank(ten);
  CHECK(found.value == Approx(5.5));
  REQUIRE(found.interval.is_known());
  CHECK(found.interval.low == Approx(3.0));
  CHECK(found.interval.high == Approx(8.0));
  CHECK(found.interval.method == IntervalMethod::signed_rank);
  CHECK(found.interval.level == 0.95);
  CHECK(signed_rank(ten, 0.5).interval.low > 4.0);
}

TEST_CASE("a few values have no interval at that level", "[stats]") {
  // Five: 7.5 - 1.96 sqrt(30 x 11/24) = 0.23, and six: 10.5 - 1.96 sqrt(42 x 13/24) = 1.15.
  const double six[] = {1.0, 2.0, 3.0, 4.0, 5.0, 6.0};
  CHECK(signed_rank(six).interval.is_known());
  CHECK(signed_rank(six).interval.low == 1.0);
  CHECK_FALSE(signed_rank({six, 5}).interval.is_known());
  CHECK(signed_rank({six, 5}).value == 3.0);
  CHECK_FALSE(signed_rank({six, 1}).interval.is_known());
  CHECK_FALSE(abort_message([] { (void)signed_rank({}); }).empty());
}

TEST_CASE("a few wild values hardly move the middle", "[stats]") {
  Normal normal(1);
  std::vector<double> values;
  for (int i = 0; i < 60; ++i) values.push_back(i % 20 == 0 ? 1e6 : normal(1.0, 0.01));
  CHECK(signed_rank(values).value == Approx(1.0).epsilon(0.005));
}

TEST_CASE("of many values neighbours are averaged first", "[stats]") {
  // 1000 in pairs of five: 200 averages, each 3, 8, 13, ...
  std::vector<double> rising;
  for (int i = 1; i <= 1000; ++i) rising.push_back(i);
  CHECK(signed_rank(rising).value == Approx(500.5));
  // A period of five is averaged away.
  std::vector<double> waves;
  for (int i = 0; i < 1000; ++i) waves.push_back(i % 5);
  CHECK(signed_rank(waves).interval.low == 2.0);
  CHECK(signed_rank(waves).interval.high == 2.0);
}

TEST_CASE("the interval covers whatever the noise, also noise with a memory",
          "[stats][simulation]") {
  constexpr int trials = 1000;
  for (const bool heavy : {false, true}) {
    for (const double kept : {0.0, 0.5}) {
      Normal normal(3);
      int covered = 0;
      double width = 0.0;
      for (int trial = 0; trial < trials; ++trial) {
        std::vector<double> values;
        double noise = 0.0;
        while (values.size() < 40) {
          const double fresh = normal(0.0, 1.0);
          noise = kept * noise + (heavy ? fresh * fresh * fresh : fresh);
          values.push_back(2.0 + noise);
        }
        const Interval<double> interval = signed_rank(values).interval;
        covered += interval.contains(2.0) ? 1 : 0;
        width += (interval.high - interval.low) / trials;
      }
      INFO("heavy " << heavy << ", kept " << kept << ", covered " << covered);
      CHECK(covered >= 0.93 * trials);
      // The t interval of 40 independent normal values is 0.64 wide.
      if (!heavy && kept == 0.0) CHECK(width < 0.8);
    }
  }
}

TEST_CASE("values that resemble their neighbours widen the interval", "[stats]") {
  // Walsh averages of ten times 1 and ten times -1 end at -1 and 1. An autocorrelation time of a =
  // 1.2408964 (autocorrelation_test.cpp) leaves 10.88943 degrees of freedom:
  // sqrt(19 a/(20 - a)) t(.975, 10.88943)/t(.975, 19) = 1.1210846 x 2.2037149/2.0930241.
  std::vector<double> twos;
  for (int i = 0; i < 20; ++i) twos.push_back(i / 2 % 2 == 0 ? 1.0 : -1.0);
  CHECK(signed_rank(twos).interval.high == Approx(1.1803742).epsilon(1e-6));
}
