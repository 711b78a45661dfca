// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <cstdint>

#include "perjoule/core/buffer.hpp"
#include "perjoule/core/config.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/quality/metric.hpp"
#include "perjoule/stats/bootstrap.hpp"

namespace perjoule::inline v0::detail {

/// Resamples of each interval of a metric that has no formula for one.
inline constexpr std::size_t quality_resamples = 2000;
/// More items are not drawn for one resample, however many there are.
inline constexpr std::size_t most_drawn = 20'000;
/// More parts are not left out in turn.
inline constexpr std::size_t most_left_out = 200;
/// Of all metrics, so that two models on the same items meet the same draws.
inline constexpr std::uint64_t quality_seed = 1927;

/// The value without one item, or one group of neighbours, each.
[[nodiscard]] Buffer<double> values_without_one(const ItemFormula& formula, View<double> rows,
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
[[nodiscard]] Resamples resampled(const ItemFormula& formula, View<double> rows,
                                  std::size_t columns);

/// Of those resamples that have a value: one may lack a whole class, as the items themselves do
/// not.
/// @unit  that of the metric
/// @error missing where more than a fifth have no value, or where all have the same
[[nodiscard]] Bounded of_resamples(Resamples resamples, double level);

/// What one model has over another, both computed anew of the same draws.
/// @shape rows_a, rows_b: [items, columns]
[[nodiscard]] Bounded resampled_difference(const Quality& a, View<double> rows_a, const Quality& b,
                                           View<double> rows_b, double level);

}  // namespace perjoule::inline v0::detail

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/quality/resample-inl.hpp"
#endif
