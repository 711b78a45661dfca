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

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

/// Returns the difference between two models' quality by the same metric, paired by item: the
/// difficulty of each item cancels.
///
/// @param rows_a, rows_b  per-item values kept by the metric
/// @unit  that of the metric
/// @shape rows_a, rows_b: [items, columns], row-major, the same items in the same order
/// @error the paired t interval for a mean; for other metrics the bootstrap over items, with the
///        same draws for both. Missing for two different metrics, for different items, and if none
///        were kept
/// @source docs/reference/formulas.md#paired-items
/// @throws nothing of its own
[[nodiscard]] IntervalEstimate<double> paired_difference(const Quality& a, View<double> rows_a,
                                                         const Quality& b, View<double> rows_b,
                                                         double level = 0.95);

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/quality/quality_result-inl.hpp"
#endif
