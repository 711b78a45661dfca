// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <algorithm>
#include <cmath>
#include <iterator>

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/math.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/stats/bootstrap.hpp"
#include "perjoule/stats/distributions.hpp"
#include "perjoule/stats/quantile.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE Groups group_items(View<double> rows, std::size_t columns) {
  PERJOULE_EXPECTS(columns > 0 && rows.size() % columns == 0);
  const std::size_t items = rows.size() / columns;
  if (items == 0) {
    fail("nothing to resample", "there are no items", "pass a row of numbers for each item");
  }
  Groups groups{items < max_groups ? items : max_groups, columns, {}};
  groups.sums = std::vector<double>(groups.size * columns);
  const bool alone = groups.size == items;
  const std::vector<std::size_t> order =
      alone ? std::vector<std::size_t>() : random_permutation(items, items);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (!is_finite(rows[i])) {
      fail("a number to resample is not finite", text::format("item {}", i / columns),
           "look for a division by zero or an overflow in the metric");
    }
    const std::size_t item = i / columns;
    const std::size_t group = alone ? item : order[item] * groups.size / items;
    groups.sums[i % columns * groups.size + group] += rows[i];
  }
  return groups;
}

PERJOULE_INLINE std::vector<double> total_sums(const Groups& groups) {
  std::vector<double> sums(groups.columns);
  for (std::size_t i = 0; i < groups.sums.size(); ++i) sums[i / groups.size] += groups.sums[i];
  return sums;
}

PERJOULE_INLINE std::vector<double> jackknife_sums(const Groups& groups) {
  const std::vector<double> all = total_sums(groups);
  std::vector<double> sums(groups.sums.size());
  for (std::size_t i = 0; i < sums.size(); ++i) {
    const std::size_t column = i % groups.columns;
    sums[i] = all[column] - groups.sums[column * groups.size + i / groups.columns];
  }
  return sums;
}

PERJOULE_INLINE double acceleration(View<double> without_one) {
  double mean = 0.0;
  for (const double x : without_one) {
    if (!is_finite(x)) return quiet_nan();
    mean += x;
  }
  mean /= static_cast<double>(without_one.size());
  double squares = 0.0;
  double cubes = 0.0;
  for (const double x : without_one) {
    squares += detail::square(mean - x);
    cubes += detail::square(mean - x) * (mean - x);
  }
  return squares > 0.0 ? cubes / (6.0 * squares * std::sqrt(squares)) : 0.0;
}

PERJOULE_INLINE std::vector<double> finite_values(View<double> values) {
  std::vector<double> finite;
  std::copy_if(values.begin(), values.end(), std::back_inserter(finite),
               [](double x) { return is_finite(x); });
  return finite;
}

PERJOULE_INLINE std::vector<double> sorted_finite_values(View<double> values) {
  std::vector<double> finite = finite_values(values);
  std::sort(finite.begin(), finite.end());
  const bool enough = 100 * (values.size() - finite.size()) <= values.size();
  if (!enough || finite.empty()) return {};
  const double least = finite.front();
  const double most = finite.back();
  const bool all_equal = most - least <= 1e-12 * (std::abs(least) + std::abs(most));
  return all_equal ? std::vector<double>{} : finite;
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE Interval<double> percentile_interval(View<double> values, double level) {
  PERJOULE_EXPECTS(level > 0.0 && level < 1.0);
  const std::vector<double> sorted = detail::sorted_finite_values(values);
  if (sorted.empty()) return {};
  const double tail = 0.5 * (1.0 - level);
  return {quantile_of_sorted(sorted, tail), quantile_of_sorted(sorted, 1.0 - tail), level,
          IntervalMethod::bootstrap};
}

PERJOULE_INLINE Interval<double> bca_interval(const Resamples& resamples, double level) {
  PERJOULE_EXPECTS(level > 0.0 && level < 1.0);
  if (!is_finite(resamples.value)) return {};
  const std::vector<double> sorted = detail::sorted_finite_values(resamples.values);
  if (sorted.empty()) return {};
  double below = 0.0;
  for (const double x : sorted) {
    below += x < resamples.value ? 1.0 : x > resamples.value ? 0.0 : 0.5;
  }
  below /= static_cast<double>(sorted.size());
  const double a = resamples.acceleration;
  if (below <= 0.0 || below >= 1.0 || !is_finite(a)) {
    return percentile_interval(resamples.values, level);
  }
  const double bias = normal_quantile(below);
  const double z = normal_quantile(0.5 * (1.0 + level));
  double ends[2] = {bias - z, bias + z};
  for (double& end : ends) {
    if (a * end >= 1.0) return percentile_interval(resamples.values, level);
    end = quantile_of_sorted(sorted, normal_probability(bias + end / (1.0 - a * end)));
  }
  return {ends[0], ends[1], level, IntervalMethod::bca};
}

}  // namespace perjoule::inline v0

namespace perjoule::inline v0::detail {

PERJOULE_INLINE std::vector<double> concatenate_columns(View<double> a, View<double> b,
                                                        std::size_t columns) {
  PERJOULE_EXPECTS(columns > 0 && a.size() % columns == 0 && b.size() % columns == 0);
  if (a.size() != b.size()) {
    fail("two models were not judged on the same items",
         text::format("one has {} rows, the other {}", a.size() / columns, b.size() / columns),
         "pass the rows of both in one order");
  }
  std::vector<double> both;
  for (std::size_t i = 0; i < a.size(); i += columns) {
    both.insert(both.end(), a.begin() + i, a.begin() + i + columns);
    both.insert(both.end(), b.begin() + i, b.begin() + i + columns);
  }
  return both;
}

PERJOULE_INLINE double share_below_zero(View<double> values) {
  std::size_t finite = 0;
  std::size_t below = 0;
  for (const double x : values) {
    if (!is_finite(x)) continue;
    ++finite;
    below += x < 0.0 ? 1 : 0;
  }
  return static_cast<double>(below) / static_cast<double>(finite);
}

}  // namespace perjoule::inline v0::detail
