// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What change_points() finds on simulated nights. Bounds leave three standard errors to what
// `perjoule selftest --power` measures with more trials.
#include <cmath>
#include <cstddef>
#include <vector>

#include "catch.hpp"
#include "perjoule/regress/change_points.hpp"
#include "perjoule/regress/simulated_nights.hpp"
#include "perjoule/stats/random.hpp"

using namespace perjoule;

namespace {

constexpr std::size_t series_length = 120;

double alarms_per_night(NightNoise noise, int trials, const ChangeOptions& options = {}) {
  Random random(11);
  std::size_t alarms = 0;
  for (int i = 0; i < trials; ++i) {
    alarms += change_points(simulated_nights(noise, series_length, random), options).size();
  }
  return static_cast<double>(alarms) / (static_cast<double>(series_length) * trials);
}

/// Returns the share of series in which a shift is found while `nights` nights of it are seen.
double share_found(NightNoise noise, double ratio, std::size_t nights, int trials,
                   const ChangeOptions& options = {}) {
  Random random(12);
  int found = 0;
  for (int i = 0; i < trials; ++i) {
    const auto first = static_cast<std::size_t>(30 + random.below(series_length - 30 - nights));
    const std::vector<double> series =
        with_shift(simulated_nights(noise, first + nights, random), first, ratio);
    bool is_found = false;
    for (const ChangePoint& change : change_points(series, options)) {
      is_found = is_found || (change.found >= first && change.difference > 0.0);
    }
    found += is_found ? 1 : 0;
  }
  return static_cast<double>(found) / trials;
}

}  // namespace

TEST_CASE("a steady series hardly ever alarms, whatever its noise", "[regress][simulation]") {
  for (const NightNoise noise : night_noises) {
    INFO(name(noise));
    CHECK(alarms_per_night(noise, 200) <= 0.002);
  }
}

TEST_CASE("a shift by 2 % is found within a week", "[regress][simulation]") {
  CHECK(share_found(NightNoise::independent, 1.02, 7, 400) >= 0.86);
  CHECK(share_found(NightNoise::outliers, 1.02, 7, 400) >= 0.58);
  CHECK(share_found(NightNoise::two_levels, 1.02, 7, 400) >= 0.58);
  CHECK(share_found(NightNoise::independent, 1.0 / 1.02, 7, 400) <= 0.05);  // that is no rise
}

TEST_CASE("a shift by 5 % is found within three nights", "[regress][simulation]") {
  CHECK(share_found(NightNoise::independent, 1.05, 3, 400) >= 0.92);
  CHECK(share_found(NightNoise::wandering, 1.05, 3, 400) >= 0.8);
}

TEST_CASE("the patient search finds 5 % within two weeks, and hardly ever alarms",
          "[regress][simulation]") {
  ChangeOptions patient;
  patient.search = ChangeSearch::patient;
  CHECK(alarms_per_night(NightNoise::independent, 300, patient) == 0.0);
  CHECK(alarms_per_night(NightNoise::outliers, 300, patient) == 0.0);
  CHECK(alarms_per_night(NightNoise::two_levels, 300, patient) <= 0.0002);
  CHECK(alarms_per_night(NightNoise::autocorrelated, 300, patient) <= 0.0025);
  CHECK(share_found(NightNoise::independent, 1.05, 14, 300, patient) >= 0.98);
  CHECK(share_found(NightNoise::wandering, 1.05, 14, 300, patient) >= 0.98);
}

TEST_CASE("the suspect range contains the first night", "[regress][simulation]") {
  Random random(13);
  int found = 0;
  int contained = 0;
  double width = 0.0;
  for (int i = 0; i < 400; ++i) {
    const std::vector<double> series =
        with_shift(simulated_nights(NightNoise::independent, series_length, random), 60, 1.05);
    for (const ChangePoint& change : change_points(series)) {
      if (change.found < 60) continue;
      ++found;
      contained += change.last_old < 60 && 60 <= change.first_new ? 1 : 0;
      width += static_cast<double>(change.first_new - change.last_old);
    }
  }
  CHECK(found >= 390);
  CHECK(contained >= 0.97 * found);
  CHECK(width / found < 4.0);
}

TEST_CASE("a new machine rarely alarms if the anchor was measured on both",
          "[regress][simulation]") {
  Random random(14);
  int alarms = 0;
  int found = 0;
  constexpr int trials = 300;
  for (int i = 0; i < trials; ++i) {
    const double uncertainty = 0.01 * std::sqrt(2.0 / 10.0);
    const double ratio = 1.05 * std::exp(uncertainty * draw_student_t(random, infinite_dof));
    const MachineSwap swaps[] = {{60, ratio, uncertainty}};
    const std::vector<double> series =
        with_shift(simulated_nights(NightNoise::independent, series_length, random), 60, 1.05);
    for (const ChangePoint& change : change_points(series, {}, swaps)) {
      alarms += change.found >= 60 ? 1 : 0;
    }
    std::vector<double> shifted = with_shift(series, 61, 1.05);
    shifted.resize(64);
    bool is_found = false;
    for (const ChangePoint& change : change_points(shifted, {}, swaps)) {
      is_found = is_found || change.found >= 61;
    }
    found += is_found ? 1 : 0;
  }
  CHECK(alarms <= 0.03 * trials);
  CHECK(found >= 0.85 * trials);
}
