// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/core/math.hpp"
#include "perjoule/core/missing.hpp"
#include "perjoule/stats/confidence.hpp"
#include "perjoule/stats/covariance.hpp"
#include "perjoule/stats/propagate.hpp"
#include "perjoule/units/estimate.hpp"
#include "perjoule/units/interval.hpp"

namespace perjoule::inline v0 {

/// A quotient with its interval, which lies unevenly about it.
template <class Q>
struct Ratio {
  Estimate<Q> estimate;
  Interval<Q> interval;
};

namespace detail {

/// @copydoc bare(const Estimate<Q>&)
template <class Q>
[[nodiscard]] Ratio<double> bare(const Ratio<Q>& ratio) noexcept {
  return {bare(ratio.estimate),
          {number(ratio.interval.low), number(ratio.interval.high), ratio.interval.level,
           ratio.interval.method}};
}

/// (t u / value)^2: how near the value's interval comes to zero; from 1 on it contains zero.
/// @unit   none; value and u in one unit
/// @source Fieller's g
[[nodiscard]] inline double nearness_to_zero(double value, double u, double t) {
  return math::square(t * u) / math::square(value);
}

/// The interval of n / d for n and d with standard uncertainties u_n and u_d.
/// @param covariance  of n and d; 0 where they are independent. @unit that of n times that of d
/// @unit   that of n / d
/// @error  missing where d can't be told from zero: then nothing bounds the quotient
/// @source Fieller, J. Royal Statist. Soc. B 16 (1954) 175
[[nodiscard]] PERJOULE_COLD inline Interval<double> fieller(double n, double u_n, double d,
                                                            double u_d, double t, double level,
                                                            double covariance = 0.0) {
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

/// All quotients of a numerator and a positive denominator that lie in their intervals, each taken
/// at level sqrt(.95), so that both hold together with .95.
/// @unit that of n / d
[[nodiscard]] PERJOULE_COLD inline Interval<double> box(const Estimate<double>& n,
                                                        const Estimate<double>& d, double level) {
  const Interval<double> of_n = interval(n, math::square_root(level));
  const Interval<double> of_d = interval(d, math::square_root(level));
  return {of_n.low / (of_n.low < 0.0 ? of_d.low : of_d.high),
          of_n.high / (of_n.high < 0.0 ? of_d.high : of_d.low), level, IntervalMethod::box};
}

/// n / d with the uncertainty that their covariance leaves.
/// @param dof  of what is random in the quotient
/// @unit  that of n / d
/// @error first order; missing where a side is missing or a number isn't finite
[[nodiscard]] PERJOULE_COLD inline Estimate<double> quotient(const Estimate<double>& n,
                                                             const Estimate<double>& d, double dof,
                                                             const Covariance& covariance) {
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

/// A quotient by something positive, with its interval: ratio() says which.
/// @unit  that of n / d
/// @error that of `quotient`; the level of the interval
[[nodiscard]] PERJOULE_COLD inline Ratio<double> positive_ratio(const Estimate<double>& n,
                                                                const Estimate<double>& d,
                                                                double dof,
                                                                const Covariance& covariance,
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

}  // namespace detail

/// numerator / denominator, of two instruments whose errors are independent.
///
/// The interval is log_delta where both are well away from zero (g <= 0.1), since the logarithm of
/// a quotient is nearer to normal than the quotient; Fieller's where one is not, and missing where
/// the denominator cannot be told from zero (g >= 1). A modelled one of the two is lognormal, which
/// log_delta takes exactly at any g; only where a numerator is near zero beside a modelled
/// denominator, `box` stands in. Where both come from the same items, paired_ratio knows more.
///
/// @unit   numerator's over denominator's
/// @error  first order in the estimate; t with Welch-Satterthwaite degrees of freedom, which covers
///         .92 at a nominal .95 where two or three windows meet a much better known partner
/// @throws nothing; a missing input, one that isn't finite, or a denominator that is not positive,
///         gives a missing ratio
/// @source docs/reference/formulas.md#ratio
[[nodiscard]] PERJOULE_COLD inline Ratio<double> ratio(const Estimate<double>& numerator,
                                                       const Estimate<double>& denominator,
                                                       double level = 0.95) {
  const double dof = detail::combined_dof(
      numerator.random / denominator.value, numerator.dof,
      numerator.value / denominator.value * denominator.random / denominator.value,
      denominator.dof);
  return detail::positive_ratio(numerator, denominator, dof, {}, level);
}

/// @copydoc ratio(const Estimate<double>&, const Estimate<double>&, double)
template <class N, class D>
[[nodiscard]] auto ratio(const Estimate<N>& numerator, const Estimate<D>& denominator,
                         double level = 0.95) {
  using Q = decltype(numerator.value / denominator.value);
  const Ratio<double> bare = ratio(detail::bare(numerator), detail::bare(denominator), level);
  return Ratio<Q>{detail::with_unit<Q>(bare.estimate), detail::with_unit<Q>(bare.interval)};
}

}  // namespace perjoule::inline v0
