// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/quality/metric.hpp"

namespace perjoule::inline v0 {

/// What one model's quality has over another's by the same metric, paired by item: how hard each
/// item is, cancels.
///
/// @param rows_a, rows_b  what the metric kept of each item
/// @unit  that of the metric
/// @shape rows_a, rows_b: [items, columns], row-major, the same items in the same order
/// @error the paired t interval of a mean; for other metrics the bootstrap over items, the same
///        draws for both. Missing for two metrics, for other items, and where none were kept
/// @source docs/reference/formulas.md#paired-items
/// @throws nothing of its own
[[nodiscard]] Bounded paired_difference(const Quality& a, View<double> rows_a, const Quality& b,
                                        View<double> rows_b, double level = 0.95);

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/quality/paired-inl.hpp"
#endif
