// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/version.hpp"

// <cmath> adds 0.15 s to each file that includes it (it brings the special functions of C++17), a
// tenth of what a user's whole program may cost. Both compilers that we support have the same
// functions built in.
namespace perjoule::inline v0::math {

[[nodiscard]] constexpr double absolute(double x) noexcept { return __builtin_fabs(x); }
[[nodiscard]] inline double square_root(double x) noexcept { return __builtin_sqrt(x); }
[[nodiscard]] inline double exponential(double x) noexcept { return __builtin_exp(x); }
[[nodiscard]] inline double logarithm(double x) noexcept { return __builtin_log(x); }
/// 1 - erf(x), without the loss of digits where erf(x) is near 1.
[[nodiscard]] inline double error_complement(double x) noexcept { return __builtin_erfc(x); }
/// Whole where x is a power of ten, which a quotient of two natural logarithms is not.
[[nodiscard]] inline double decimal_logarithm(double x) noexcept { return __builtin_log10(x); }

/// POSIX's lgamma_r, under a name of ours: <math.h> costs a user's file 0.1 s, and clang has no
/// builtin for it. The one that both have writes the sign to a global variable, a race between
/// threads.
extern "C" double perjoule_lgamma_r(double x, int* sign) noexcept __asm__("lgamma_r");
[[nodiscard]] inline double log_gamma(double x) noexcept {
  int sign = 0;
  return perjoule_lgamma_r(x, &sign);
}

[[nodiscard]] inline double nearest_integer(double x) noexcept { return __builtin_rint(x); }
[[nodiscard]] inline double root_sum_square(double x, double y) noexcept {
  return __builtin_sqrt(x * x + y * y);
}
[[nodiscard]] constexpr double square(double x) noexcept { return x * x; }

/// 10 to a whole power. Powers up to 22 are exact in a double, and so is one division by them.
[[nodiscard]] constexpr double power_of_ten(int exponent) noexcept {
  double power = 1.0;
  for (int i = exponent < 0 ? -exponent : exponent; i > 0; --i) power *= 10.0;
  return exponent < 0 ? 1.0 / power : power;
}

}  // namespace perjoule::inline v0::math
