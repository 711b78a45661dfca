// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/core/expects.hpp"
#include "perjoule/stats/normal.hpp"

namespace perjoule::inline v0 {

PERJOULE_INLINE double normal_quantile(double p) {
  PERJOULE_EXPECTS(p > 0.0 && p < 1.0);
  if (p > 0.5) return -normal_quantile(1.0 - p);
  double low = -39.0;  // the tail below is less than the least double
  double high = 0.0;
  while (high - low > 1e-14) {
    const double middle = 0.5 * (low + high);
    if (middle <= low || middle >= high) break;
    (normal_probability(middle) < p ? low : high) = middle;
  }
  return 0.5 * (low + high);
}

}  // namespace perjoule::inline v0
