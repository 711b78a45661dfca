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

TEST_CASE("equal values have themselves for a mean, and no scatter", "[stats][summary]") {
  // The sum of six times .1 is not .6, to the last digit.
  for (const double value : {0.1, 1.0 / 3.0, 1e-300, 7e22}) {
    for (std::size_t n = 2; n < 60; ++n) {
      const Summary summary = summarize(std::vector<double>(n, value));
      REQUIRE(summary.mean == value);
      REQUIRE(summary.standard_deviation == 0.0);
    }
  }
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

TEST_CASE("a summary begins with nothing", "[stats][summary]") {
  CHECK(Summary{}.n == 0);
  CHECK(Summary{}.mean == 0.0);
  CHECK(Summary{}.standard_deviation == 0.0);
}

TEST_CASE("the mean of independent values is unsure by their scatter over root n",
          "[stats][summary]") {
  // Mean 10; squares 4 + 0 + 4 = 8; s = 2; 2/sqrt(3)
  const double sample[] = {8.0, 10.0, 12.0};
  const Estimate<double> mean = mean_of_independent(sample, Provenance::measured);
  CHECK(mean.value == Approx(10.0));
  CHECK(mean.random == Approx(1.1547005384).epsilon(1e-10));
  CHECK(mean.dof == 2.0);
  CHECK(mean.common == 0.0);
  CHECK(mean.provenance == Provenance::measured);
}

TEST_CASE("one value tells nothing of its scatter, so its mean is missing", "[stats][summary]") {
  const double sample[] = {8.0};
  CHECK_FALSE(mean_of_independent(sample, Provenance::measured).is_known());
}
