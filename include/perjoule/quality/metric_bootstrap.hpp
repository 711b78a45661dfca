// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/quality/metric.hpp"
#include "perjoule/stats/bootstrap.hpp"

namespace perjoule::inline v0::detail {

/// Resamples of each interval of a metric that has no formula for one.
inline constexpr std::size_t quality_resamples = 2000;
/// More items are not drawn for one resample, however many there are.
inline constexpr std::size_t max_drawn_items = 20'000;
/// More parts are not left out in turn.
inline constexpr std::size_t max_jackknife_groups = 200;
/// Of all metrics, so that two models on the same items meet the same draws.
inline constexpr std::uint64_t quality_seed = 1927;

/// The value without one item, or one group of neighbours, each.
[[nodiscard]] std::vector<double> jackknife_values(const ItemFormula& formula, View<double> rows,
                                                   std::size_t columns);

/// The value of a metric on resamples of its items, drawn with replacement.
///
/// A formula of sums has them drawn, as resample() does it. For others, of more than 20,000 items
/// m = 20,000 are drawn, and what their value differs from that of all is multiplied by sqrt(m/n),
/// as it falls with the root of their number. So many show no skewness that matters: the
/// acceleration is 0 then.
///
/// @shape  rows: [items, columns], row-major
/// @source Efron and Tibshirani, An Introduction to the Bootstrap (1993), chapters 6 and 14; m of n
///         items: Bickel, Goetze and van Zwet, Statistica Sinica 7 (1997) 1
[[nodiscard]] Resamples resample_metric(const ItemFormula& formula, View<double> rows,
                                        std::size_t columns);

/// Of those resamples that have a value: one may lack a whole class, as the items themselves do
/// not.
/// @unit  that of the metric
/// @error missing where more than a fifth have no value, or where all have the same
[[nodiscard]] Measured<double> estimate_from_resamples(Resamples resamples, double level);

/// What one model has over another, both computed anew of the same draws.
/// @shape rows_a, rows_b: [items, columns]
[[nodiscard]] Measured<double> bootstrap_difference(const Quality& a, View<double> rows_a,
                                                    const Quality& b, View<double> rows_b,
                                                    double level);

[[nodiscard]] bool is_proportion(const Quality& quality) noexcept;

/// Nothing is better than perfect, and a share lies between 0 and 1.
void clamp_to_range(Quality& quality) noexcept;

/// The interval of a value that all items agree on, whose scatter is 0 and shows nothing: what
/// Wilson's leaves open of n right ones of n. A share has it as it is, as an accuracy of n of n
/// has; else it is on the scale from the trivial predictor to a perfect one. Missing where there is
/// no such scale, since a width of 0 would be wrong.
/// @unit  that of the metric
/// @error covers .95 and more where an item is right or wrong; else a stand-in, wide and not zero
[[nodiscard]] Measured<double> estimate_of_equal_items(const Quality& quality, double value);

/// The mean of a number of each item: a share where each is 0 or 1, with Student's interval else.
/// @unit that of the items
[[nodiscard]] Measured<double> mean_of_items(View<double> rows);

/// Fills in what follows from the rows of a metric alone: value, interval and skill.
///
/// A mean of items has Wilson's or Student's interval, every other formula that of the bootstrap
/// over items.
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
