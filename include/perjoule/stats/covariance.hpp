// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/core/math.hpp"
#include "perjoule/units/estimate.hpp"

namespace perjoule::inline v0 {

/// How much of their errors two estimates share: zeros where their errors are independent. The
/// whole of it, where one error moves both alike, is the product of their uncertainties.
struct Covariance {
  double random = 0.0;  ///< of the random parts. @unit that of one estimate times that of the other
  double common = 0.0;  ///< of the common parts. @unit that of one estimate times that of the other
};

namespace detail {

/// A covariance is never larger than the product of both uncertainties.
/// @throws Error for one that is, and for one that isn't finite
void expect_possible(const Covariance& covariance, const Estimate<double>& a,
                     const Estimate<double>& b);

/// The standard uncertainty of a difference of what is known to a and to b.
/// @unit   that of a and b
/// @source GUM (JCGM 100:2008) 5.2.2
[[nodiscard]] inline double uncertainty_of_difference(double a, double b, double covariance) {
  const double variance = a * a + b * b - 2.0 * covariance;
  return variance > 0.0 ? math::square_root(variance) : 0.0;
}

/// The degrees of freedom of what two estimates leave random together. Welch and Satterthwaite's
/// formula is for independent ones and may give up to the sum of both; the smaller of the two never
/// promises more than there is.
/// @unit none
[[nodiscard]] inline double smaller_dof(const Estimate<double>& a, const Estimate<double>& b) {
  const double of_a = a.random > 0.0 ? a.dof : known_dof;
  const double of_b = b.random > 0.0 ? b.dof : known_dof;
  return of_a < of_b ? of_a : of_b;
}

}  // namespace detail

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/stats/covariance-inl.hpp"
#endif
