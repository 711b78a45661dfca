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

/// Returns (t u / value)^2, which tells how near the interval of the value comes to zero. From 1 on
/// the interval contains zero.
/// @unit   none; value and u in the same unit
/// @source Fieller's g
[[nodiscard]] inline double fieller_g(double value, double u, double t) {
  return detail::square(t * u) / detail::square(value);
}

/// Returns the interval of n / d for n and d with standard uncertainties u_n and u_d.
/// @param covariance  of n and d; 0 if they are independent. @unit unit of n times unit of d
/// @unit   same as n / d
/// @error  missing if d cannot be told from zero: then nothing bounds the quotient
/// @source Fieller, J. Royal Statist. Soc. B 16 (1954) 175
[[nodiscard]] Interval<double> fieller(double n, double u_n, double d, double u_d, double t,
                                       double level, double covariance = 0.0);

/// Returns the range of all quotients of a numerator and a positive denominator within their
/// intervals. Each interval is taken at level sqrt(.95), so that both hold together with .95.
/// @unit same as n / d
[[nodiscard]] Interval<double> box(const Estimate<double>& n, const Estimate<double>& d,
                                   double level);

/// Returns n / d, with an uncertainty that includes their covariance.
/// @param dof  degrees of freedom of the random part of the quotient
/// @unit  same as n / d
/// @error first order; missing if either side is missing or a number is not finite
[[nodiscard]] Estimate<double> quotient(const Estimate<double>& n, const Estimate<double>& d,
                                        double dof, const Covariance& covariance);

/// Returns a quotient by a positive denominator, with the interval described at ratio().
/// @unit  same as n / d
/// @error as `quotient`; the interval at `level`
[[nodiscard]] IntervalEstimate<double> positive_ratio(const Estimate<double>& n,
                                                      const Estimate<double>& d, double dof,
                                                      const Covariance& covariance, double level);

}  // namespace detail

/// Returns numerator / denominator for two instruments with independent errors.
///
/// The interval is log_delta if both are well away from zero (g <= 0.1), since the logarithm of a
/// quotient is closer to normal than the quotient. It is Fieller's if one is not, and missing if
/// the denominator cannot be told from zero (g >= 1). A modelled numerator or denominator is
/// lognormal, which log_delta represents exactly at any g. Only for a numerator near zero with a
/// modelled denominator, `box` is used instead. If both come from the same items, use paired_ratio,
/// which takes their covariance into account.
///
/// @unit   unit of the numerator over unit of the denominator
/// @error  first order in the estimate; t with Welch-Satterthwaite degrees of freedom, which covers
///         .92 at a nominal .95 if one side has two or three windows and the other is known much
///         better
/// @throws nothing; a missing input, an input that is not finite, or a denominator that is not
///         positive gives a missing ratio; one whose scatter is unknown, as of a single window,
///         gives a ratio without interval
/// @source docs/reference/formulas.md#ratio
[[nodiscard]] IntervalEstimate<double> ratio(const Estimate<double>& numerator,
                                             const Estimate<double>& denominator,
                                             double level = 0.95);

/// @copydoc ratio(const Estimate<double>&, const Estimate<double>&, double)
template <class N, class D>
[[nodiscard]] auto ratio(const Estimate<N>& numerator, const Estimate<D>& denominator,
                         double level = 0.95) {
  using Q = decltype(numerator.value / denominator.value);
  const IntervalEstimate<double> bare =
      ratio(detail::strip_unit(numerator), detail::strip_unit(denominator), level);
  return IntervalEstimate<Q>{detail::with_unit<Q>(bare.estimate),
                             detail::with_unit<Q>(bare.interval)};
}

namespace detail {

/// Returns the interval of n / d from an interval of each, for d > 0 and independent errors: all r
/// for which the interval of n - r d contains 0. Each end is a root of a quadratic equation.
/// @unit   same as n / d
/// @error  missing if the interval of d contains zero
/// @source Donner and Zou, Statistical Methods in Medical Research 21 (2012) 347
[[nodiscard]] Interval<double> mover_ratio(double n, const Interval<double>& of_n, double d,
                                           const Interval<double>& of_d);

}  // namespace detail

/// Returns numerator / denominator for a numerator that has an interval of its own, such as a share
/// with Wilson's, which is not symmetric near 0 and 1. The interval of the ratio is made of that
/// and of interval(denominator), without a normal approximation of either.
///
/// @param numerator  with an interval at `level`; without one it is ratio() of the estimates
/// @unit   unit of the numerator over unit of the denominator
/// @error  covers .95 to .97 at a nominal .95 for a skill of 50 items and more over joules of five
///         windows and more, .95 to .98 of three
/// @throws nothing; missing as ratio() of the estimates
/// @source see detail::mover_ratio
[[nodiscard]] IntervalEstimate<double> ratio(const IntervalEstimate<double>& numerator,
                                             const Estimate<double>& denominator,
                                             double level = 0.95);

