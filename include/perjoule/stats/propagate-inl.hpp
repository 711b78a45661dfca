// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/stats/propagate.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE void validate_covariance(const Covariance& covariance, const Estimate<double>& a,
                                         const Estimate<double>& b) {
  constexpr double rounding = 1.0 + 1e-9;
  const bool finite = is_finite(covariance.random) && is_finite(covariance.common);
  if (finite && std::abs(covariance.random) <= a.random * b.random * rounding &&
      std::abs(covariance.common) <= a.common * b.common * rounding) {
    return;
  }
  fail("a covariance is larger than both uncertainties allow", "two estimates",
       "pass the covariance of the two means (of single items, over their number), in the units of "
       "both, and none of a part that has no uncertainty");
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE Estimate<double> difference(const Estimate<double>& a, const Estimate<double>& b,
                                            const Covariance& covariance) {
  if (!detail::is_known_and_finite(a) || !detail::is_known_and_finite(b)) return {};
  detail::validate_covariance(covariance, a, b);
  const bool independent = std::abs(covariance.random) <= 0.0;
  return {a.value - b.value,
          detail::uncertainty_of_difference(a.random, b.random, covariance.random),
          independent ? detail::combined_dof(a.random, a.dof, b.random, b.dof)
                      : detail::smaller_dof(a, b),
          detail::uncertainty_of_difference(a.common, b.common, covariance.common),
          worst(a.provenance, b.provenance)};
}

PERJOULE_INLINE Estimate<double> product(const Estimate<double>& a, const Estimate<double>& b) {
  if (!detail::has_value(a) || !detail::has_value(b)) return {};
  Estimate<double> found{a.value * b.value, detail::quiet_nan(), 0.0,
                         std::hypot(b.value * a.common, a.value * b.common),
                         worst(a.provenance, b.provenance)};
  if (!is_finite(a.random) || !is_finite(b.random)) return found;
  const double random_a = b.value * a.random;
  const double random_b = a.value * b.random;
  found.random = std::hypot(random_a, random_b);
  found.dof = detail::combined_dof(random_a, a.dof, random_b, b.dof);
  return found;
}

}  // namespace perjoule::inline v0
