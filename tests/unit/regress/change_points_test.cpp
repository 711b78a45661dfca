// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/regress/change_points.hpp"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "catch.hpp"
#include "normal.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/regress/simulated_nights.hpp"
#include "perjoule/stats/random.hpp"

using namespace perjoule;

namespace {

/// Nights about 100, with a standard deviation of 1 and no correlation of neighbours.
std::vector<double> quiet_nights(std::size_t count) {
  constexpr double four[] = {98.6, 100.0, 101.4, 100.0};
  std::vector<double> nights;
  for (std::size_t i = 0; i < count; ++i) nights.push_back(four[i % 4]);
  return nights;
}

/// Replays a series as a gate does, which keeps nothing but where the segment began.
std::vector<ChangePoint> replayed(const std::vector<double>& nights, const ChangeOptions& options,
                                  View<MachineSwap> swaps = {}) {
  std::vector<ChangePoint> found;
  std::size_t segment = 0;
  for (std::size_t n = 1; n <= nights.size(); ++n) {
    const NightVerdict night = check_last_night({nights.data(), n}, segment, options, swaps);
    if (night.state != NightState::changed) continue;
    found.push_back(night.change);
    segment = night.change.first;
  }
  return found;
}

bool are_equal(const std::vector<ChangePoint>& a, const std::vector<ChangePoint>& b) {
  bool equal = a.size() == b.size();
  for (std::size_t i = 0; equal && i < a.size(); ++i) {
    equal = a[i].first == b[i].first && a[i].last_old == b[i].last_old &&
            a[i].first_new == b[i].first_new && a[i].found == b[i].found &&
            a[i].difference == b[i].difference && a[i].direction == b[i].direction;
  }
  return equal;
}

}  // namespace

TEST_CASE("a step in a quiet series is found on its third night, and located", "[regress]") {
  const std::vector<ChangePoint> found = change_points(with_shift(quiet_nights(60), 40, 1.1));
  REQUIRE(found.size() == 1);
  CHECK(found[0].first == 40);
  CHECK(found[0].found == 42);
  CHECK(found[0].last_old == 39);
  CHECK(found[0].first_new == 40);
  CHECK(found[0].ratio == Approx(1.1).epsilon(0.01));
  CHECK(found[0].ratio_interval.contains(1.1));
  CHECK(found[0].ratio_interval.method == IntervalMethod::student_t);
  CHECK(found[0].difference == Approx(10.0).epsilon(0.1));
  CHECK(found[0].direction == ChangeDirection::worse);
}

TEST_CASE("larger values are better or worse, as the caller says", "[regress]") {
  const std::vector<double> nights = with_shift(quiet_nights(60), 40, 1.1);
  ChangeOptions options;
  options.better = Direction::higher;
  CHECK(change_points(nights, options).at(0).direction == ChangeDirection::better);
  options.better = Direction::unknown;
  CHECK(change_points(nights, options).at(0).direction == ChangeDirection::unknown);
  CHECK(name(change_points(nights, options).at(0).direction) == "unknown");
}

TEST_CASE("a small step is found within seven nights", "[regress]") {
  // 2 % and noise of 1 %: z = 2/sqrt(1/7 + 1/40) = 4.9.
  const std::vector<ChangePoint> found = change_points(with_shift(quiet_nights(60), 40, 1.02));
  REQUIRE(found.size() == 1);
  CHECK(found[0].found > 42);
  CHECK(found[0].found <= 46);
  CHECK(found[0].last_old < 40);
  CHECK(found[0].first_new >= 40);
}

TEST_CASE("a step below the least effect is none", "[regress]") {
  CHECK(change_points(with_shift(quiet_nights(200), 100, 1.01)).empty());
}

TEST_CASE("outliers are no change", "[regress]") {
  std::vector<double> nights = quiet_nights(80);
  nights[40] = 150.0;
  CHECK(change_points(nights).empty());
  nights[41] = 150.0;
  CHECK(change_points(nights).empty());
  nights[60] = 50.0;
  CHECK(change_points(nights).empty());
}

