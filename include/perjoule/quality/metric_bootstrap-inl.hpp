// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>

#include "perjoule/core/config.hpp"
#include "perjoule/core/math.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/quality/metric_bootstrap.hpp"
#include "perjoule/quality/quality_result.hpp"
#include "perjoule/stats/confidence.hpp"
#include "perjoule/stats/distributions.hpp"
#include "perjoule/stats/item_mean.hpp"
#include "perjoule/stats/proportion_interval.hpp"
#include "perjoule/stats/random.hpp"
#include "perjoule/stats/summary.hpp"
#include "perjoule/units/estimate.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE std::vector<double> jackknife_values(const ItemFormula& formula, View<double> rows,
                                                     std::size_t columns) {
  const std::size_t items = rows.size() / columns;
  if (formula.uses_sums) {
    return values_of(jackknife_sums(group_items(rows, columns)), columns, formula.value);
  }
  if (items > max_drawn_items) return {};
  const std::size_t groups = items < max_jackknife_groups ? items : max_jackknife_groups;
  std::vector<double> values(groups);
  for (std::size_t group = 0; group < groups; ++group) {
    const std::size_t begin = group * items / groups * columns;
    const std::size_t end = (group + 1) * items / groups * columns;
    std::vector<double> rest;
    rest.insert(rest.end(), rows.begin(), rows.begin() + begin);
    rest.insert(rest.end(), rows.begin() + end, rows.end());
    values[group] = rest.empty() ? quiet_nan() : formula.value(rest);
  }
  return values;
}

PERJOULE_INLINE MetricResamples resample_metric(const ItemFormula& formula, View<double> rows,
                                                std::size_t columns) {
  MetricResamples found;
  Resamples& resamples = found.resamples;
  found.without_one = jackknife_values(formula, rows, columns);
  resamples.acceleration = acceleration(found.without_one);
  if (formula.uses_sums) {
    // The sums are passed as a single row, since the sums of one row are that row.
    const Groups groups = group_items(rows, columns);
    resamples.value = values_of(total_sums(groups), columns, formula.value)[0];
    resamples.values =
        values_of(resampled_sums(groups, quality_seed, quality_resamples), columns, formula.value);
    return found;
  }
  const std::size_t items = rows.size() / columns;
  std::vector<std::uint32_t> drawn(std::min(items, max_drawn_items));
  const double shrink = std::sqrt(static_cast<double>(drawn.size()) / static_cast<double>(items));
  const auto value_of = value_of_drawn_items(formula, rows, columns);
  Random random(quality_seed);
  resamples.value = formula.value(rows);
  resamples.values = std::vector<double>(quality_resamples);
  for (double& value : resamples.values) {
    draw(random, drawn, items);
    value = resamples.value + shrink * (value_of(drawn) - resamples.value);
  }
  return found;
}

PERJOULE_INLINE std::function<double(View<std::uint32_t> items)> value_of_drawn_items(
    const ItemFormula& formula, View<double> rows, std::size_t columns) {
  if (formula.value_of_drawn != nullptr) return formula.value_of_drawn(rows);
  return
      [&formula, rows, columns, copies = std::vector<double>()](View<std::uint32_t> items) mutable {
        copies.resize(items.size() * columns);
        double* to = copies.data();
        for (const std::uint32_t item : items) {
          to = std::copy_n(rows.data() + item * columns, columns, to);
        }
        return formula.value(copies);
      };
}

PERJOULE_INLINE IntervalEstimate<double> estimate_from_resamples(Resamples resamples,
                                                                 double level) {
  const std::size_t drawn = resamples.values.size();
  resamples.values = finite_values(resamples.values);
  const std::vector<double> known = sorted_finite_values(resamples.values);
  if (5 * known.size() < 4 * drawn) return {};
  return {{resamples.value, summarize(known).standard_deviation, infinite_dof, 0.0,
           Provenance::measured},
          bca_interval(resamples, level)};
}

PERJOULE_INLINE IntervalEstimate<double> bootstrap_difference(const Quality& a, View<double> rows_a,
                                                              const Quality& b, View<double> rows_b,
                                                              double level) {
  MetricResamples of_a = resample_metric(a.formula, rows_a, a.columns);
  const MetricResamples of_b = resample_metric(b.formula, rows_b, b.columns);
  const auto subtract = [](std::vector<double>& from, const std::vector<double>& other) {
    for (std::size_t i = 0; i < from.size(); ++i) from[i] -= other[i];
  };
  of_a.resamples.value -= of_b.resamples.value;
  subtract(of_a.resamples.values, of_b.resamples.values);
  subtract(of_a.without_one, of_b.without_one);
  of_a.resamples.acceleration = acceleration(of_a.without_one);
  return estimate_from_resamples(of_a.resamples, level);
}

