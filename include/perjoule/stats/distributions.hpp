// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cmath>

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/math.hpp"

namespace perjoule::inline v0 {

/// Returns the probability that a standard normal variable is at most z.
/// @unit   none
/// @error  as the C library's erfc, which is relative: tails do not cancel
/// @source Abramowitz and Stegun 26.2.29
[[nodiscard]] inline double normal_probability(double z) noexcept {
  return 0.5 * std::erfc(-0.70710678118654752440 * z);
}

/// The z that a standard normal variable stays within, to both sides, with probability 0.95.
/// @unit   none
/// @source normal_quantile(0.975)
inline constexpr double normal_95 = 1.959963984540054;

/// Returns the z that a standard normal variable stays below with probability p.
/// @unit   none; 0 < p < 1
/// @error  1e-13 absolute, except for p within 1e-3 of 1, where 1 - p has lost digits
/// @source inverted from normal_probability by bisection, which is slow (2 us) but needs no
///         coefficients
[[nodiscard]] double normal_quantile(double p);

namespace detail {

/// Returns the regularised incomplete beta function I_x(a, b), by its continued fraction (Lentz).
/// @unit   none; x in [0, 1]
/// @error  1e-14 relative, for a and b up to 1e6
/// @source Abramowitz and Stegun 26.5.8; Lentz, Applied Optics 15 (1976) 668
[[nodiscard]] double incomplete_beta(double a, double b, double x);

/// Returns the regularised lower incomplete gamma function P(a, x), by its series or, above the
/// mean, by its continued fraction (Lentz).
/// @unit   none; a > 0
/// @error  1e-13 relative, for a up to 1e5
/// @source Abramowitz and Stegun 6.5.29 and 6.5.31
[[nodiscard]] double incomplete_gamma(double a, double x);

/// Returns the x that a gamma variable of this shape, and of scale 1, stays below with probability
/// p: half the quantile of chi-square with twice as many degrees of freedom.
/// @unit   none; 0 < p < 1, shape > 0
/// @error  1e-10 relative; from a shape of 1e5 on 1e-8
/// @source inverted by bisection; large shapes: Wilson and Hilferty, Proc. National Academy of
///         Sciences 17 (1931) 684
[[nodiscard]] double gamma_quantile(double p, double shape);

}  // namespace detail

/// Returns the probability that a Student t variable with `dof` degrees of freedom is at most t.
/// @unit   none
/// @source P(T <= t) = 1 - I_x(dof/2, 1/2)/2 with x = dof/(dof + t^2), for t >= 0
[[nodiscard]] inline double t_probability(double t, double dof) {
  PERJOULE_EXPECTS(dof > 0.0);
  const double tail = 0.5 * detail::incomplete_beta(0.5 * dof, 0.5, dof / (dof + t * t));
  return t < 0.0 ? tail : 1.0 - tail;
}

/// Returns the t that a Student t variable stays below with probability p. From `infinite_dof` on
/// it is the quantile of the normal distribution to five digits.
/// @unit   none; 0 < p < 1
/// @error  1e-9 relative
/// @source inverted by Newton's method: from the tail above t >= 0, which is convex, or near the
///         middle from the probability of 0 .. t, which is concave and loses no digits there. Each
///         step from 0 falls short of the root, so no bracket is needed.
[[nodiscard]] double t_quantile(double p, double dof);

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/stats/distributions-inl.hpp"
#endif