TEST_CASE("a noisy series waits for more nights", "[regress]") {
  // Noise of 5 %, a step by a third: it has to be found by the slow search.
  std::vector<double> nights;
  for (int i = 0; i < 60; ++i)
    nights.push_back((i % 2 == 0 ? 95.0 : 105.0) * (i < 40 ? 1.0 : 1.33));
  const std::vector<ChangePoint> found = change_points(nights);
  REQUIRE(found.size() == 1);
  CHECK(found[0].first == 40);
  CHECK(found[0].found > 42);
  CHECK(found[0].found <= 50);
}

TEST_CASE("any change of an exact series is found at once", "[regress]") {
  std::vector<double> nights(50, 4096.0);
  for (std::size_t i = 30; i < nights.size(); ++i) nights[i] = 4097.0;
  const std::vector<ChangePoint> found = change_points(nights);
  REQUIRE(found.size() == 1);
  CHECK(found[0].first == 30);
  CHECK(found[0].found == 30);
  CHECK(found[0].last_old == 29);
  CHECK(found[0].ratio == Approx(4097.0 / 4096.0).epsilon(1e-12));
  CHECK(found[0].difference == Approx(1.0));
  CHECK(found[0].ratio_interval.method == IntervalMethod::exact);
  CHECK(change_points(std::vector<double>(100, 4096.0)).empty());
  CHECK(change_points(std::vector<double>(100, 0.0)).empty());
}

TEST_CASE("a change from zero is found, without a ratio", "[regress]") {
  std::vector<double> nights(50, 0.0);
  for (std::size_t i = 30; i < nights.size(); ++i) nights[i] = 8.0;
  const std::vector<ChangePoint> found = change_points(nights);
  REQUIRE(found.size() == 1);
  CHECK(found[0].first == 30);
  CHECK(found[0].difference == 8.0);
  CHECK_FALSE(is_finite(found[0].ratio));
  CHECK_FALSE(found[0].ratio_interval.is_known());
}

TEST_CASE("values that are not positive are compared by their differences", "[regress]") {
  std::vector<double> nights;  // about -100, then -110
  for (const double x : with_shift(quiet_nights(80), 50, 1.1)) nights.push_back(-x);
  std::vector<ChangePoint> found = change_points(nights);
  REQUIRE(found.size() == 1);
  CHECK(found[0].first == 50);
  CHECK(found[0].found == 52);
  CHECK(found[0].difference == Approx(-10.0).epsilon(0.1));
  CHECK(found[0].direction == ChangeDirection::better);
  // Logarithms until the first zero, differences from then on.
  nights = with_shift(quiet_nights(80), 50, 1.1);
  for (std::size_t i = 0; i < nights.size(); ++i) nights[i] += i < 50 ? 100.0 : 110.0;
  nights[30] = 0.0;
  found = change_points(nights);
  REQUIRE_FALSE(found.empty());
  CHECK(found.back().first == 50);
  CHECK(are_equal(found, replayed(nights, {})));
}

TEST_CASE("nights without a value are passed over", "[regress]") {
  std::vector<double> nights = with_shift(quiet_nights(60), 40, 1.1);
  const double missing = std::numeric_limits<double>::quiet_NaN();
  nights.insert(nights.begin() + 40, missing);
  nights.insert(nights.begin() + 10, missing);
  const std::vector<ChangePoint> found = change_points(nights);
  REQUIRE(found.size() == 1);
  CHECK(found[0].first == 42);
  CHECK(found[0].found == 44);
  CHECK(found[0].last_old == 40);
  nights.resize(45);
  CHECK(check_last_night(nights).state == NightState::changed);
  nights.push_back(missing);
  CHECK(check_last_night(nights).state == NightState::steady);
  CHECK(change_points(std::vector<double>(50, missing)).empty());
}

TEST_CASE("few nights show nothing", "[regress]") {
  CHECK(change_points({}).empty());
  CHECK(check_last_night({}).state == NightState::too_few_nights);
  const double one[] = {1.0};
  CHECK(check_last_night(one).state == NightState::too_few_nights);
  CHECK(name(check_last_night(one).state) == "too few nights");
  const std::vector<double> nights = quiet_nights(40);
  CHECK(check_last_night({nights.data(), 17}).state == NightState::too_few_nights);
  CHECK(check_last_night({nights.data(), 18}).state == NightState::steady);
  CHECK(check_last_night(nights, 23).state == NightState::too_few_nights);
  CHECK(check_last_night(nights, 22).state == NightState::steady);
}

