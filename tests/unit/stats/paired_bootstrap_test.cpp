// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/stats/bootstrap.hpp"

#include <string>
#include <vector>

#include "catch.hpp"
#include "normal.hpp"

using namespace perjoule;

namespace {

double mean_of_sums(View<double> sums) { return sums[0] / sums[1]; }

}  // namespace

TEST_CASE("a difference on the same items is that of the items' differences",
          "[stats][paired_bootstrap]") {
  // Resampling pairs of two means is resampling the means of differences.
  Normal normal(1);
  std::vector<double> a;
  std::vector<double> b;
  std::vector<double> difference;
  for (int i = 0; i < 50; ++i) {
    const double item = normal(0.0, 10.0);  // hard and easy items, which are hard for both
    const double own_a = normal(1.0, 1.0);
    const double own_b = normal(0.5, 1.0);
    a.insert(a.end(), {item + own_a, 1.0});
    b.insert(b.end(), {item + own_b, 1.0});
    difference.insert(difference.end(), {own_a - own_b, 1.0});
  }
  const PairedBootstrap found = paired_bootstrap(a, b, 2, mean_of_sums, 3, 2000);
  const Resamples alone = resample(difference, 2, mean_of_sums, 3, 2000);
  const Interval<double> expected = bca_interval(alone);
  CHECK(found.difference == Approx(alone.value).epsilon(1e-9));
  CHECK(found.interval.method == IntervalMethod::bca);
  CHECK(found.interval.low == Approx(expected.low).epsilon(1e-6));
  CHECK(found.interval.high == Approx(expected.high).epsilon(1e-6));
  int below = 0;
  for (const double x : alone.values) below += x < 0.0 ? 1 : 0;
  CHECK(found.share_below == below / 2000.0);
  // Without pairs it would be sqrt(200/2) times as wide.
  CHECK(found.interval.high - found.interval.low < 1.2);
}

TEST_CASE("two resamples of one seed may be subtracted", "[stats][paired_bootstrap]") {
  const std::vector<double> a = {1.0, 1.0, 4.0, 1.0, 9.0, 1.0};
  const std::vector<double> b = {2.0, 1.0, 3.0, 1.0, 5.0, 1.0};
  const Resamples of_a = resample(a, 2, mean_of_sums, 4, 500);
  const Resamples of_b = resample(b, 2, mean_of_sums, 4, 500);
  int below = 0;
  for (std::size_t i = 0; i < 500; ++i) below += of_a.values[i] - of_b.values[i] < 0.0 ? 1 : 0;
  CHECK(paired_bootstrap(a, b, 2, mean_of_sums, 4, 500).share_below == below / 500.0);
}

TEST_CASE("the share below follows the order of the two", "[stats][paired_bootstrap]") {
  // Differences -1 and 3: the mean of two draws is below zero if both are the first, 1/4.
  const std::vector<double> a = {0.0, 1.0, 5.0, 1.0};
  const std::vector<double> b = {1.0, 1.0, 2.0, 1.0};
  const PairedBootstrap found = paired_bootstrap(a, b, 2, mean_of_sums, 1, 4000, 0.9);
  CHECK(found.difference == 1.0);
  CHECK(found.share_below == Approx(0.25).margin(0.035));
  CHECK(found.interval.level == 0.9);
  const PairedBootstrap swapped = paired_bootstrap(b, a, 2, mean_of_sums, 1, 4000);
  CHECK(swapped.difference == -1.0);
  CHECK(swapped.share_below == Approx(0.75).margin(0.035));
}

TEST_CASE("two models that are alike on every item have no interval",
          "[stats][paired_bootstrap][missing]") {
  const std::vector<double> a = {0.0, 1.0, 1.0, 1.0};
  const PairedBootstrap found = paired_bootstrap(a, a, 2, mean_of_sums, 1, 200);
  CHECK(found.difference == 0.0);
  CHECK_FALSE(found.interval.is_known());
  CHECK_FALSE(is_finite(found.share_below));
}

TEST_CASE("models on different numbers of items are no pair", "[stats][paired_bootstrap]") {
  const std::vector<double> two = {0.0, 1.0, 1.0, 1.0};
  const std::vector<double> one = {0.0, 1.0};
  std::string message;
  try {
    (void)paired_bootstrap(two, one, 2, mean_of_sums, 1);
  } catch (const Error& error) {
    message = error.what();
  }
  CHECK(message.find("one has 2 rows, the other 1") != std::string::npos);
}
