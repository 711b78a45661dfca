// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string_view>

#include "perjoule/core/config.hpp"
#include "perjoule/core/math.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/stats/propagate.hpp"
#include "perjoule/units/estimate.hpp"
#include "perjoule/units/quantity.hpp"

namespace perjoule::inline v0 {

namespace detail {

/// (t u / value)^2: how near the value's interval comes to zero; from 1 on it contains zero.
/// @unit   none; value and u in one unit
/// @source Fieller's g
[[nodiscard]] inline double fieller_g(double value, double u, double t) {
  return detail::square(t * u) / detail::square(value);
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
[[nodiscard]] Measured<double> positive_ratio(const Estimate<double>& n, const Estimate<double>& d,
                                              double dof, const Covariance& covariance,
                                              double level);

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
[[nodiscard]] Measured<double> ratio(const Estimate<double>& numerator,
                                     const Estimate<double>& denominator, double level = 0.95);

/// @copydoc ratio(const Estimate<double>&, const Estimate<double>&, double)
template <class N, class D>
[[nodiscard]] auto ratio(const Estimate<N>& numerator, const Estimate<D>& denominator,
                         double level = 0.95) {
  using Q = decltype(numerator.value / denominator.value);
  const Measured<double> bare =
      ratio(detail::strip_unit(numerator), detail::strip_unit(denominator), level);
  return Measured<Q>{detail::with_unit<Q>(bare.estimate), detail::with_unit<Q>(bare.interval)};
}

/// numerator / denominator of estimates whose errors are not independent: both were found on the
/// same items, and a hard item takes more energy and is more often answered wrongly. With a
/// covariance below zero the interval is wider than that of ratio(), and too short without it.
///
/// @param covariance  of the two estimates, not of single items
/// @unit   numerator's over denominator's
/// @error  as ratio(), with the covariance in the estimate, in log_delta and in Fieller's interval.
///         A `box` takes none and needs none: two normal intervals at level sqrt(.95) hold together
///         with .95 at least, whatever their correlation (Sidak 1967). t has the smaller degrees of
///         freedom of both
/// @throws Error for a covariance that is not finite, or larger than the uncertainties allow
/// @source Fieller, J. Royal Statist. Soc. B 16 (1954) 175; GUM (JCGM 100:2008) 5.2.2
[[nodiscard]] Measured<double> paired_ratio(const Estimate<double>& numerator,
                                            const Estimate<double>& denominator,
                                            const Covariance& covariance, double level = 0.95);

namespace detail {

/// @throws Error for a number that is not finite
void expect_finite(View<double> numbers, std::string_view what);

}  // namespace detail

/// The ratio of the means of pairs: what the items gave over what they took, with what both have to
/// do with each other. It is the ratio of the sums, and not the mean of the items' own ratios, in
/// which an item that took next to nothing outweighs all others.
///
/// @param common   standard uncertainty that the mean of the denominators has besides, the same for
///                 all items: the meter's. @unit that of the denominators
/// @unit   numerators' over denominators'
/// @shape  numerators, denominators: [items], in one order
/// @error  that of paired_ratio with the pairs' covariance and n - 1 degrees of freedom; the pairs
///         are taken as independent of one another. Missing for fewer than two
/// @throws Error for lists of different lengths, and for a number that is not finite
/// @source Cochran, Sampling Techniques (1977), 2.11 and 6.3; Fieller (1954)
[[nodiscard]] Measured<double> paired_ratio(View<double> numerators, View<double> denominators,
                                            Provenance provenance, double common = 0.0,
                                            double level = 0.95);

namespace detail {

/// How many of its standard uncertainties a value may be from zero by chance, where two values are
/// looked at together: the wider of both.
/// @unit   none
/// @source GUM G.6.4
[[nodiscard]] double conservative_t_quantile(const Estimate<double>& a, const Estimate<double>& b,
                                             double level);

}  // namespace detail

/// The quotient of two differences, each of which may be of either sign. The logarithm is of no use
/// here, so the interval is Fieller's; where the denominator can't be told from zero there is no
/// quotient either, since its sign isn't known.
///
/// @param covariance  of the two differences
/// @unit   numerator's over denominator's
/// @error  first order in the estimate; missing where the interval of the denominator contains
/// zero.
///         t has the smaller degrees of freedom of both
/// @throws Error for a covariance that is not finite, or larger than the uncertainties allow
/// @source Fieller, J. Royal Statist. Soc. B 16 (1954) 175
[[nodiscard]] Measured<double> ratio_of_differences(const Estimate<double>& numerator,
                                                    const Estimate<double>& denominator,
                                                    const Covariance& covariance = {},
                                                    double level = 0.95);

/// The same of differences that have units.
/// @unit   numerator's over denominator's
/// @error  that of the differences without their units
/// @throws Error for a covariance that is not finite, or larger than the uncertainties allow
/// @source Fieller, J. Royal Statist. Soc. B 16 (1954) 175
template <class N, class D>
[[nodiscard]] auto ratio_of_differences(const Estimate<N>& numerator,
                                        const Estimate<D>& denominator,
                                        const Covariance& covariance = {}, double level = 0.95) {
  using Q = decltype(numerator.value / denominator.value);
  const Measured<double> bare = ratio_of_differences(
      detail::strip_unit(numerator), detail::strip_unit(denominator), covariance, level);
  return Measured<Q>{detail::with_unit<Q>(bare.estimate), detail::with_unit<Q>(bare.interval)};
}

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/stats/ratio-inl.hpp"
#endif