TEST_CASE("the patient search waits until a change has lasted", "[regress]") {
  ChangeOptions patient;
  patient.search = ChangeSearch::patient;
  CHECK(name(patient.search) == "patient");
  CHECK(name(ChangeOptions{}.search) == "quick");
  const std::vector<ChangePoint> found =
      change_points(with_shift(quiet_nights(80), 40, 1.05), patient);
  REQUIRE(found.size() == 1);
  CHECK(found[0].first == 40);
  CHECK(found[0].found >= 46);  // half of 14 nights
  CHECK(found[0].found <= 53);
  CHECK(found[0].ratio == Approx(1.05).epsilon(0.01));

  // Five slow nights are a change for the quick search, and none for the patient one.
  const std::vector<double> spike =
      with_shift(with_shift(quiet_nights(80), 40, 1.1), 45, 1.0 / 1.1);
  CHECK(change_points(spike).size() == 1);
  CHECK(change_points(spike, patient).empty());

  // 24 nights against 48, with a standard deviation of 1 %, a least change of 0.6 % and levels that
  // wander: (2.4 - 0.6)/sqrt(1/24 + 1/48 + 0.2) = 3.5, and 3.1 for 2.2 %. The threshold is 3.4.
  CHECK(change_points(with_shift(quiet_nights(100), 60, 1.022), patient).empty());
  const std::vector<ChangePoint> small =
      change_points(with_shift(quiet_nights(100), 60, 1.024), patient);
  REQUIRE(small.size() == 1);
  CHECK(small[0].found == 83);

  // Fifty nights that happen to be quiet do not make the earlier noise forgotten.
  std::vector<double> calm = quiet_nights(100);
  for (std::size_t i = 0; i < 74; ++i) calm.push_back(i % 2 == 0 ? 99.9 : 100.1);
  CHECK(change_points(with_shift(calm, 150, 1.01), patient).empty());
  CHECK(change_points(with_shift(calm, 150, 1.02), patient).size() == 1);

  // A count is exact for either.
  std::vector<double> exact(50, 4096.0);
  for (std::size_t i = 30; i < exact.size(); ++i) exact[i] = 4097.0;
  REQUIRE(change_points(exact, patient).size() == 1);
  CHECK(change_points(exact, patient)[0].found == 30);

  const std::vector<double> nights = quiet_nights(40);
  CHECK(check_last_night({nights.data(), 21}, 0, patient).state == NightState::too_few_nights);
  CHECK(check_last_night({nights.data(), 22}, 0, patient).state == NightState::steady);
}

TEST_CASE("the patient search has its own least change and threshold", "[regress]") {
  const std::vector<double> nights = with_shift(quiet_nights(80), 40, 1.03);
  ChangeOptions patient;
  patient.search = ChangeSearch::patient;
  patient.threshold = 100.0;
  patient.least_effect = 1.0;
  CHECK(change_points(nights, patient).size() == 1);
  patient.patient_effect = 0.03;
  CHECK(change_points(nights, patient).empty());
  patient.patient_effect = 0.006;
  patient.patient_threshold = 5.0;
  CHECK(change_points(nights, patient).empty());
}

TEST_CASE("a change can have to be confirmed on a second night", "[regress]") {
  const std::vector<double> nights = with_shift(quiet_nights(60), 40, 1.1);
  ChangeOptions options;
  options.confirm = true;
  CHECK(check_last_night({nights.data(), 42}, 0, options).state == NightState::steady);
  const NightVerdict first = check_last_night({nights.data(), 43}, 0, options);
  CHECK(first.state == NightState::suspect);
  CHECK(name(first.state) == "suspect");
  CHECK(first.change.first == 40);
  CHECK(check_last_night({nights.data(), 44}, 0, options).state == NightState::changed);
  CHECK(change_points(nights, options).at(0).found == 43);

  std::vector<double> exact(50, 4096.0);
  exact[30] = 4097.0;
  CHECK(change_points(exact, options).empty());
  for (std::size_t i = 30; i < exact.size(); ++i) exact[i] = 4097.0;
  REQUIRE(change_points(exact, options).size() == 1);
  CHECK(change_points(exact, options)[0].first == 30);
  CHECK(change_points(exact, options)[0].found == 31);
}

