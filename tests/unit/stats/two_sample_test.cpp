// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/stats/two_sample.hpp"

#include <algorithm>
#include <cstddef>
#include <vector>

#include "aborts.hpp"
#include "catch.hpp"
#include "normal.hpp"

using namespace perjoule;

namespace {

// Permeability of the human placenta to water, at term and earlier: Hollander and Wolfe,
// Nonparametric Statistical Methods (1973), table 4.1, an example of R's wilcox.test().
const std::vector<double> at_term{0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46};
const std::vector<double> earlier{1.15, 0.88, 0.90, 0.74, 1.21};

/// Returns the rank of each value of `of` among all.
std::vector<double> ranks(const std::vector<double>& of) {
  std::vector<double> ranks;
  for (const double x : of) {
    double rank = 1.0;
    for (const double y : at_term) rank += y < x ? 1.0 : 0.0;
    for (const double y : earlier) rank += y < x ? 1.0 : 0.0;
    ranks.push_back(rank);
  }
  return ranks;
}

}  // namespace

TEST_CASE("a permutation test of ranks is the exact rank-sum test", "[stats]") {
  // R: wilcox.test(at_term, earlier, alternative = "greater"): W = 35, p-value = 0.1272.
  const TwoSampleTest found = two_sample_permutation(ranks(earlier), ranks(at_term));
  CHECK(found.is_exact);
  CHECK(found.p_larger == Approx(0.1272).margin(5e-5));
  // The two sides share the observed way: P(W >= 35) + P(W <= 35) = 1 + P(W = 35).
  CHECK(found.p_smaller > 1.0 - found.p_larger);
  CHECK(two_sample_permutation(ranks(at_term), ranks(earlier)).p_smaller ==
        Approx(found.p_larger).epsilon(1e-12));
}

TEST_CASE("all ways to choose a sample are counted", "[stats]") {
  // Of the six ways to choose two of 1, 2, 3 and 4, only the observed one has the sum 7.
  const TwoSampleTest found = two_sample_permutation(std::vector{1.0, 2.0}, std::vector{3.0, 4.0});
  CHECK(found.p_larger == Approx(1.0 / 6.0));
  CHECK(found.p_smaller == Approx(1.0));
  // Sums of two of 1, 1, 2: 2, 3, 3. The observed 3 is reached by two of three.
  CHECK(two_sample_permutation(std::vector{1.0}, std::vector{1.0, 2.0}).p_larger ==
        Approx(2.0 / 3.0));
  // Ten against ten: one way of 20!/(10! 10!) = 184,756.
  std::vector<double> low;
  std::vector<double> high;
  for (int i = 0; i < 10; ++i) {
    low.push_back(i);
    high.push_back(10.0 + i);
  }
  CHECK(two_sample_permutation(low, high).p_larger == Approx(1.0 / 184756.0));
  CHECK(two_sample_permutation(low, low).p_larger > 0.5);
}

