// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/stats/summary.hpp"

#include <span>
#include <vector>

#include "aborts.hpp"
#include "catch.hpp"

using namespace perjoule;

TEST_CASE("the scatter of a sample has the divisor n - 1", "[stats][summary]") {
  // Mean 40/8 = 5; squares 9 + 1 + 1 + 1 + 0 + 0 + 4 + 16 = 32; sqrt(32/7)
  const double sample[] = {2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0};
  const Summary summary = summarize(sample);
  CHECK(summary.n == 8U);
  CHECK(summary.mean == Approx(5.0).epsilon(1e-14));
  CHECK(summary.standard_deviation == Approx(2.1380899353).epsilon(1e-10));
}

TEST_CASE("a small scatter about a large mean is not lost", "[stats][summary]") {
  // 1e9 + {4, 7, 13, 16}: squares 36 + 9 + 9 + 36 = 90; sqrt(90/3)
  const double sample[] = {1e9 + 4.0, 1e9 + 7.0, 1e9 + 13.0, 1e9 + 16.0};
  const Summary summary = summarize(sample);
  CHECK(summary.mean == 1e9 + 10.0);
  CHECK(summary.standard_deviation == Approx(5.4772255751).epsilon(1e-10));
}

TEST_CASE("a single value has no scatter", "[stats][summary]") {
  const double sample[] = {3.25};
  const Summary summary = summarize(sample);
  CHECK(summary.n == 1U);
  CHECK(summary.mean == 3.25);
  CHECK(summary.standard_deviation == 0.0);
}

TEST_CASE("a summary of nothing is a bug of the caller", "[stats][summary]") {
  CHECK_FALSE(abort_message([] { (void)summarize(std::span<const double>()); }).empty());
}

TEST_CASE("the mean of windows has the scatter over root n and n - 1 degrees of freedom",
          "[stats][summary]") {
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
          "[stats][summary]") {
  const double windows[] = {10.0, 10.0, 10.0, 10.0};
  const Estimate<double> mean = mean_of_windows(windows, 0.5, Provenance::modelled);
  CHECK(mean.value == 10.0);
  CHECK(mean.random == 0.25);
  CHECK(mean.dof == known_dof);
  CHECK(mean.provenance == Provenance::modelled);
}

TEST_CASE("a resolution above the scatter takes its place", "[stats][summary]") {
  const double windows[] = {8.0, 10.0, 12.0, 10.0};  // s = sqrt(8/3) = 1.63
  CHECK(mean_of_windows(windows, 1.5, Provenance::measured).dof == 3.0);
  const Estimate<double> coarse = mean_of_windows(windows, 1.7, Provenance::measured);
  CHECK(coarse.random == Approx(0.85).epsilon(1e-14));
  CHECK(coarse.dof == known_dof);
}

TEST_CASE("a single window has the resolution alone", "[stats][summary]") {
  const double windows[] = {10.0};
  const Estimate<double> mean = mean_of_windows(windows, 0.5, Provenance::measured);
  CHECK(mean.value == 10.0);
  CHECK(mean.random == 0.5);
  CHECK(mean.dof == known_dof);
}

TEST_CASE("the mean of no windows is missing", "[stats][summary][missing]") {
  CHECK_FALSE(mean_of_windows(std::span<const double>(), 0.5, Provenance::measured).is_known());
}

TEST_CASE("a summary begins with nothing", "[stats][summary]") {
  CHECK(Summary{}.n == 0);
  CHECK(Summary{}.mean == 0.0);
  CHECK(Summary{}.standard_deviation == 0.0);
}

TEST_CASE("a scatter that is the resolution counts as resolution", "[stats][summary]") {
  const double windows[] = {1.0, 3.0};
  const double resolution = summarize(windows).standard_deviation;
  CHECK(mean_of_windows(windows, resolution, Provenance::measured).dof == known_dof);
}
