// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/core/math.hpp"
#include "perjoule/regress/change_location.hpp"
#include "perjoule/regress/night_history.hpp"
#include "perjoule/stats/distributions.hpp"

namespace perjoule::inline v0::detail {

/// @unit of the nights
PERJOULE_INLINE double median_night(const NightHistory& nights, std::size_t first,
                                    std::size_t end) {
  std::vector<double> sorted;
  for (std::size_t i = first; i < end; ++i) sorted.push_back(nights[i]);
  const auto middle = sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2);
  std::nth_element(sorted.begin(), middle, sorted.end());
  return *middle;
}

/// Mean of nights of which none is farther from their median than a bound.
struct BoundedMean {
  double mean = 0.0;     ///< @unit of the nights
  double squares = 0.0;  ///< sum of squared deviations from it
};

PERJOULE_INLINE BoundedMean bounded_mean(const NightHistory& nights, std::size_t first,
                                         std::size_t end, double reach) {
  const double middle = median_night(nights, first, end);
  const auto n = static_cast<double>(end - first);
  double sum = 0.0;
  double squares = 0.0;
  for (std::size_t i = first; i < end; ++i) {
    const double x = std::clamp(nights[i] - middle, -reach, reach);
    sum += x;
    squares += x * x;
  }
  return {middle + sum / n, squares - sum * sum / n};
}

PERJOULE_INLINE ChangePoint locate_shift(const SearchedNight& night, const LevelShift& shift,
                                         const ChangeOptions& options) {
  constexpr std::size_t earlier = 8;  // nights before the window that are tried
  constexpr double log_factor = 9.0;
  const NightHistory& nights = *night.nights;
  const std::size_t end = night.last + 1;
  ChangePoint change;
  change.found = night.last;
  change.difference = shift.difference;
  if (shift.exact) {
    change.first = shift.first;
    change.last_old = shift.first - 1;
    change.first_new = shift.first;
    change.ratio_interval.method = IntervalMethod::exact;
    change.ratio = nights[night.last];
    return change;
  }
  const std::size_t reference = window_search(options).before;
  const std::size_t before = night.segment + 3;
  const std::size_t lowest =
      std::max(before, shift.first > earlier ? shift.first - earlier : std::size_t{0});
  const std::size_t from =
      std::max(night.segment, lowest > reference ? lowest - reference : std::size_t{0});
  const double noise = nights.variance(shift.first - 1);
  const double middle = median_night(nights, from, shift.first);
  const double reach = 2.0 * std::sqrt(noise);
  const double low = middle + std::min(shift.difference, 0.0) - reach;
  const double high = middle + std::max(shift.difference, 0.0) + reach;
  std::vector<double> sums{0.0};
  double squares = 0.0;
  for (std::size_t i = from; i < end; ++i) {
    const double x = std::clamp(nights[i], low, high) - middle;
    sums.push_back(sums.back() + x);
    squares += x * x;
  }
  const double n = static_cast<double>(end - from);
  const double sum = sums.back();
  squares -= sum * sum / n;
  const auto gain = [&](std::size_t split) {  // scatter that two levels take away
    const auto l = static_cast<double>(split - from);
    const double below = sums[split - from];
    return square((sum - below) / (n - l) - below / l) * l * (n - l) / n;
  };
  double best = -1.0;
  for (std::size_t split = lowest; split < night.last; ++split) {
    if (gain(split) <= best) continue;
    best = gain(split);
    change.first = split;
  }
  const double left = squares > best ? (squares - best) / (n - 2.0) : 0.0;
  const double least = best - 2.0 * log_factor * std::max(left, noise);
  change.first_new = change.first;
  change.last_old = change.first - 1;
  for (std::size_t split = lowest; split <= night.last; ++split) {
    if (gain(split) < least) continue;
    change.last_old = std::min(change.last_old, split - 1);
    change.first_new = std::max(change.first_new, split);
  }
  // Once it is known where it is, each side is bounded about its own level: the window that found
  // the change may have held nights of both.
  const BoundedMean older = bounded_mean(nights, from, change.first, reach);
  const BoundedMean newer = bounded_mean(nights, change.first, end, reach);
  change.difference = newer.mean - older.mean;
  const double scatter = std::max((older.squares + newer.squares) / (n - 2.0), noise);
  const double variance = scatter * (1.0 / static_cast<double>(change.first - from) +
                                     1.0 / static_cast<double>(end - change.first)) +
                          nights.jump_variance(from, night.last);
  const double half = t_quantile(0.5 * (1.0 + options.level), n - 2.0) * std::sqrt(variance);
  change.ratio = older.mean;  // the old level, until the caller has formed the ratio
  change.ratio_interval = {change.difference - half, change.difference + half, options.level,
                           IntervalMethod::student_t};
  return change;
}

}  // namespace perjoule::inline v0::detail