PERJOULE_INLINE void add_difference(ItemFormula& formula) {
  if (formula.value == nullptr || formula.difference != nullptr || formula.is_exact) return;
  formula.difference = bootstrap_difference;
}

PERJOULE_INLINE void widen(Interval<double>& interval, const Interval<double>& other) noexcept {
  if (other.low < interval.low || other.high > interval.high) interval.method = other.method;
  interval.low = std::min(interval.low, other.low);
  interval.high = std::max(interval.high, other.high);
}

PERJOULE_INLINE void clamp_to_range(Quality& quality) noexcept {
  Interval<double>& interval = quality.value_interval;
  const double most = quality.higher_is_better ? quality.perfect : interval.high;
  const double least = !quality.higher_is_better ? quality.perfect
                       : is_proportion(quality)  ? 0.0
                                                 : quality.formula.lowest;
  if (interval.low < least) interval.low = least;
  if (interval.high > most) interval.high = most;
}

PERJOULE_INLINE IntervalEstimate<double> estimate_of_equal_items(const Quality& quality,
                                                                 double value) {
  const double open = 1.0 - wilson_interval(quality.items, quality.items).low;
  IntervalEstimate<double> found =
      estimate_within(value, scale_of(quality) * open, 0.95, IntervalMethod::wilson);
  found.estimate.random *= 0.5;  // one side of the interval is beyond the end of the scale
  return found;
}

PERJOULE_INLINE IntervalEstimate<double> mean_of_items(const Quality& quality, View<double> rows) {
  std::size_t ones = 0;
  std::size_t zeros = 0;
  bool are_shares = is_proportion(quality);
  bool are_losses = !quality.higher_is_better && quality.perfect == 0.0;
  for (const double x : rows) {
    ones += x == 1.0 ? 1 : 0;
    zeros += x == 0.0 ? 1 : 0;
    are_shares = are_shares && x >= 0.0 && x <= 1.0;
    are_losses = are_losses && x >= 0.0;
  }
  if (ones + zeros == rows.size()) return proportion_of(ones, rows.size());
  if (are_shares) return mean_of_shares(rows);
  if (are_losses) return mean_of_losses(rows);
  const Estimate<double> mean = mean_of_independent(rows, Provenance::measured);
  return {mean, interval(mean)};
}

PERJOULE_INLINE void finish_quality(Quality& quality, View<double> rows,
                                    std::string_view why_no_skill) {
  check_items(quality);
  ItemFormula& formula = quality.formula;
  IntervalEstimate<double> found;
  double value = quiet_nan();
  bool alike = false;
  bool are_few = quality.items < formula.least_items;
  if (formula.is_exact) {
    found.estimate = exact(formula.value(rows));
    found.interval = interval(found.estimate);
    value = found.estimate.value;
  } else if (formula.value == nullptr || formula.estimate != nullptr) {
    found = formula.estimate == nullptr ? mean_of_items(quality, rows) : formula.estimate(rows);
    value = found.estimate.is_known()  ? found.estimate.value
            : formula.value == nullptr ? summarize(rows).mean
                                       : formula.value(rows);
    alike = !found.estimate.is_known() || found.estimate.random <= 0.0;
  } else {
    const Resamples resamples =
        resample_metric(formula, rows, rows.size() / quality.items).resamples;
    value = resamples.value;
    found = estimate_from_resamples(resamples, 0.95);
    // The quantiles of draws that hardly differ may be equal, though their scatter is not 0.
    if (formula.at_least != nullptr && found.interval.is_known()) {
      const Interval<double> other = formula.at_least(rows);
      are_few = are_few || !other.is_known();
      widen(found.interval, other);
    }
    alike = found.estimate.is_known()
                ? found.interval.low >= found.interval.high
                : 5 * finite_values(resamples.values).size() >= 4 * resamples.values.size();
  }
  if (!is_finite(value)) found = {};
  add_difference(formula);
  const bool is_single = quality.items == 1 && formula.value != nullptr && !formula.is_exact &&
                         !is_proportion(quality);
  if (is_finite(value) && (is_single || are_few)) {
    found = {{value, quiet_nan(), 0.0, 0.0, Provenance::measured}, {}};
    quality.why_no_interval = are_few ? formula.why_least_items
                                      : "of one item nothing tells how another one would differ";
  } else if (is_finite(value) && alike) {
    found = estimate_of_equal_items(quality, value);
  }
  if (!found.estimate.is_known()) {
    quality.why_no_value = is_finite(value)
                               ? "too few items to tell how sure it is: pass more of each kind"
                               : "these items have none: see the metric's definition";
  }
  quality.value = found.estimate;
  quality.value_interval = found.interval;
  clamp_to_range(quality);
  add_skill(quality, why_no_skill);
}

}  // namespace perjoule::inline v0::detail
