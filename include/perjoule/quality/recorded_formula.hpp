// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/quality/metric.hpp"

namespace perjoule::inline v0::detail {

/// Gives a metric that was read from a record its formula again, which a record only names: by the
/// metric's name, its signature and its columns. A formula that does not give the recorded value on
/// the recorded items is not that of the metric, and is left out; two models are then compared by
/// their intervals, instead of item by item.
/// @shape rows: [items, columns] that the record has; empty: nothing is done
void restore_formula(Quality& quality, View<double> rows);

}  // namespace perjoule::inline v0::detail

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/quality/recorded_formula-inl.hpp"
#endif