TEST_CASE("a slower machine is no change, and the next one is found as before", "[regress]") {
  const std::vector<double> swapped = with_shift(quiet_nights(90), 60, 1.05);
  CHECK(change_points(swapped).size() == 1);
  const MachineSwap swaps[] = {{60, 1.05, 0.0045}};
  CHECK(change_points(swapped, {}, swaps).empty());
  const std::vector<double> shifted = with_shift(swapped, 60, 1.05);
  const std::vector<ChangePoint> found = change_points(shifted, {}, swaps);
  REQUIRE(found.size() == 1);
  CHECK(found[0].first == 60);
  CHECK(found[0].found == 62);
  CHECK(found[0].ratio == Approx(1.05).epsilon(0.01));
  CHECK(found[0].difference == Approx(5.25).epsilon(0.1));  // on the new machine
  CHECK(are_equal(found, replayed(shifted, {}, swaps)));

  // An exact count on a machine whose scale is not exact.
  std::vector<double> counts(90, 1000.0);
  for (std::size_t i = 60; i < counts.size(); ++i) counts[i] = 1051.0;
  CHECK(change_points(counts, {}, swaps).empty());
}

TEST_CASE("machines that cannot be used are refused", "[regress]") {
  const std::vector<double> nights = quiet_nights(10);
  const MachineSwap none[] = {{3, 0.0, 0.0}};
  const MachineSwap negative[] = {{3, 1.0, -0.1}};
  const MachineSwap not_in_order[] = {{3, 1.0, 0.0}, {2, 1.0, 0.0}};
  const MachineSwap not_finite[] = {{3, std::numeric_limits<double>::infinity(), 0.0}};
  CHECK_THROWS_AS(change_points(nights, {}, none), Error);
  CHECK_THROWS_AS(change_points(nights, {}, negative), Error);
  CHECK_THROWS_AS(check_last_night(nights, 0, {}, not_in_order), Error);
  CHECK_THROWS_AS(check_last_night(nights, 0, {}, not_finite), Error);
}

TEST_CASE("the last night alone shows what a replay finds on it", "[regress][simulation]") {
  Random random(5);
  std::size_t changes = 0;
  for (const NightNoise noise : night_noises) {
    for (const int setting : {0, 1, 2, 3}) {
      ChangeOptions options;
      options.confirm = setting % 2 == 1;
      options.search = setting / 2 == 0 ? ChangeSearch::quick : ChangeSearch::patient;
      std::vector<double> nights = simulated_nights(noise, 150, random);
      nights = with_shift(with_shift(nights, 60, 1.05), 100, 0.93);
      nights[80] = std::numeric_limits<double>::quiet_NaN();
      const std::vector<ChangePoint> found = change_points(nights, options);
      INFO(name(noise) << ", setting " << setting);
      CHECK(are_equal(found, replayed(nights, options)));
      changes += found.size();
    }
  }
  CHECK(changes >= 20);
}

TEST_CASE("a later night changes nothing that was found before", "[regress][simulation]") {
  Random random(6);
  const std::vector<double> nights =
      with_shift(simulated_nights(NightNoise::independent, 120, random), 60, 1.05);
  const std::vector<ChangePoint> all = change_points(nights);
  for (std::size_t n = 0; n <= nights.size(); ++n) {
    std::vector<ChangePoint> until;
    for (const ChangePoint& change : all) {
      if (change.found < n) until.push_back(change);
    }
    CHECK(are_equal(change_points({nights.data(), n}), until));
  }
}

TEST_CASE("how large a change is, is right where few nights are before it", "[regress]") {
  // Among the first nights, the window that finds a change holds nights of both levels.
  for (const std::size_t before : {std::size_t{17}, std::size_t{22}, std::size_t{45}}) {
    for (const double ratio : {1.06, 1.5, 0.88}) {
      int covered = 0;
      for (std::uint64_t seed = 0; seed < 300; ++seed) {
        Normal normal(seed);
        std::vector<double> nights;
        for (std::size_t i = 0; i < before + 15; ++i) {
          nights.push_back((i < before ? 1000.0 : 1000.0 * ratio) * normal(1.0, 0.0033));
        }
        const std::vector<ChangePoint> found = change_points(nights);
        REQUIRE(found.size() == 1);
        CHECK(found[0].ratio == Approx(ratio).epsilon(0.01));
        covered += found[0].ratio_interval.contains(ratio) ? 1 : 0;
      }
      CHECK(covered >= 270);  // of 285; fewer than 270 by chance in one of ten thousand
    }
  }
}