/// @copydoc ratio(const IntervalEstimate<double>&, const Estimate<double>&, double)
template <class N, class D>
[[nodiscard]] auto ratio(const IntervalEstimate<N>& numerator, const Estimate<D>& denominator,
                         double level = 0.95) {
  using Q = decltype(numerator.estimate.value / denominator.value);
  const IntervalEstimate<double> bare =
      ratio(detail::strip_unit(numerator), detail::strip_unit(denominator), level);
  return IntervalEstimate<Q>{detail::with_unit<Q>(bare.estimate),
                             detail::with_unit<Q>(bare.interval)};
}

/// Returns numerator / denominator for estimates whose errors are not independent, because both
/// were measured on the same items: a hard item takes more energy and is more often answered
/// wrongly. With a negative covariance the interval is wider than that of ratio(), which would be
/// too short.
///
/// @param covariance  of the two estimates, not of single items
/// @unit   unit of the numerator over unit of the denominator
/// @error  as ratio(), with the covariance in the estimate, in log_delta and in Fieller's interval.
///         A `box` uses no covariance and needs none: two normal intervals at level sqrt(.95) hold
///         together with at least .95, whatever their correlation (Sidak 1967). t has the smaller
///         degrees of freedom of the two
/// @throws Error for a covariance that is not finite, or larger than the uncertainties allow
/// @source Fieller, J. Royal Statist. Soc. B 16 (1954) 175; GUM (JCGM 100:2008) 5.2.2
[[nodiscard]] IntervalEstimate<double> paired_ratio(const Estimate<double>& numerator,
                                                    const Estimate<double>& denominator,
                                                    const Covariance& covariance,
                                                    double level = 0.95);

namespace detail {

/// @throws Error for a number that is not finite
void expect_finite(View<double> numbers, std::string_view what);

}  // namespace detail

/// Returns the ratio of the means of pairs, such as output over cost of each item, including the
/// covariance of the two. It is the ratio of the sums, and not the mean of the ratios of single
/// items, which an item with a denominator near zero would dominate.
///
/// @param common   additional standard uncertainty of the mean of the denominators that is the same
///                 for all items, such as the meter's. @unit same as the denominators
/// @unit   unit of the numerators over unit of the denominators
/// @shape  numerators, denominators: [items], in the same order
/// @error  as paired_ratio with the pairs' covariance and n - 1 degrees of freedom; assumes that
///         pairs are independent of each other. Missing for fewer than two
/// @throws Error for lists of different lengths, and for a number that is not finite
/// @source Cochran, Sampling Techniques (1977), 2.11 and 6.3; Fieller (1954)
[[nodiscard]] IntervalEstimate<double> paired_ratio(View<double> numerators,
                                                    View<double> denominators,
                                                    Provenance provenance, double common = 0.0,
                                                    double level = 0.95);

namespace detail {

/// Returns the larger of the t quantiles of two values, for a decision that looks at both: the
/// number of standard uncertainties that a value may be away from zero by chance.
/// @unit   none
/// @source GUM G.6.4
[[nodiscard]] double conservative_t_quantile(const Estimate<double>& a, const Estimate<double>& b,
                                             double level);

}  // namespace detail

/// Returns the quotient of two differences, each of which may have either sign. A logarithm does
/// not apply to negative values, so the interval is Fieller's. If the denominator cannot be told
/// from zero, there is no quotient either, since its sign is unknown.
///
/// @param covariance  of the two differences
/// @unit   unit of the numerator over unit of the denominator
/// @error  first order in the estimate; missing if the interval of the denominator contains zero. t
///         has the smaller degrees of freedom of the two
/// @throws Error for a covariance that is not finite, or larger than the uncertainties allow
/// @source Fieller, J. Royal Statist. Soc. B 16 (1954) 175
[[nodiscard]] IntervalEstimate<double> ratio_of_differences(const Estimate<double>& numerator,
                                                            const Estimate<double>& denominator,
                                                            const Covariance& covariance = {},
                                                            double level = 0.95);

/// The same for differences that have units.
/// @unit   unit of the numerator over unit of the denominator
/// @error  as for differences without units
/// @throws Error for a covariance that is not finite, or larger than the uncertainties allow
/// @source Fieller, J. Royal Statist. Soc. B 16 (1954) 175
template <class N, class D>
[[nodiscard]] auto ratio_of_differences(const Estimate<N>& numerator,
                                        const Estimate<D>& denominator,
                                        const Covariance& covariance = {}, double level = 0.95) {
  using Q = decltype(numerator.value / denominator.value);
  const IntervalEstimate<double> bare = ratio_of_differences(
      detail::strip_unit(numerator), detail::strip_unit(denominator), covariance, level);
  return IntervalEstimate<Q>{detail::with_unit<Q>(bare.estimate),
                             detail::with_unit<Q>(bare.interval)};
}

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/stats/ratio-inl.hpp"
#endif
