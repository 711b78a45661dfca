// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/core/math.hpp"
#include "perjoule/stats/confidence.hpp"
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

/// The interval of n / d for independent n and d with standard uncertainties u_n and u_d.
/// @unit   that of n / d
/// @error  missing where d can't be told from zero: then nothing bounds the quotient
/// @source Fieller, J. Royal Statist. Soc. B 16 (1954) 175
[[nodiscard]] PERJOULE_COLD inline Interval<double> fieller(double n, double u_n, double d,
                                                            double u_d, double t, double level) {
  const double g = nearness_to_zero(d, u_d, t);
  if (g >= 1.0) return {};
  const double r = n / d;
  const double half =
      t / d * math::square_root((1.0 - g) * math::square(u_n) + math::square(r * u_d));
  return {(r - half) / (1.0 - g), (r + half) / (1.0 - g), level, IntervalMethod::fieller};
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

}  // namespace detail

/// numerator / denominator, of two instruments whose errors are independent.
///
/// The interval is log_delta where both are well away from zero (g <= 0.1), since the logarithm of
/// a quotient is nearer to normal than the quotient; Fieller's where one is not, and missing where
/// the denominator cannot be told from zero (g >= 1). A modelled denominator is lognormal, which
/// log_delta takes exactly at any g; only where the numerator is near zero too, `box` stands in.
///
/// @unit   numerator's over denominator's
/// @error  first order in the estimate; t with Welch-Satterthwaite degrees of freedom, which covers
///         .92 at a nominal .95 where two or three windows meet a much better known partner
/// @throws nothing; a missing input, or a denominator that is not positive, gives a missing ratio
/// @source docs/reference/formulas.md#ratio
[[nodiscard]] PERJOULE_COLD inline Ratio<double> ratio(const Estimate<double>& numerator,
                                                       const Estimate<double>& denominator,
                                                       double level = 0.95) {
  const double n = numerator.value;
  const double d = denominator.value;
  if (!numerator.is_known() || !denominator.is_known() || d <= 0.0) return {};

  const double r = n / d;
  const double random_n = numerator.random / d;
  const double random_d = r * denominator.random / d;
  const Estimate<double> estimate{
      r, math::root_sum_square(random_n, random_d),
      detail::combined_dof(random_n, numerator.dof, random_d, denominator.dof),
      math::root_sum_square(numerator.common / d, r * denominator.common / d),
      worst(numerator.provenance, denominator.provenance)};

  const double u = standard_uncertainty(estimate);
  if (u <= 0.0) return {estimate, detail::without_uncertainty(r, estimate.provenance, level)};
  const double t = t_quantile(0.5 * (1.0 + level), effective_dof(estimate));
  const double u_n = standard_uncertainty(numerator);
  const double u_d = standard_uncertainty(denominator);
  constexpr double near = 0.1;
  const bool lognormal = denominator.provenance == Provenance::modelled;
  const bool clear = n > 0.0 && detail::nearness_to_zero(n, u_n, t) <= near;
  if (clear && (lognormal || detail::nearness_to_zero(d, u_d, t) <= near)) {
    const double factor = math::exponential(t * u / r);
    return {estimate, {r / factor, r * factor, level, IntervalMethod::log_delta}};
  }
  return {estimate, lognormal ? detail::box(numerator, denominator, level)
                              : detail::fieller(n, u_n, d, u_d, t, level)};
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
