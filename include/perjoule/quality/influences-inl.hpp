// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>

#include "perjoule/core/config.hpp"
#include "perjoule/core/math.hpp"
#include "perjoule/quality/influences.hpp"
#include "perjoule/stats/item_mean.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE decltype(ItemFormula::difference) difference_by_influences(
    double (*value_of)(View<double> rows),
    std::vector<double> (*influences_of)(View<double> rows)) {
  return [value_of, influences_of](const Quality&, View<double> rows_a, const Quality&,
                                   View<double> rows_b, double level) {
    const std::vector<double> of_a = influences_of(rows_a);
    const std::vector<double> of_b = influences_of(rows_b);
    if (of_a.size() != of_b.size()) return IntervalEstimate<double>();
    std::vector<double> differences;
    double all = 0.0;
    double apart = 0.0;
    for (std::size_t i = 0; i < of_a.size(); ++i) {
      differences.push_back(of_a[i] - of_b[i]);
      all += square(of_a[i]) + square(of_b[i]);
      apart += square(differences.back());
    }
    // Of models that are equal but for rounding, such as outputs on another scale.
    constexpr double rounding = 1e-10;
    if (!(apart > square(rounding) * all)) return IntervalEstimate<double>();
    return estimate_from_influences(value_of(rows_a) - value_of(rows_b), differences, level);
  };
}

}  // namespace perjoule::inline v0::detail
