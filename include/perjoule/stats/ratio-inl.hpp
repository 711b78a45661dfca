// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/core/missing.hpp"
#include "perjoule/stats/confidence.hpp"
#include "perjoule/stats/propagate.hpp"
#include "perjoule/stats/ratio.hpp"
#include "perjoule/stats/student_t.hpp"
#include "perjoule/units/provenance.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE Interval<double> fieller(double n, double u_n, double d, double u_d, double t,
                                         double level, double covariance) {
  const double g = nearness_to_zero(d, u_d, t);
  if (g >= 1.0) return {};
  const double r = n / d;
  const double shift = t * covariance / d;
  const double inner = (1.0 - g) * math::square(u_n) + math::square(r * u_d) -
                       2.0 * r * covariance + math::square(shift);
  // It is 0 where n and d move together, and rounding may leave it below.
  const double half = t / math::absolute(d) * math::square_root(inner > 0.0 ? inner : 0.0);
  const double centre = r - t * shift / d;
  return {(centre - half) / (1.0 - g), (centre + half) / (1.0 - g), level, IntervalMethod::fieller};
}

PERJOULE_INLINE Interval<double> box(const Estimate<double>& n, const Estimate<double>& d,
                                     double level) {
  const Interval<double> of_n = interval(n, math::square_root(level));
  const Interval<double> of_d = interval(d, math::square_root(level));
  return {of_n.low / (of_n.low < 0.0 ? of_d.low : of_d.high),
          of_n.high / (of_n.high < 0.0 ? of_d.high : of_d.low), level, IntervalMethod::box};
}

PERJOULE_INLINE Estimate<double> quotient(const Estimate<double>& n, const Estimate<double>& d,
                                          double dof, const Covariance& covariance) {
  const double r = n.value / d.value;
  const double by = r / math::square(d.value);
  const Estimate<double> found{
      r,
      uncertainty_of_difference(n.random / d.value, r * d.random / d.value, by * covariance.random),
      dof,
      uncertainty_of_difference(n.common / d.value, r * d.common / d.value, by * covariance.common),
      worst(n.provenance, d.provenance)};
  const bool finite = is_finite(r) && is_finite(standard_uncertainty(found));
  return finite && found.is_known() ? found : Estimate<double>{};
}

PERJOULE_INLINE Ratio<double> positive_ratio(const Estimate<double>& n, const Estimate<double>& d,
                                             double dof, const Covariance& covariance,
                                             double level) {
  if (!is_usable(n) || !is_usable(d) || d.value <= 0.0) return {};
  const Estimate<double> estimate = quotient(n, d, dof, covariance);
  if (!estimate.is_known()) return {};
  const double r = estimate.value;
  const double u = standard_uncertainty(estimate);
  if (u <= 0.0) return {estimate, without_uncertainty(r, estimate.provenance, level)};
  const double t = t_quantile(0.5 * (1.0 + level), effective_dof(estimate));
  const double u_n = standard_uncertainty(n);
  const double u_d = standard_uncertainty(d);
  constexpr double near = 0.1;
  const bool lognormal = d.provenance == Provenance::modelled;
  const bool clear = n.value > 0.0 && ((n.provenance == Provenance::modelled && !lognormal) ||
                                       nearness_to_zero(n.value, u_n, t) <= near);
  if (clear && (lognormal || nearness_to_zero(d.value, u_d, t) <= near)) {
    const double factor = math::exponential(t * u / r);
    return {estimate, {r / factor, r * factor, level, IntervalMethod::log_delta}};
  }
  return {estimate, lognormal ? box(n, d, level)
                              : fieller(n.value, u_n, d.value, u_d, t, level,
                                        covariance.random + covariance.common)};
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE Ratio<double> ratio(const Estimate<double>& numerator,
                                    const Estimate<double>& denominator, double level) {
  const double dof = detail::combined_dof(
      numerator.random / denominator.value, numerator.dof,
      numerator.value / denominator.value * denominator.random / denominator.value,
      denominator.dof);
  return detail::positive_ratio(numerator, denominator, dof, {}, level);
}

}  // namespace perjoule::inline v0
