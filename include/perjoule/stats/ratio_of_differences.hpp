// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/stats/covariance.hpp"
#include "perjoule/stats/ratio.hpp"

namespace perjoule::inline v0 {

namespace detail {

/// How many of its standard uncertainties a value may be from zero by chance, where two values are
/// looked at together: the wider of both.
/// @unit   none
/// @source GUM G.6.4
[[nodiscard]] PERJOULE_COLD inline double wider_quantile(const Estimate<double>& a,
                                                         const Estimate<double>& b, double level) {
  const double of_a = effective_dof(a);
  const double of_b = effective_dof(b);
  return t_quantile(0.5 * (1.0 + level), of_a < of_b ? of_a : of_b);
}

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
[[nodiscard]] PERJOULE_COLD inline Ratio<double> ratio_of_differences(
    const Estimate<double>& numerator, const Estimate<double>& denominator,
    const Covariance& covariance = {}, double level = 0.95) {
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
  const Ratio<double> bare =
      ratio_of_differences(detail::bare(numerator), detail::bare(denominator), covariance, level);
  return Ratio<Q>{detail::with_unit<Q>(bare.estimate), detail::with_unit<Q>(bare.interval)};
}

}  // namespace perjoule::inline v0
