// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
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
[[nodiscard]] double normal_quantile(double p);

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/stats/normal-inl.hpp"
#endif
