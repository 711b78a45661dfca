// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/quality/metric.hpp"
#include "perjoule/stats/bootstrap.hpp"
#include "perjoule/stats/random.hpp"

namespace perjoule::inline v0::detail {

/// Number of resamples for the interval of a metric that has no formula for one.
inline constexpr std::size_t quality_resamples = 2000;
/// Largest number of items drawn for one resample, however many there are.
inline constexpr std::size_t max_drawn_items = 20'000;
/// Largest number of groups that are left out in turn.
inline constexpr std::size_t max_jackknife_groups = 200;
/// Seed of all metrics, so that two models on the same items get the same draws.
inline constexpr std::uint64_t quality_seed = 1927;

/// Returns the values without one item each, or without one group of items each: neighbours, or of
/// a formula of sums those of group_items(). There are none of more items than are drawn, since
/// skewness does not matter then.
[[nodiscard]] std::vector<double> jackknife_values(const ItemFormula& formula, View<double> rows,
                                                   std::size_t columns);

/// Returns what has the value of drawn items from their numbers, by the formula's own function or
/// from copies of their rows. It borrows both arguments.
[[nodiscard]] std::function<double(View<std::uint32_t> items)> value_of_drawn_items(
    const ItemFormula& formula, View<double> rows, std::size_t columns);

/// Values of a metric on resamples of its items, and jackknife_values().
struct MetricResamples {
  Resamples resamples;
  std::vector<double> without_one;
};

/// Returns the value of a metric on resamples of its items, drawn with replacement.
///
/// A formula of sums is resampled by resample(). For other formulas with more than 20,000 items,
/// only m = 20,000 items are drawn, and the difference between their value and that of all items is
/// multiplied by sqrt(m/n), since it falls with the root of their number. With that many items
/// skewness does not matter, so the acceleration is 0, as jackknife_values() leaves it.
///
/// @shape  rows: [items, columns], row-major
/// @source Efron and Tibshirani, An Introduction to the Bootstrap (1993), chapters 6 and 14; m of n
///         items: Bickel, Goetze and van Zwet, Statistica Sinica 7 (1997) 1
[[nodiscard]] MetricResamples resample_metric(const ItemFormula& formula, View<double> rows,
                                              std::size_t columns);

/// Returns the estimate from the resamples that have a value. A resample may lack a whole class,
/// though the items do not.
/// @unit  that of the metric
/// @error missing if more than a fifth have no value, or if all have the same value
[[nodiscard]] IntervalEstimate<double> estimate_from_resamples(Resamples resamples, double level);

/// Returns the difference between two models, both computed on the same draws.
/// @shape rows_a, rows_b: [items, columns]
[[nodiscard]] IntervalEstimate<double> bootstrap_difference(const Quality& a, View<double> rows_a,
                                                            const Quality& b, View<double> rows_b,
                                                            double level);

/// Lets a formula of a value, which has no other, compare two models by bootstrap_difference().
void add_difference(ItemFormula& formula);

/// Widens an interval to hold another one, which then gives its method.
void widen(Interval<double>& interval, const Interval<double>& other) noexcept;

/// Clamps the interval: nothing is better than perfect, and a share lies between 0 and 1.
void clamp_to_range(Quality& quality) noexcept;

/// Returns the estimate for a value on which all items agree. Their scatter is 0 and tells nothing,
/// so the interval is as wide as Wilson's for n right items of n. A share has that width as it is,
/// like an accuracy of n of n. Any other value has it on the scale from the trivial predictor to a
/// perfect one. It is missing if there is no such scale, since a width of 0 would be wrong.
/// @unit  that of the metric
/// @error covers .95 and more if an item is right or wrong; otherwise a stand-in, wide and not zero
[[nodiscard]] IntervalEstimate<double> estimate_of_equal_items(const Quality& quality,
                                                               double value);

/// Returns the mean of one number per item: wilson_interval() if each is 0 or 1, mean_of_shares()
/// of a share, mean_of_losses() of what is perfect at 0 and lower is better, otherwise Student's.
/// @unit  that of the items
/// @error missing without scatter
[[nodiscard]] IntervalEstimate<double> mean_of_items(const Quality& quality, View<double> rows);

/// Fills in what follows from the rows of a metric: value, interval and skill.
///
/// @param quality      with name, formula, trivial and perfect
/// @param why_no_skill  see add_skill
/// @shape  rows: [quality.items, columns], row-major
/// @throws Error for no items
void finish_quality(Quality& quality, View<double> rows, std::string_view why_no_skill);

}  // namespace perjoule::inline v0::detail

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/quality/metric_bootstrap-inl.hpp"
#endif
