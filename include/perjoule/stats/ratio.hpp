// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/core/math.hpp"
#include "perjoule/stats/covariance.hpp"
#include "perjoule/units/dimension.hpp"
#include "perjoule/units/estimate.hpp"
#include "perjoule/units/interval.hpp"
#include "perjoule/units/quantity.hpp"

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
[[nodiscard]] Interval<double> fieller(double n, double u_n, double d, double u_d, double t,
                                       double level, double covariance = 0.0);

/// All quotients of a numerator and a positive denominator that lie in their intervals, each taken
/// at level sqrt(.95), so that both hold together with .95.
/// @unit that of n / d
[[nodiscard]] Interval<double> box(const Estimate<double>& n, const Estimate<double>& d,
                                   double level);

/// n / d with the uncertainty that their covariance leaves.
/// @param dof  of what is random in the quotient
/// @unit  that of n / d
/// @error first order; missing where a side is missing or a number isn't finite
[[nodiscard]] Estimate<double> quotient(const Estimate<double>& n, const Estimate<double>& d,
                                        double dof, const Covariance& covariance);

/// A quotient by something positive, with its interval: ratio() says which.
/// @unit  that of n / d
/// @error that of `quotient`; the level of the interval
[[nodiscard]] Ratio<double> positive_ratio(const Estimate<double>& n, const Estimate<double>& d,
                                           double dof, const Covariance& covariance, double level);

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
[[nodiscard]] Ratio<double> ratio(const Estimate<double>& numerator,
                                  const Estimate<double>& denominator, double level = 0.95);

/// @copydoc ratio(const Estimate<double>&, const Estimate<double>&, double)
template <class N, class D>
[[nodiscard]] auto ratio(const Estimate<N>& numerator, const Estimate<D>& denominator,
                         double level = 0.95) {
  using Q = decltype(numerator.value / denominator.value);
  const Ratio<double> bare = ratio(detail::bare(numerator), detail::bare(denominator), level);
  return Ratio<Q>{detail::with_unit<Q>(bare.estimate), detail::with_unit<Q>(bare.interval)};
}

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/stats/ratio-inl.hpp"
#endif
