// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <functional>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/quality/metric.hpp"

namespace perjoule::inline v0::detail {

/// Value of a metric, and the influence of each item on it: see estimate_from_influences().
struct ValueOfInfluences {
  double value = quiet_nan();
  std::vector<double> influences;  ///< nothing where there is none. @shape [items]
};

/// Returns what compares two models by the differences of their items' influences. It sorts some
/// times, where a bootstrap would sort each of its resamples. There is no difference if either has
/// no influences, or if they are the same but for rounding.
/// @shape rows: [items, columns] of the metric
[[nodiscard]] decltype(ItemFormula::difference) difference_by_influences(
    std::function<ValueOfInfluences(View<double> rows)> influences_of);
/// @copydoc difference_by_influences
[[nodiscard]] decltype(ItemFormula::difference) difference_by_influences(
    double (*value_of)(View<double> rows), std::vector<double> (*influences_of)(View<double> rows));

}  // namespace perjoule::inline v0::detail

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/quality/influences-inl.hpp"
#endif
