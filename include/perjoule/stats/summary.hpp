// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>

#include "perjoule/core/config.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/units/estimate.hpp"

namespace perjoule::inline v0 {

/// Mean and scatter of a sample.
struct Summary {
  std::size_t n = 0;
  double mean = 0.0;                ///< @unit that of the sample
  double standard_deviation = 0.0;  ///< divisor n - 1; 0 for n = 1. @unit that of the sample
};

/// @unit  that of the sample
/// @shape sample: at least one value
/// @error two passes, so that a small scatter about a large mean isn't lost to cancellation; the
///        mean of equal values is that value, to the last digit, and their deviation 0
/// @source GUM (JCGM 100:2008) 4.2.1 and 4.2.2
[[nodiscard]] Summary summarize(View<double> sample) noexcept;

/// The mean of independent values as an estimate.
/// @unit  that of the sample
/// @error random = s/sqrt(n) with n - 1 degrees of freedom; common = 0; missing for fewer than two
///        values, which tell nothing of their scatter
/// @source GUM (JCGM 100:2008) 4.2.3
[[nodiscard]] Estimate<double> mean_of_independent(View<double> sample,
                                                   Provenance provenance) noexcept;

namespace detail {

/// Below this, a sample is too short to tell whether its values depend on each other.
inline constexpr std::size_t min_autocorrelation_samples = 12;

/// The mean product of deviations that are `lag` apart, times n.
/// @unit the square of the sample's
[[nodiscard]] double autocovariance_sum(View<double> sample, double mean, std::size_t lag) noexcept;

/// Degrees of freedom of a mean of n values with that autocorrelation time: n - 1 where they are
/// independent.
/// @unit   none
/// @source chosen by simulation, for the coverage of mean_of_windows
[[nodiscard]] constexpr double autocorrelated_dof(double n, double time) noexcept {
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

/// The mean of windows, one behind the other in time, as an estimate.
///
/// `resolution` is the standard uncertainty that the instrument leaves in each single window. The
/// scatter contains it already, but a coarse counter can show the same number in each window, and
/// then the scatter is zero while the error is not: so the larger of the two counts. A single
/// window has no scatter: it gets the resolution alone, and its caller says `few_windows`.
///
/// @unit  windows and resolution: one unit, that of the result
/// @error with a the autocorrelation time: random = s sqrt(a (n - 1)/(n (n - a))), dof = (n/a - 1)/
///        (3 - 2/a), which for a = 1 are s/sqrt(n) and n - 1; or resolution/sqrt(n) where that is
///        larger; common = 0; missing for no windows
/// @source GUM 4.2.3 for a = 1; else docs/reference/formulas.md#from-windows-to-an-item
[[nodiscard]] Estimate<double> mean_of_windows(View<double> windows, double resolution,
                                               Provenance provenance) noexcept;

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/stats/summary-inl.hpp"
#endif