TEST_CASE("with many values, ways are drawn", "[stats]") {
  // One of 40 values is chosen; 5 of them are as large: p = 5/40.
  std::vector<double> first(39, 0.0);
  for (std::size_t i = 0; i < 4; ++i) first[i] = 1.0;
  const TwoSampleTest found = two_sample_permutation(first, std::vector{1.0});
  CHECK_FALSE(found.is_exact);
  CHECK(found.p_larger == Approx(0.125).margin(0.04));
  CHECK(found.p_smaller == Approx(1.0));
  // The sample that is not chosen tells the same, turned.
  const TwoSampleTest turned = two_sample_permutation(std::vector{1.0}, first);
  CHECK(turned.p_smaller == Approx(0.125).margin(0.04));
  // 20 against 20 without overlap: one of 1.4e11 ways, which no draw finds.
  std::vector<double> high(20, 1.0);
  const std::vector<double> low(20, 0.0);
  CHECK(two_sample_permutation(low, high).p_larger == Approx(1.0 / 50'001.0));
}

TEST_CASE("parameters that were fitted make a difference smaller", "[stats]") {
  // Deviations -1.5, -.5, .5, 1.5: the observed sum 2 shrinks to 2 sqrt(1/3) = 1.15, which the ways
  // {1, 4}, {2, 3} (sum 0) and {2, 4} (1) do not reach, nor do the rest: still one of six.
  const std::vector<double> first{1.0, 2.0};
  const std::vector<double> second{3.0, 4.0};
  CHECK(two_sample_permutation(first, second, {.fitted = 2}).p_larger == Approx(1.0 / 6.0));
  // All three are fitted: nothing is left, and every sum of at least 0 reaches it, four of six.
  CHECK(two_sample_permutation(first, second, {.fitted = 3}).p_larger == Approx(4.0 / 6.0));
}

TEST_CASE("the shift is the median of all differences", "[stats]") {
  // 4 - {1, 2} and 8 - {1, 2}: 2, 3, 6, 7.
  const LocationEstimate found = two_sample_shift(std::vector{1.0, 2.0}, std::vector{4.0, 8.0});
  CHECK(found.value == Approx(4.5));
  CHECK_FALSE(found.interval.is_known());
  // Five against five: the rank sum is 2 or less in 4 of 252 ways (.016), 3 or less in 7 (.028), so
  // three differences are left out at each end. Differences: 6, 7 7, 8 8 8, ... 13 13, 14.
  const std::vector<double> low{1.0, 2.0, 3.0, 4.0, 5.0};
  const std::vector<double> high{11.0, 12.0, 13.0, 14.0, 15.0};
  const LocationEstimate five = two_sample_shift(low, high);
  CHECK(five.value == Approx(10.0));
  REQUIRE(five.interval.is_known());
  CHECK(five.interval.low == Approx(7.0));
  CHECK(five.interval.high == Approx(13.0));
  CHECK(five.interval.method == IntervalMethod::rank_sum);
  // Three against three: 1 of 20 ways is more than .025.
  CHECK_FALSE(two_sample_shift({low.data(), 3}, {high.data(), 3}).interval.is_known());
  CHECK(two_sample_shift({low.data(), 3}, {high.data(), 3}, 0.9).interval.is_known());
  // Ten against ten: the tables have 23 as the critical value of a two-sided test at .05, so the
  // 24th difference from either end is the first that stays: 10 differences of -9 to 9 by ones.
  std::vector<double> ten(10);
  for (std::size_t i = 0; i < 10; ++i) ten[i] = static_cast<double>(i);
  // 1 + 2 + ... + 6 = 21 differences are below -3, and 28 below -2: the 24th is -3.
  CHECK(two_sample_shift(ten, ten).interval.low == Approx(-3.0));
  CHECK(two_sample_shift(ten, ten).interval.high == Approx(3.0));
}

TEST_CASE("intervals of shifts cover", "[stats]") {
  Normal normal(11);
  int covered_few = 0;
  int covered_many = 0;
  constexpr int trials = 1000;
  for (int i = 0; i < trials; ++i) {
    std::vector<double> first(25);
    std::vector<double> second(21);
    for (double& x : first) x = normal(0.0, 1.0);
    for (double& x : second) x = 3.0 + normal(0.0, 1.0);
    const View<double> few_first(first.data(), 6);
    const View<double> few_second(second.data(), 7);
    covered_few += two_sample_shift(few_first, few_second).interval.contains(3.0) ? 1 : 0;
    covered_many += two_sample_shift(first, second).interval.contains(3.0) ? 1 : 0;
  }
  // Exact: at least .95; the normal approximation within .01; three standard errors are .021.
  CHECK(covered_few >= 929);
  CHECK(covered_many >= 919);
  CHECK(covered_many <= 981);
}

TEST_CASE("scores are distances from the common median that outliers do not decide", "[stats]") {
  // 0, 1, 2, 3, 4, 100: median 2.5, distances .5 .5 1.5 1.5 2.5 97.5. Their .7 quantile is halfway
  // from the fourth to the fifth, 2.0; over 1.0364 it is 1.9297.
  const TwoSampleScores found =
      robust_scores(std::vector{0.0, 1.0, 2.0}, std::vector{3.0, 4.0, 100.0});
  CHECK(found.first[0] == Approx(-1.2955).margin(1e-4));
  CHECK(found.first[1] == Approx(-0.7773).margin(1e-4));
  CHECK(found.first[2] == Approx(-0.2591).margin(1e-4));
  CHECK(found.second[0] == Approx(0.2591).margin(1e-4));
  CHECK(found.second[2] == 0.0);
}

TEST_CASE("scores fall from the bound to 0", "[stats]") {
  // Distances of -1 to 1 in tenths and one value at x: the median is .05 for x above it, and the .7
  // quantile of 22 distances .75: spread .7237.
  const auto score_of = [](double x) {
    std::vector<double> first;
    for (int i = -10; i <= 10; ++i) first.push_back(0.1 * i);
    std::vector<double> second(first.begin() + 10, first.end());
    first.resize(10);
    second.push_back(x);
    return robust_scores(first, second).second.back();
  };
  CHECK(score_of(0.7737 + 0.05) == Approx(1.069).margin(2e-3));
  CHECK(score_of(0.05 + 3.75 * 0.7237) == Approx(0.75).margin(2e-3));  // halfway from 1.5 to 6
  CHECK(score_of(10.0) == 0.0);
}

TEST_CASE("a small sample is not taken for outliers", "[stats]") {
  Normal normal(3);
  std::vector<double> first(60);
  for (double& x : first) x = normal(0.0, 1.0);
  const std::vector<double> second{30.0, 31.0, 32.0, 33.0, 34.0};
  const TwoSampleScores scores = robust_scores(first, second);
  for (const double score : scores.second) CHECK(score == 1.5);
  CHECK(two_sample_permutation(scores.first, scores.second).p_larger < 0.001);
}

TEST_CASE("values without spread have scores, too", "[stats]") {
  const std::vector<double> first(10, 5.0);
  const TwoSampleScores scores = robust_scores(first, std::vector{6.0, 6.0, 6.0});
  CHECK(scores.first[0] == 0.0);
  CHECK(scores.second[0] == 1.5);
  CHECK(two_sample_permutation(scores.first, scores.second).p_larger == Approx(1.0 / 286.0));
  const TwoSampleScores equal = robust_scores(first, first);
  CHECK(two_sample_permutation(equal.first, equal.second).p_larger == 1.0);
}

TEST_CASE("a sample of nothing is a mistake", "[stats]") {
  const double one[] = {1.0};
  CHECK_FALSE(abort_message([&] { (void)two_sample_shift({}, one); }).empty());
  CHECK_FALSE(abort_message([&] { (void)two_sample_permutation(one, {}); }).empty());
  CHECK_FALSE(abort_message([&] { (void)robust_scores({}, one); }).empty());
}
