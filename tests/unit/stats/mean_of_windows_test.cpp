// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/stats/summary.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "catch.hpp"
#include "normal.hpp"
#include "perjoule/stats/confidence.hpp"

using namespace perjoule;

TEST_CASE("the mean of windows has the scatter over root n and n - 1 degrees of freedom",
          "[stats]") {
  // Mean 10; squares 4 + 0 + 4 = 8; s = 2; 2/sqrt(3)
  const double windows[] = {8.0, 10.0, 12.0};
  const Estimate<double> mean = mean_of_windows(windows, 0.5, Provenance::measured);
  CHECK(mean.value == Approx(10.0).epsilon(1e-14));
  CHECK(mean.random == Approx(1.1547005384).epsilon(1e-10));
  CHECK(mean.dof == 2.0);
  CHECK(mean.common == 0.0);
  CHECK(mean.provenance == Provenance::measured);
}

TEST_CASE("a coarse counter that shows the same number in each window keeps its resolution",
          "[stats]") {
  const double windows[] = {10.0, 10.0, 10.0, 10.0};
  const Estimate<double> mean = mean_of_windows(windows, 0.5, Provenance::modelled);
  CHECK(mean.value == 10.0);
  CHECK(mean.random == 0.25);
  CHECK(mean.dof == infinite_dof);
  CHECK(mean.provenance == Provenance::modelled);
}

TEST_CASE("a resolution above the scatter takes its place", "[stats]") {
  const double windows[] = {8.0, 10.0, 12.0, 10.0};  // s = sqrt(8/3) = 1.63
  CHECK(mean_of_windows(windows, 1.5, Provenance::measured).dof == 3.0);
  const Estimate<double> coarse = mean_of_windows(windows, 1.7, Provenance::measured);
  CHECK(coarse.random == Approx(0.85).epsilon(1e-14));
  CHECK(coarse.dof == infinite_dof);
}

TEST_CASE("a single window has a value, and nothing that tells how far the next would be from it",
          "[stats]") {
  const double windows[] = {10.0};
  const Estimate<double> mean = mean_of_windows(windows, 0.5, Provenance::measured);
  CHECK(mean.value == 10.0);
  CHECK_FALSE(is_finite(mean.random));
  CHECK(mean.dof == 0.0);
  CHECK_FALSE(interval(mean).is_known());
}

TEST_CASE("the mean of no windows is missing", "[stats][missing]") {
  CHECK_FALSE(mean_of_windows(std::span<const double>(), 0.5, Provenance::measured).is_known());
}

TEST_CASE("a scatter that is the resolution counts as resolution", "[stats]") {
  const double windows[] = {1.0, 3.0};
  const double resolution = summarize(windows).standard_deviation;
  CHECK(mean_of_windows(windows, resolution, Provenance::measured).dof == infinite_dof);
}

TEST_CASE("windows that resemble their neighbours count as fewer", "[stats]") {
  // An autocorrelation time of a = 1.2408964 (autocorrelation_test.cpp), and s^2 = 20/19:
  // random = sqrt(20/19 x a 19/(20 (20 - a))), dof = (20/a - 1)/(3 - 2/a).
  std::vector<double> windows;
  for (int i = 0; i < 20; ++i) windows.push_back(i / 2 % 2 == 0 ? 1.0 : -1.0);
  const Estimate<double> mean = mean_of_windows(windows, 0.0, Provenance::measured);
  CHECK(mean.random == Approx(0.2571946).epsilon(1e-6));
  CHECK(mean.dof == Approx(10.88943).epsilon(1e-6));
}

TEST_CASE("the interval covers under noise that keeps a share of itself, and is no wider than that",
          "[stats][simulation]") {
  constexpr int trials = 2000;
  std::uint64_t seed = 0;
  for (const double share : {0.0, 0.3, 0.6, 0.9}) {
    // Some 40 independent windows' worth.
    const auto n = static_cast<std::size_t>(40.0 * (1.0 + share) / (1.0 - share));
    int covered = 0;
    std::vector<double> errors;
    std::vector<double> halves;
    for (int trial = 0; trial < trials; ++trial) {
      Normal normal(++seed);
      std::vector<double> windows;
      double noise = normal(0.0, 1.0);
      while (windows.size() < n) {
        windows.push_back(5.0 + noise);
        noise = share * noise + normal(0.0, std::sqrt(1.0 - share * share));
      }
      const Estimate<double> mean = mean_of_windows(windows, 0.0, Provenance::measured);
      covered += interval(mean).contains(5.0) ? 1 : 0;
      errors.push_back(std::abs(mean.value - 5.0));
      halves.push_back(halfwidth(mean));
    }
    std::sort(errors.begin(), errors.end());
    std::sort(halves.begin(), halves.end());
    INFO("share " << share << ", n " << n << ", covered " << covered);
    CHECK(covered >= 0.94 * trials);
    CHECK(halves[trials / 2] <= 1.5 * errors[trials * 95 / 100]);
  }
}
