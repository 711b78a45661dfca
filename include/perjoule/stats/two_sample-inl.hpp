// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <utility>

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/stats/distributions.hpp"
#include "perjoule/stats/quantile.hpp"
#include "perjoule/stats/random.hpp"
#include "perjoule/stats/two_sample.hpp"

namespace perjoule::inline v0::detail {

/// Returns the largest number of pairs, out of m n, that may be left out at each end of the sorted
/// differences; 0 if the level cannot be reached.
/// @source the number of ways to have rank sum u: w(m, n, u) = w(m - 1, n, u - n) + w(m, n - 1, u)
PERJOULE_INLINE std::size_t rank_sum_tail(std::size_t m, std::size_t n, double level) {
  const std::size_t pairs = m * n;
  const double tail = 0.5 * (1.0 - level) * (1.0 + 1e-12);  // 1 - .9 is a little less than .1
  if (pairs > 400) {
    const double spread = std::sqrt(static_cast<double>(pairs * (m + n + 1)) / 12.0);
    const double u = 0.5 * static_cast<double>(pairs) - normal_quantile(1.0 - tail) * spread;
    return u < 1.0 ? 0 : static_cast<std::size_t>(u);
  }
  // Of one row for each m, only the column of the current n is kept.
  std::vector<std::vector<double>> ways(m + 1, std::vector<double>(pairs + 1, 0.0));
  for (std::vector<double>& of : ways) of[0] = 1.0;
  for (std::size_t j = 1; j <= n; ++j) {
    for (std::size_t i = 1; i <= m; ++i) {
      for (std::size_t u = i * j; u >= j; --u) ways[i][u] += ways[i - 1][u - j];
    }
  }
  double all = 0.0;
  for (const double count : ways[m]) all += count;
  double below = 0.0;
  std::size_t outside = 0;
  while (outside < pairs && below + ways[m][outside] <= tail * all) below += ways[m][outside++];
  return outside;
}

/// Sums of all ways to choose k of some values, for each k, in ascending order.
PERJOULE_INLINE std::vector<std::vector<double>> sorted_subset_sums(View<double> values) {
  std::vector<std::vector<double>> sums(values.size() + 1);
  sums[0] = {0.0};
  std::vector<double> with;
  std::vector<double> merged;
  for (std::size_t i = 0; i < values.size(); ++i) {
    for (std::size_t k = i + 1; k > 0; --k) {
      with = sums[k - 1];
      for (double& sum : with) sum += values[i];
      merged.clear();
      std::merge(sums[k].begin(), sums[k].end(), with.begin(), with.end(),
                 std::back_inserter(merged));
      sums[k].swap(merged);
    }
  }
  return sums;
}

/// Pairs of a sum of each list.
struct PairsOfSums {
  double at_least = 0.0;  ///< that reach what was seen, up to rounding
  double more = 0.0;      ///< that exceed it by more than rounding

