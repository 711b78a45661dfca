// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>

#include "perjoule/core/config.hpp"
#include "perjoule/quality/influences.hpp"
#include "perjoule/stats/item_mean.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE decltype(ItemFormula::difference) difference_by_influences(
    double (*value_of)(View<double> rows),
    std::vector<double> (*influences_of)(View<double> rows)) {
  return [value_of, influences_of](const Quality&, View<double> rows_a, const Quality&,
                                   View<double> rows_b, double level) {
    std::vector<double> differences = influences_of(rows_a);
    const std::vector<double> of_b = influences_of(rows_b);
    for (std::size_t i = 0; i < differences.size(); ++i) differences[i] -= of_b[i];
    return estimate_from_influences(value_of(rows_a) - value_of(rows_b), differences, level);
  };
}

}  // namespace perjoule::inline v0::detail
