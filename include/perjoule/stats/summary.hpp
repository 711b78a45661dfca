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
  double mean = 0.0;                ///< @unit same as the sample
  double standard_deviation = 0.0;  ///< divisor n - 1; 0 for n = 1. @unit same as the sample
};

/// Computes the mean and the standard deviation of a sample.
/// @unit  same as the sample
/// @shape sample: at least one value
/// @error two passes, so that a small scatter about a large mean is not lost to cancellation; the
///        mean of equal values is exactly that value, and their deviation is 0
/// @source GUM (JCGM 100:2008) 4.2.1 and 4.2.2
[[nodiscard]] Summary summarize(View<double> sample) noexcept;

/// Returns the mean of independent values as an estimate.
/// @unit  same as the sample
/// @error random = s/sqrt(n) with n - 1 degrees of freedom; common = 0; missing for fewer than two
///        values, which say nothing about their scatter
/// @source GUM (JCGM 100:2008) 4.2.3
[[nodiscard]] Estimate<double> mean_of_independent(View<double> sample,
                                                   Provenance provenance) noexcept;

namespace detail {

/// Below this size, a sample is too short to tell whether its values depend on each other.
inline constexpr std::size_t min_autocorrelation_samples = 12;

/// Returns the mean product of deviations that are `lag` apart, times n.
/// @unit square of the sample's unit
[[nodiscard]] double autocovariance_sum(View<double> sample, double mean, std::size_t lag) noexcept;

/// Returns the degrees of freedom of a mean of n values with this autocorrelation time: n - 1 if
/// they are independent.
/// @unit   none
/// @source chosen by simulation, for the coverage of mean_of_windows
[[nodiscard]] constexpr double autocorrelated_dof(double n, double time) noexcept {
  return (n / time - 1.0) / (3.0 - 2.0 / time);
}

}  // namespace detail

/// Returns the number of successive values that carry as much information about the mean as one
/// independent value: 1 if they are independent, (1 + p)/(1 - p) if each keeps a share p of the
/// previous one, as the noise of machines does.
///
/// It is the larger of two estimates. One uses the correlation of neighbours alone, which is
/// precise if each value depends only on the previous one. The other uses all lags up to where the
/// correlation is lost in the noise, which also finds slow waves. A slow wave below a fast noise of
/// three times its height is missed by both.
///
/// With fewer than 50 values, independent ones often look as if they depended on each other. Unless
/// neighbours are more alike than 97 of 100 independent samples are, the result is then at most
/// 1.45 + n/40, which makes the interval of a mean at most twice as wide.
///
/// @unit   none; 1 to n/4, and 1 for fewer than 12 values
/// @error  chosen with the degrees of freedom of mean_of_windows. Its interval covers .96 to .97 if
///         windows are independent, and is more than twice too wide in 3 % of runs. Under AR(1)
///         noise it covers .94 or more from 20 windows on; .91 to .93 with 12 to 16 if p is up to
///         .5, and .86 to .91 if p is .7 (bench/coverage)
/// @source Geyer, Practical Markov Chain Monte Carlo (1992), 3.3: initial monotone sequence;
///         Marriott and Pope, Bias in the Estimation of Autocorrelations (1954): -(1 + 3p)/n
[[nodiscard]] double autocorrelation_time(View<double> sample) noexcept;

/// Returns the mean of successive windows as an estimate.
///
/// `resolution` is the standard uncertainty that the instrument leaves in each single window. The
/// scatter already contains it. But a coarse counter can show the same number in each window, and
/// then the scatter is zero while the error is not, so the larger of the two is used. A single
/// window is known as well as the instrument tells, but nothing tells how far the next one would be
/// from it: its value has no interval, and the caller reports `few_windows`.
///
/// @unit  windows and resolution: the same unit as the result
/// @error with a the autocorrelation time: random = s sqrt(a (n - 1)/(n (n - a))), dof = (n/a -
///        1)/(3 - 2/a), which for a = 1 are s/sqrt(n) and n - 1; or resolution/sqrt(n) if that is
///        larger; common = 0; random is NaN and dof 0 for one window; missing if there are none
/// @source GUM 4.2.3 for a = 1; otherwise docs/reference/formulas.md#from-windows-to-an-item
[[nodiscard]] Estimate<double> mean_of_windows(View<double> windows, double resolution,
                                               Provenance provenance) noexcept;

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/stats/summary-inl.hpp"
#endif
