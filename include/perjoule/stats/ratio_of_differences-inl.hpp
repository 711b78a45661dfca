// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/core/math.hpp"
#include "perjoule/stats/confidence.hpp"
#include "perjoule/stats/ratio_of_differences.hpp"
#include "perjoule/stats/student_t.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE double wider_quantile(const Estimate<double>& a, const Estimate<double>& b,
                                      double level) {
  const double of_a = effective_dof(a);
  const double of_b = effective_dof(b);
  return t_quantile(0.5 * (1.0 + level), of_a < of_b ? of_a : of_b);
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE Ratio<double> ratio_of_differences(const Estimate<double>& numerator,
                                                   const Estimate<double>& denominator,
                                                   const Covariance& covariance, double level) {
  if (!detail::is_usable(numerator) || !detail::is_usable(denominator)) return {};
  detail::expect_possible(covariance, numerator, denominator);
  const double t = detail::wider_quantile(numerator, denominator, level);
  const double u_n = standard_uncertainty(numerator);
  const double u_d = standard_uncertainty(denominator);
  if (math::absolute(denominator.value) <= t * u_d) return {};
  const Estimate<double> found = detail::quotient(
      numerator, denominator, detail::smaller_dof(numerator, denominator), covariance);
  if (!found.is_known()) return {};
  if (u_n <= 0.0 && u_d <= 0.0) {
    return {found, detail::without_uncertainty(found.value, found.provenance, level)};
  }
  return {found, detail::fieller(numerator.value, u_n, denominator.value, u_d, t, level,
                                 covariance.random + covariance.common)};
}

}  // namespace perjoule::inline v0
