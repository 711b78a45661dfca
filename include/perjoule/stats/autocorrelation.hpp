// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>

#include "perjoule/core/config.hpp"
#include "perjoule/core/view.hpp"

namespace perjoule::inline v0 {

namespace detail {

/// Below this, a sample is too short to tell whether its values depend on each other.
inline constexpr std::size_t least_for_autocorrelation = 12;

/// The mean product of deviations that are `lag` apart, times n.
/// @unit the square of the sample's
[[nodiscard]] double lagged_products(View<double> sample, double mean, std::size_t lag) noexcept;

/// Degrees of freedom of a mean of n values with that autocorrelation time: n - 1 where they are
/// independent.
/// @unit   none
/// @source chosen by simulation, for the coverage of mean_of_windows
[[nodiscard]] constexpr double dependent_dof(double n, double time) noexcept {
  return (n / time - 1.0) / (3.0 - 2.0 / time);
}

}  // namespace detail

/// How many successive values tell as much about the mean as one independent value: 1 where they
/// are independent, (1 + p)/(1 - p) where each keeps a share p of the one before, as the noise of
/// machines does.
///
/// The larger of two estimates: from the correlation of neighbours alone, which is sharp where each
/// value depends on the last one only; and from all lags up to where it is lost in the noise, which
/// finds slow waves too. A slow wave below a fast noise of three times its height hides from both.
///
/// @unit   none; 1 to n/4, and 1 for fewer than 12 values
/// @error  chosen with the degrees of freedom of mean_of_windows, so that its interval covers .94
///         and more under independent and AR(1) noise (tests/unit/stats/autocorrelation_test.cpp)
/// @source Geyer, Practical Markov Chain Monte Carlo (1992), 3.3: initial monotone sequence;
///         Marriott and Pope, Bias in the Estimation of Autocorrelations (1954): -(1 + 3p)/n
[[nodiscard]] double autocorrelation_time(View<double> sample) noexcept;

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/stats/autocorrelation-inl.hpp"
#endif
