// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/core/expects.hpp"
#include "perjoule/core/math.hpp"

namespace perjoule::inline v0 {

/// The probability that a standard normal variable is at most z.
/// @unit   none
/// @error  that of the C library's erfc, which is relative: tails do not cancel
/// @source Abramowitz and Stegun 26.2.29
[[nodiscard]] inline double normal_probability(double z) noexcept {
  return 0.5 * math::error_complement(-0.70710678118654752440 * z);
}

/// The z that a standard normal variable stays below with probability p.
/// @unit   none; 0 < p < 1
/// @error  1e-13 absolute, but for p within 1e-3 of 1, where 1 - p has lost digits
/// @source inverted from normal_probability by bisection: slow (2 us) and without coefficients
[[nodiscard]] PERJOULE_COLD inline double normal_quantile(double p) {
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
