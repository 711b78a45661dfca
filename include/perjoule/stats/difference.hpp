// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/stats/covariance.hpp"
#include "perjoule/units/dimension.hpp"
#include "perjoule/units/estimate.hpp"
#include "perjoule/units/quantity.hpp"

namespace perjoule::inline v0 {

/// a - b.
///
/// Two energies of one meter share the error of its gain, and two models that answered the same
/// items share their luck with them: without the covariance the difference is taken as known less
/// well than it is, and never better, as long as what they share moves both the same way.
///
/// @unit   that of a and b
/// @error  missing when either is, or isn't finite
/// @throws Error for a covariance that is not finite, or larger than the uncertainties allow
/// @source GUM (JCGM 100:2008) 5.2.2; degrees of freedom: G.4.1 where the random parts are
///         independent, else the smaller ones of the two
[[nodiscard]] Estimate<double> difference(const Estimate<double>& a, const Estimate<double>& b,
                                          const Covariance& covariance = {});

/// @copydoc difference(const Estimate<double>&, const Estimate<double>&, const Covariance&)
template <Dimension D>
[[nodiscard]] Estimate<Quantity<D>> difference(const Estimate<Quantity<D>>& a,
                                               const Estimate<Quantity<D>>& b,
                                               const Covariance& covariance = {}) {
  return detail::with_unit<Quantity<D>>(difference(detail::bare(a), detail::bare(b), covariance));
}

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/stats/difference-inl.hpp"
#endif
