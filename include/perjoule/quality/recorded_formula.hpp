// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/quality/metric.hpp"

namespace perjoule::inline v0::detail {

/// Returns the formula that a metric's name, signature and columns stand for: of an F score of one
/// class several, since a record does not tell which class that is; none for a metric that this
/// version does not have. On rows that are not those of the metric it has no value.
/// @shape rows: [items, columns] that the record has, at least one item
[[nodiscard]] std::vector<ItemFormula> recorded_formulas(const Quality& quality, View<double> rows);

/// Tells whether a formula gives the recorded value on the recorded items, but for rounding.
[[nodiscard]] bool gives_value(const ItemFormula& formula, const Quality& quality,
                               View<double> rows);

/// Gives a metric that was read from a record its formula again. A formula that does not give the
/// recorded value on the recorded items is not that of the metric, and is left out; two models are
/// then compared by their intervals, instead of item by item.
/// @shape rows: [items, columns] that the record has; empty: nothing is done
void restore_formula(Quality& quality, View<double> rows);

}  // namespace perjoule::inline v0::detail

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/quality/recorded_formula-inl.hpp"
#endif
