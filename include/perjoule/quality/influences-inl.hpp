// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <utility>

#include "perjoule/core/config.hpp"
#include "perjoule/core/math.hpp"
#include "perjoule/quality/influences.hpp"
#include "perjoule/stats/item_mean.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE decltype(ItemFormula::difference) difference_by_influences(
    double (*value_of)(View<double> rows),
    std::vector<double> (*influences_of)(View<double> rows)) {
  return difference_by_influences([value_of, influences_of](View<double> rows) {
    return ValueOfInfluences{value_of(rows), influences_of(rows)};
  });
}

PERJOULE_INLINE decltype(ItemFormula::difference) difference_by_influences(
    std::function<ValueOfInfluences(View<double> rows)> influences_of) {
  return
      [influences_of = std::move(influences_of)](
          const Quality&, View<double> rows_a, const Quality&, View<double> rows_b, double level) {
        const ValueOfInfluences a = influences_of(rows_a);
        const ValueOfInfluences b = influences_of(rows_b);
        const std::vector<double>& of_a = a.influences;
        const std::vector<double>& of_b = b.influences;
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
        return estimate_from_influences(a.value - b.value, differences, level);
      };
}

}  // namespace perjoule::inline v0::detail
