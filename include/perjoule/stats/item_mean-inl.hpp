// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/math.hpp"
#include "perjoule/stats/confidence.hpp"
#include "perjoule/stats/distributions.hpp"
#include "perjoule/stats/item_mean.hpp"
#include "perjoule/stats/proportion_interval.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE double dof_of_variance(View<double> deviations) {
  const auto n = static_cast<double>(deviations.size());
  double largest = 0.0;  // fourth powers of tiny deviations are 0
  for (const double x : deviations) largest = std::max(largest, std::abs(x));
  double squares = 0.0;
  double fourths = 0.0;
  for (const double x : deviations) {
    const double s = square(x / largest);
    squares += s;
    fourths += square(s);
  }
  const double kurtosis = n * fourths / square(squares);
  return 2.0 * n / std::max(kurtosis - 1.0, 2.0 * n / infinite_dof);
}

PERJOULE_INLINE double cautious_dof(double dof, double items) noexcept {
  const double third = dof * (items - 2.0) / (3.0 * items);
  return std::min(std::max(third, 2.0), items - 1.0);
}

PERJOULE_INLINE std::vector<double> with_ones(View<double> numbers) {
  std::vector<double> rows;
  rows.reserve(2 * numbers.size());
  for (const double x : numbers) rows.insert(rows.end(), {x, 1.0});
  return rows;
}

PERJOULE_INLINE QuotientOfSums::QuotientOfSums(View<double> rows)
    : items(0.5 * static_cast<double>(rows.size())) {
  PERJOULE_EXPECTS(rows.size() % 2 == 0);
  double numerator = 0.0;
  double denominator = 0.0;
  double squared = 0.0;
  for (std::size_t i = 0; i < rows.size(); i += 2) {
    numerator += rows[i];
    denominator += rows[i + 1];
    squared += square(rows[i + 1]);
  }
  value = numerator / denominator;
  if (!is_finite(value)) return;
  effective_items = square(denominator) / squared;
  std::vector<double> deviations;
  double squares = 0.0;
  for (std::size_t i = 0; i < rows.size(); i += 2) {
    deviations.push_back(rows[i] - value * rows[i + 1]);
    squares += square(deviations.back());
  }
  // Equal quotients differ by the rounding of the mean.
  has_scatter = items >= 2.0 && squares > square(1e-15 * numerator);
  if (!has_scatter) return;
  random = std::sqrt(squares * items / (items - 1.0)) / denominator;
  dof = dof_of_variance(deviations);
}

PERJOULE_INLINE IntervalEstimate<double> quotient_of_shares(View<double> rows, double level) {
  const QuotientOfSums of(rows);
  const bool is_at_an_end = of.value == 0.0 || of.value == 1.0;
  if (!of.has_scatter && !is_at_an_end) return {};
  const double z = normal_quantile(0.5 * (1.0 + level));
  double items = of.effective_items;
  if (of.has_scatter) {
    // As right or wrong items scatter with the same mean, in squares of their deviation.
    const double t = t_quantile(0.5 * (1.0 + level), std::min(of.dof, of.items - 1.0));
    items = std::max(items, of.value * (1.0 - of.value) * square(z / (t * of.random)));
  }
  const Interval<double> interval = wilson_of_share(of.value, items, z, level);
  const double u = (interval.high - interval.low) / (2.0 * z);
  return {{of.value, u, infinite_dof, 0.0, Provenance::measured}, interval};
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE IntervalEstimate<double> ratio_of_sums(View<double> rows, double level) {
  const detail::QuotientOfSums of(rows);
  if (!of.has_scatter || of.value <= 0.0) return {};
  const double dof = detail::cautious_dof(of.dof, of.items);
  const double factor = std::exp(t_quantile(0.5 * (1.0 + level), dof) * of.random / of.value);
  return {{of.value, of.random, dof, 0.0, Provenance::measured},
          {of.value / factor, of.value * factor, level, IntervalMethod::log_delta}};
}

PERJOULE_INLINE IntervalEstimate<double> mean_of_losses(View<double> losses, double level) {
  return ratio_of_sums(detail::with_ones(losses), level);
}

PERJOULE_INLINE IntervalEstimate<double> mean_of_rare_losses(View<double> losses, double level) {
  const detail::QuotientOfSums of(detail::with_ones(losses));
  if (!of.has_scatter ||
      !std::all_of(losses.begin(), losses.end(), [](double x) { return x >= 0.0; })) {
    return {};
  }
  // Of a gamma variable with this mean and standard deviation.
  const auto quantile = [](double p, double mean, double deviation) {
    return deviation * (deviation / mean) *
           detail::gamma_quantile(p, detail::square(mean / deviation));
  };
  const double largest = *std::max_element(losses.begin(), losses.end()) / of.items;
  const double tail = 0.5 * (1.0 - level);
  const double low = quantile(tail, of.value, of.random);
  const double high = quantile(1.0 - tail, of.value + largest, std::hypot(of.random, largest));
  const double dof = detail::cautious_dof(of.dof, of.items);
  return {{of.value, of.random, dof, 0.0, Provenance::measured},
          {low, high, level, IntervalMethod::gamma}};
}

PERJOULE_INLINE IntervalEstimate<double> mean_of_shares(View<double> shares, double level) {
  return detail::quotient_of_shares(detail::with_ones(shares), level);
}

PERJOULE_INLINE IntervalEstimate<double> estimate_from_influences(double value,
                                                                  View<double> influences,
                                                                  double level) {
  const auto n = static_cast<double>(influences.size());
  double squares = 0.0;
  for (const double x : influences) squares += detail::square(x);
  if (n < 2.0 || !is_finite(value) || !is_finite(squares) || squares <= 0.0) return {};
  const double u = std::sqrt(squares / (n * (n - 1.0)));
  if (u <= 0.0) return {};
  const double dof = detail::cautious_dof(detail::dof_of_variance(influences), n);
  const Estimate<double> found = {value, u, dof, 0.0, Provenance::measured};
  return {found, interval(found, level)};
}

}  // namespace perjoule::inline v0
