// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/stats/confidence.hpp"
#include "perjoule/stats/distributions.hpp"

namespace perjoule::inline v0 {

PERJOULE_INLINE double halfwidth(const Estimate<double>& estimate, double level) {
  if (!estimate.is_known()) return detail::quiet_nan();
  const double u = standard_uncertainty(estimate);
  return u > 0.0 ? t_quantile(0.5 * (1.0 + level), effective_dof(estimate)) * u : 0.0;
}

PERJOULE_INLINE Interval<double> interval(const Estimate<double>& estimate, double level) {
  if (!estimate.is_known()) return {};
  const double value = estimate.value;
  const double half = halfwidth(estimate, level);
  if (half <= 0.0) return detail::without_uncertainty(value, estimate.provenance, level);
  if (estimate.provenance == Provenance::modelled && value > 0.0) {
    const double factor = std::exp(half / value);
    return {value / factor, value * factor, level, IntervalMethod::lognormal};
  }
  return {value - half, value + half, level, IntervalMethod::student_t};
}

}  // namespace perjoule::inline v0
