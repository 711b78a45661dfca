// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <string_view>

#include "perjoule/core/config.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/quality/metric.hpp"

namespace perjoule::inline v0::detail {

/// @throws Error for no items, which have no value
void check_items(const Quality& quality);

/// Returns the formula of a mean of losses that a confident model has of few items, with a least
/// number of items: of 50, often none is among them.
[[nodiscard]] ItemFormula mean_of_rare_losses_formula(std::string_view columns);

/// Adds the skill, the quality above the trivial predictor. It is a linear function of the value,
/// since trivial and perfect are properties of the task and taken as known.
///
/// @param why_no_skill  the reason if a perfect predictor is no better than the trivial one
/// @source docs/reference/formulas.md#accuracy-and-skill
void add_skill(Quality& quality, std::string_view why_no_skill);

/// Returns a share of items, each right or wrong, with Wilson's interval.
/// @unit a share of 1
[[nodiscard]] IntervalEstimate<double> proportion_of(std::size_t right, std::size_t items);

/// Fills in value, interval and skill for a share of right items.
///
/// @param quality      with name, items, trivial and perfect
/// @param why_no_skill  see add_skill
/// @throws Error for no items
void finish_proportion(Quality& quality, std::size_t right, std::string_view why_no_skill);

/// @throws Error for an output or a reference that is not finite
void expect_finite_pair(double output, double reference, std::size_t item);

[[nodiscard]] bool is_proportion(const Quality& quality) noexcept;

/// Returns the size of a metric's scale: 1 of a share, otherwise from the trivial predictor to a
/// perfect one. It is NaN if that is not known, or nothing.
/// @unit that of the metric
[[nodiscard]] double scale_of(const Quality& quality) noexcept;

/// Returns an estimate with a symmetric interval for what the items' scatter says nothing of.
/// @param half  half of the interval's width; NaN: there is no estimate
/// @unit  that of the metric
[[nodiscard]] IntervalEstimate<double> estimate_within(double value, double half, double level,
                                                       IntervalMethod method);

/// Returns the difference between two models' shares of right items, each 1 or 0.
/// @unit  a share of 1
/// @shape rows_a, rows_b: [items]
/// @error tango_interval(); its half-width over z as the uncertainty
[[nodiscard]] IntervalEstimate<double> paired_proportions(View<double> rows_a, View<double> rows_b,
                                                          double level);

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

/// Returns the difference between two models' quality by the same metric, paired by item: the
/// difficulty of each item cancels.
///
/// @param rows_a, rows_b  per-item values kept by the metric
/// @unit  that of the metric
/// @shape rows_a, rows_b: [items, columns], row-major, the same items in the same order
/// @error tango_interval() for shares of right items, the paired t interval for another mean; for
///        other metrics the bootstrap over items, with the same draws for both. Two models that
///        differ by the same on all items may differ on others: of a mean of shares the interval is
///        as wide as Tango's without an item that differs, of another metric it is missing. Missing
///        for two different metrics, for different items, and if none were kept
/// @source docs/reference/formulas.md#paired-items
/// @throws nothing of its own
[[nodiscard]] IntervalEstimate<double> paired_difference(const Quality& a, View<double> rows_a,
                                                         const Quality& b, View<double> rows_b,
                                                         double level = 0.95);

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/quality/quality_result-inl.hpp"
#endif
