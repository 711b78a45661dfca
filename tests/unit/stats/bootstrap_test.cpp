// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/stats/bootstrap.hpp"

#include <span>
#include <vector>

#include "aborts.hpp"
#include "catch.hpp"
#include "normal.hpp"

using namespace perjoule;

namespace {

double mean_of(std::span<const double> sample) {
  double sum = 0.0;
  for (const double x : sample) sum += x;
  return sum / static_cast<double>(sample.size());
}

}  // namespace

TEST_CASE("the resampled means of two values are 0, 1/2, 1/2 and 1", "[stats][bootstrap]") {
  // A quarter of the means is 0, a half is 1/2, a quarter is 1. Tails of 2.5 % end in the outer
  // ones, tails of 30 % in the middle one, and tails of 20 % in the outer ones again.
  const std::vector<double> sample = {0.0, 1.0};
  const auto wide = bootstrap_interval(sample, mean_of, 1);
  CHECK(wide.low == 0.0);
  CHECK(wide.high == 1.0);
  const auto narrow = bootstrap_interval(sample, mean_of, 1, 2000, 0.4);
  CHECK(narrow.low == 0.5);
  CHECK(narrow.high == 0.5);
  const auto middle = bootstrap_interval(sample, mean_of, 1, 2000, 0.6);
  CHECK(middle.low == 0.0);
  CHECK(middle.high == 1.0);
}

TEST_CASE("an interval from resampling carries its level and method", "[stats][bootstrap]") {
  const std::vector<double> sample = {0.0, 1.0};
  const auto found = bootstrap_interval(sample, mean_of, 1, 100, 0.9);
  CHECK(found.level == 0.9);
  CHECK(found.method == IntervalMethod::bootstrap);
}

TEST_CASE("the same seed gives the same interval and another seed another one",
          "[stats][bootstrap]") {
  std::vector<double> sample;
  Normal normal(2);
  for (int i = 0; i < 30; ++i) sample.push_back(normal(10.0, 1.0));
  const auto a = bootstrap_interval(sample, mean_of, 11, 500);
  const auto b = bootstrap_interval(sample, mean_of, 11, 500);
  const auto c = bootstrap_interval(sample, mean_of, 12, 500);
  CHECK(a.low == b.low);
  CHECK(a.high == b.high);
  CHECK(a.low != c.low);
}

TEST_CASE("a sample without scatter has an interval without a width", "[stats][bootstrap]") {
  const std::vector<double> sample(5, 3.0);
  const auto found = bootstrap_interval(sample, mean_of, 1, 200);
  CHECK(found.low == 3.0);
  CHECK(found.high == 3.0);
}

TEST_CASE("each resample is as large as the sample and drawn from all of it",
          "[stats][bootstrap]") {
  const std::vector<double> sample = {1.0, 2.0, 4.0};
  std::vector<int> seen(5, 0);
  bool right_size = true;
  (void)bootstrap_interval(
      sample,
      [&](std::span<const double> drawn) {
        right_size = right_size && drawn.size() == 3;
        for (const double x : drawn) ++seen[static_cast<std::size_t>(x)];
        return drawn[0];
      },
      4, 1000);
  CHECK(right_size);
  for (const int value : {1, 2, 4}) CHECK(seen[static_cast<std::size_t>(value)] > 850);
}

TEST_CASE("the bootstrap interval of a mean of 20 covers about 93 of 100 true values",
          "[stats][bootstrap][simulation]") {
  // The documented .93, five standard errors (.018) about it.
  Normal normal(3);
  constexpr int trials = 1000;
  int covered = 0;
  std::vector<double> sample(20);
  for (unsigned i = 0; i < trials; ++i) {
    for (double& x : sample) x = normal(5.0, 2.0);
    covered += bootstrap_interval(sample, mean_of, i, 300).contains(5.0) ? 1 : 0;
  }
  CHECK(covered > 0.90 * trials);
  CHECK(covered < 0.96 * trials);
}

TEST_CASE("two thousand resamples are drawn where no number is given", "[stats][bootstrap]") {
  const std::vector<double> sample = {1.0, 2.0, 4.0};
  int draws = 0;
  const Interval<double> found = bootstrap_interval(
      sample,
      [&](View<double> drawn) {
        ++draws;
        return mean_of({drawn.data(), drawn.size()});
      },
      7);
  CHECK(draws == 2000);
  CHECK(found.level == 0.95);
}

TEST_CASE("a sample of one and too few resamples are bugs of the caller", "[stats][bootstrap]") {
  const std::vector<double> one = {1.0};
  const std::vector<double> two = {1.0, 2.0};
  CHECK_FALSE(abort_message([&] { (void)bootstrap_interval(one, mean_of, 1); }).empty());
  CHECK_FALSE(abort_message([&] { (void)bootstrap_interval(two, mean_of, 1, 99); }).empty());
}
