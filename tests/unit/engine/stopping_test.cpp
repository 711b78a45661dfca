// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/engine/sample_estimates.hpp"

#include <cstddef>
#include <vector>

#include "catch.hpp"
#include "normal.hpp"
#include "perjoule/stats/summary.hpp"

using namespace perjoule;

TEST_CASE("the intervals are looked at after 12, 18, 27, 40, 60, 90 and 135 windows", "[engine]") {
  std::vector<std::size_t> checks{detail::first_check};
  while (checks.size() < 7) checks.push_back(detail::next_check(checks.back()));
  CHECK(checks == std::vector<std::size_t>{12, 18, 27, 40, 60, 90, 135});
}

TEST_CASE("the target is met when the half-width is that share of the value", "[engine]") {
  // 1.96 x 0.05 = 0.098 and 1.96 x 0.052 = 0.102, of 10 at 1 %.
  CHECK(detail::meets_target({10.0, 0.050, infinite_dof, 0.0, Provenance::measured}, 0.01));
  CHECK_FALSE(detail::meets_target({10.0, 0.052, infinite_dof, 0.0, Provenance::measured}, 0.01));
}

TEST_CASE("the half-width of few windows is that of Student's t", "[engine]") {
  // t(.975, 11) = 2.201: 0.0990 and 0.1012, where 1.96 would give 0.088 and 0.090.
  CHECK(detail::meets_target({10.0, 0.045, 11.0, 0.0, Provenance::measured}, 0.01));
  CHECK_FALSE(detail::meets_target({10.0, 0.046, 11.0, 0.0, Provenance::measured}, 0.01));
}

TEST_CASE("what more windows cannot mend does not keep the target from being met", "[engine]") {
  CHECK(detail::meets_target({10.0, 0.05, infinite_dof, 5.0, Provenance::modelled}, 0.01));
}

TEST_CASE("a missing value and one that is not positive never meet the target", "[engine]") {
  CHECK_FALSE(detail::meets_target({}, 0.01));
  CHECK_FALSE(detail::meets_target({0.0, 0.0, infinite_dof, 0.0, Provenance::measured}, 0.01));
  CHECK_FALSE(detail::meets_target({-1.0, 0.001, infinite_dof, 0.0, Provenance::measured}, 0.01));
}

namespace {

Estimate<double> mean_of_all(const std::vector<double>& windows) {
  return mean_of_windows(windows, 0.0, Provenance::measured);
}

bool settled(const std::vector<double>& windows) {
  return detail::has_settled(windows, mean_of_all(windows), 0.01);
}

bool drifted(const std::vector<double>& windows) {
  return detail::has_drifted(windows, mean_of_all(windows));
}

/// 1 plus a little noise without memory: neighbours have opposite signs.
std::vector<double> steady(std::size_t n) {
  std::vector<double> windows;
  while (windows.size() < n) windows.push_back(windows.size() % 2 == 0 ? 1.001 : 0.999);
  return windows;
}

}  // namespace

TEST_CASE("a run may stop from thirty independent windows on", "[engine]") {
  CHECK_FALSE(settled(steady(29)));
  CHECK(settled(steady(30)));
  CHECK_FALSE(drifted(steady(30)));
  // Each thrice: a third as many.
  std::vector<double> thrice;
  for (std::size_t i = 0; i < 60; ++i) thrice.push_back(i / 3 % 2 == 0 ? 1.001 : 0.999);
  CHECK_FALSE(settled(thrice));
}

TEST_CASE("windows that differ by less than their resolution need not be many", "[engine]") {
  std::vector<double> rising;
  for (int i = 0; i < 40; ++i) rising.push_back(1.0 + 1e-4 * i);
  CHECK(drifted(rising));
  const Estimate<double> coarse = mean_of_windows(rising, 0.01, Provenance::measured);
  CHECK(detail::has_settled(rising, coarse, 0.01));
  CHECK_FALSE(detail::has_drifted(rising, coarse));
}

TEST_CASE("halves that differ keep a run from stopping, and mark it as unstable", "[engine]") {
  std::vector<double> windows = steady(40);
  const Estimate<double> mean = mean_of_all(windows);
  CHECK(detail::halves_agree(windows, mean));
  // 2.58 x 2u is the largest difference allowed; each of the last twenty is that much higher.
  const double most = 2.708 * 2.0 * mean.random;  // t(.995, 39)
  for (std::size_t i = 20; i < 40; ++i) windows[i] += 0.99 * most;
  CHECK(detail::halves_agree(windows, mean));
  for (std::size_t i = 20; i < 40; ++i) windows[i] += 0.02 * most;
  CHECK_FALSE(detail::halves_agree(windows, mean));
}

TEST_CASE("the middle one of an odd number of windows is in neither half", "[engine]") {
  std::vector<double> windows = steady(41);
  windows[20] = 100.0;
  CHECK(detail::halves_agree(windows, {1.0, 0.001, 40.0, 0.0, Provenance::measured}));
}

TEST_CASE("a step, a slope and a random walk are told from steady noise", "[engine]") {
  Normal normal(1);
  int found = 0;
  int false_alarms = 0;
  constexpr int trials = 200;
  for (int trial = 0; trial < trials; ++trial) {
    std::vector<double> step;
    std::vector<double> slope;
    std::vector<double> walk;
    std::vector<double> noise;
    double at = 1.0;
    for (int i = 0; i < 90; ++i) {
      step.push_back(normal(i < 30 ? 1.0 : 1.03, 0.01));
      slope.push_back(normal(1.0 + 0.001 * i, 0.01));
      walk.push_back(at += normal(0.0, 0.005));
      noise.push_back(normal(1.0, 0.01));
    }
    found += drifted(step) ? 1 : 0;
    found += drifted(slope) ? 1 : 0;
    found += drifted(walk) ? 1 : 0;
    false_alarms += drifted(noise) ? 1 : 0;
  }
  CHECK(found >= 0.95 * 3 * trials);
  CHECK(false_alarms <= 0.03 * trials);
}

TEST_CASE("a few windows tell nothing of a drift", "[engine]") {
  CHECK_FALSE(drifted({1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}));
}
