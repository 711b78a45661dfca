// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/quality/metric_bootstrap.hpp"

#include <cstddef>
#include <vector>

#include "catch.hpp"

using namespace perjoule;

namespace {

/// A mean that nobody says is one.
ItemFormula mean() {
  ItemFormula formula;
  formula.value = [](View<double> rows) {
    double sum = 0.0;
    for (const double x : rows) sum += x;
    return sum / static_cast<double>(rows.size());
  };
  return formula;
}

}  // namespace

TEST_CASE("resamples of a formula know how skewed it is", "[quality][bootstrap]") {
  // Without one item each: 4/3, 4/3, 4/3 and 0, whose mean is 1. Sum of cubes 1 - 3/27 = 8/9, of
  // squares 1 + 3/9 = 4/3: 8/9/(6 (4/3)^1.5) = .0962250.
  const double rows[] = {0.0, 0.0, 0.0, 4.0};
  CHECK(detail::resample_metric(mean(), rows, 1).resamples.acceleration ==
        Approx(0.0962250).epsilon(1e-6));
}

TEST_CASE("a difference of means is the mean of differences, and as skewed",
          "[quality][bootstrap]") {
  const std::vector<double> a = {0.0, 1.0, 2.0, 9.0, 4.0, 0.0, 1.0, 3.0};
  const std::vector<double> b = {1.0, 1.0, 8.0, 0.0, 3.0, 2.0, 2.0, 3.0};
  std::vector<double> differences(8);
  for (std::size_t i = 0; i < 8; ++i) differences[i] = a[i] - b[i];
  Quality quality;
  quality.columns = 1;
  quality.formula = mean();
  const Interval<double> found =
      detail::bootstrap_difference(quality, a, quality, b, 0.95).interval;
  const Interval<double> expected =
      detail::estimate_from_resamples(detail::resample_metric(mean(), differences, 1).resamples,
                                      0.95)
          .interval;
  CHECK(found.low == Approx(expected.low));
  CHECK(found.high == Approx(expected.high));
}
