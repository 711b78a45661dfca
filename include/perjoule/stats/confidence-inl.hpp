// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cmath>

#include "perjoule/core/config.hpp"
#include "perjoule/core/math.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/stats/confidence.hpp"
#include "perjoule/stats/distributions.hpp"

namespace perjoule::inline v0 {

namespace detail {

PERJOULE_INLINE Interval<double> without_uncertainty(double value, Provenance provenance,
                                                     double level) {
  if (provenance == Provenance::modelled) return {};
  return {value, value, level, IntervalMethod::exact};
}

}  // namespace detail

PERJOULE_INLINE double halfwidth(const Estimate<double>& estimate, double level) {
  if (!estimate.is_known()) return detail::quiet_nan();
  const double u = standard_uncertainty(estimate);
  if (!is_finite(u)) return detail::quiet_nan();
  return u > 0.0 ? t_quantile(0.5 * (1.0 + level), effective_dof(estimate)) * u : 0.0;
}

PERJOULE_INLINE Interval<double> interval(const Estimate<double>& estimate, double level) {
  if (!estimate.is_known()) return {};
  const double value = estimate.value;
  const double half = halfwidth(estimate, level);
  if (!is_finite(half)) return {};
  if (half <= 0.0) return detail::without_uncertainty(value, estimate.provenance, level);
  if (estimate.provenance == Provenance::modelled && value > 0.0) {
    const double factor = std::exp(half / value);
    return {value / factor, value * factor, level, IntervalMethod::lognormal};
  }
  return {value - half, value + half, level, IntervalMethod::student_t};
}

PERJOULE_INLINE Interval<double> nonnegative_interval(const Estimate<double>& estimate,
                                                      double level) {
  Interval<double> found = interval(estimate, level);
  if (found.is_known() && found.low < 0.0) found.low = 0.0;
  return found;
}

PERJOULE_INLINE double standard_uncertainty(const Estimate<double>& estimate) {
  return std::hypot(estimate.random, estimate.common);
}

PERJOULE_INLINE double effective_dof(const Estimate<double>& estimate) {
  if (estimate.random <= 0.0) return infinite_dof;
  const double share = standard_uncertainty(estimate) / estimate.random;
  const double dof = estimate.dof * detail::square(detail::square(share));
  return dof < infinite_dof ? dof : infinite_dof;
}

}  // namespace perjoule::inline v0
