// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/stats/covariance.hpp"
#include "perjoule/stats/ratio.hpp"
#include "perjoule/units/dimension.hpp"
#include "perjoule/units/estimate.hpp"
#include "perjoule/units/interval.hpp"
#include "perjoule/units/quantity.hpp"

namespace perjoule::inline v0 {

namespace detail {

/// How many of its standard uncertainties a value may be from zero by chance, where two values are
/// looked at together: the wider of both.
/// @unit   none
/// @source GUM G.6.4
[[nodiscard]] double wider_quantile(const Estimate<double>& a, const Estimate<double>& b,
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
[[nodiscard]] Ratio<double> ratio_of_differences(const Estimate<double>& numerator,
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
  const Ratio<double> bare =
      ratio_of_differences(detail::bare(numerator), detail::bare(denominator), covariance, level);
  return Ratio<Q>{detail::with_unit<Q>(bare.estimate), detail::with_unit<Q>(bare.interval)};
}

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/stats/ratio_of_differences-inl.hpp"
#endif