  void count(const std::vector<double>& a, const std::vector<double>& b, double seen,
             double rounding) noexcept {
    std::size_t from = b.size();    // b[from] and all later ones reach it
    std::size_t beyond = b.size();  // and from here on they exceed it
    for (const double x : a) {
      while (from > 0 && x + b[from - 1] >= seen - rounding) --from;
      while (beyond > 0 && x + b[beyond - 1] >= seen + rounding) --beyond;
      at_least += static_cast<double>(b.size() - from);
      more += static_cast<double>(b.size() - beyond);
    }
  }
};

PERJOULE_INLINE TwoSampleTest count_all_ways(View<double> pooled, std::size_t chosen, double seen,
                                             double rounding) {
  const std::size_t half = pooled.size() / 2;
  const auto left = sorted_subset_sums({pooled.data(), half});
  const auto right = sorted_subset_sums({pooled.data() + half, pooled.size() - half});
  double all = 0.0;
  PairsOfSums pairs;
  for (std::size_t k = 0; k <= half && k <= chosen; ++k) {
    if (chosen - k >= right.size()) continue;
    const std::vector<double>& a = left[k];
    const std::vector<double>& b = right[chosen - k];
    all += static_cast<double>(a.size()) * static_cast<double>(b.size());
    pairs.count(a, b, seen, rounding);
  }
  return {pairs.at_least / all, 1.0 - pairs.more / all, true};
}

PERJOULE_INLINE TwoSampleTest draw_ways(std::vector<double>& pooled, std::size_t chosen,
                                        double seen, double rounding, std::uint64_t seed) {
  constexpr std::size_t most = 50'000;
  constexpr std::size_t enough = 100;
  Random random(seed);
  std::size_t draws = 0;
  std::size_t at_least = 0;
  std::size_t at_most = 0;
  while (draws < most && (at_least < enough || at_most < enough)) {
    // The first part of a shuffle; what it leaves behind is as good a start as any.
    double sum = 0.0;
    for (std::size_t i = 0; i < chosen; ++i) {
      std::swap(pooled[i], pooled[i + random.below(pooled.size() - i)]);
      sum += pooled[i];
    }
    ++draws;
    at_least += sum >= seen - rounding ? 1 : 0;
    at_most += sum <= seen + rounding ? 1 : 0;
  }
  const auto p = [&](std::size_t count) {
    return static_cast<double>(count + 1) / static_cast<double>(draws + 1);
  };
  return {p(at_least), p(at_most), false};
}

/// Returns the score of a distance from the median.
/// @unit none
[[nodiscard]] PERJOULE_INLINE double bounded_score(double distance, bool descends) noexcept {
  constexpr double bound = 1.5;
  constexpr double end = 6.0;
  const double size = std::abs(distance);
  if (size <= bound) return distance;
  double score = bound;
  if (descends) score = size >= end ? 0.0 : bound * (end - size) / (end - bound);
  return distance > 0.0 ? score : -score;
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE LocationEstimate two_sample_shift(View<double> first, View<double> second,
                                                  double level) {
  PERJOULE_EXPECTS(!first.empty() && !second.empty());
  std::vector<double> differences;
  differences.reserve(first.size() * second.size());
  for (const double x : second) {
    for (const double y : first) differences.push_back(x - y);
  }
  std::sort(differences.begin(), differences.end());
  LocationEstimate found;
  found.value = quantile_of_sorted(differences, 0.5);
  const std::size_t outside = detail::rank_sum_tail(first.size(), second.size(), level);
  if (outside == 0) return found;
  found.interval = {differences[outside - 1], differences[differences.size() - outside], level,
                    IntervalMethod::rank_sum};
  return found;
}

PERJOULE_INLINE TwoSampleTest two_sample_permutation(View<double> first, View<double> second,
                                                     const PermutationOptions& options) {
  PERJOULE_EXPECTS(!first.empty() && !second.empty());
  std::vector<double> pooled(second.begin(), second.end());
  pooled.insert(pooled.end(), first.begin(), first.end());
  double mean = 0.0;
  for (const double x : pooled) mean += x / static_cast<double>(pooled.size());
  double seen = 0.0;
  double size = 0.0;
  for (std::size_t i = 0; i < pooled.size(); ++i) {
    PERJOULE_EXPECTS(is_finite(pooled[i]));
    pooled[i] -= mean;
    size += std::abs(pooled[i]);
    if (i < second.size()) seen += pooled[i];
  }
  if (options.fitted != 0) {
    const auto others = static_cast<double>(pooled.size()) - 1.0;
    const double left = std::max(others - static_cast<double>(options.fitted), 0.0);
    seen *= std::sqrt(left / others);
  }
  // Sums that are equal up to rounding count as equal; it is not 0 even if all values are alike.
  const double rounding = 1e-12 * size + std::numeric_limits<double>::min();
  if (pooled.size() <= 24) return detail::count_all_ways(pooled, second.size(), seen, rounding);
  // Choosing the smaller sample is the same as leaving it.
  if (second.size() <= first.size()) {
    return detail::draw_ways(pooled, second.size(), seen, rounding, options.seed);
  }
  const auto [p_larger, p_smaller, is_exact] =
      detail::draw_ways(pooled, first.size(), -seen, rounding, options.seed);
  return {p_smaller, p_larger, is_exact};
}

PERJOULE_INLINE TwoSampleScores robust_scores(View<double> first, View<double> second) {
  PERJOULE_EXPECTS(!first.empty() && !second.empty());
  TwoSampleScores scores{{first.begin(), first.end()}, {second.begin(), second.end()}};
  std::vector<double> all = scores.first;
  all.insert(all.end(), second.begin(), second.end());
  const double median = quantile(all, 0.5);
  for (double& x : all) x = std::abs(x - median);
  constexpr double share = 0.7;
  static const double normal = normal_quantile(0.5 * (1.0 + share));
  const double spread = quantile(all, share) / normal;
  const bool descends = 3 * std::min(first.size(), second.size()) >= all.size();
  for (std::vector<double>* const side : {&scores.first, &scores.second}) {
    for (double& x : *side) {
      x -= median;
      // Without a spread there is no unit: any distance is a large one.
      x = spread > 0.0 ? detail::bounded_score(x / spread, descends)
                       : detail::bounded_score(x == 0.0 ? 0.0 : std::copysign(2.0, x), false);
    }
  }
  return scores;
}

}  // namespace perjoule::inline v0
