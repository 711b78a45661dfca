// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <math.h>

#include "perjoule/core/version.hpp"

namespace perjoule::inline v0::detail {

[[nodiscard]] constexpr double square(double x) noexcept { return x * x; }

/// Returns 10 to a whole power. Powers up to 22 are exact in a double, and division by one of them
/// rounds only once.
[[nodiscard]] constexpr double power_of_ten(int exponent) noexcept {
  double power = 1.0;
  for (int i = exponent < 0 ? -exponent : exponent; i > 0; --i) power *= 10.0;
  return exponent < 0 ? 1.0 / power : power;
}

/// Returns the logarithm of the gamma function. std::lgamma writes its sign to a global variable,
/// which is a race between threads.
[[nodiscard]] inline double log_gamma(double x) noexcept {
  int sign = 0;
  return lgamma_r(x, &sign);
}

}  // namespace perjoule::inline v0::detail
