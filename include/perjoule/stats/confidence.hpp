// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/units/estimate.hpp"
#include "perjoule/units/quantity.hpp"

namespace perjoule::inline v0 {

/// Returns the standard uncertainty u, with u^2 = random^2 + common^2.
/// @unit   same as the estimate
/// @source GUM (JCGM 100:2008) 5.1.2, for parts that are independent
[[nodiscard]] double standard_uncertainty(const Estimate<double>& estimate);

/// Returns the degrees of freedom of u. Only the random part was estimated from repeats.
/// @unit   none
/// @source GUM G.4.1 (Welch-Satterthwaite) with infinite dof for the common part: dof (u/random)^4
[[nodiscard]] double effective_dof(const Estimate<double>& estimate);

/// Returns the half-width that "±" stands for in every output: t((1 + level)/2, effective dof)
/// times u. Not finite if `random` is not: a single run says nothing of the spread between runs.
/// With 1.96 instead of t, an interval from three windows would cover 81 % and not 95 %.
/// @unit   same as the estimate
/// @source GUM G.6.4
[[nodiscard]] double halfwidth(const Estimate<double>& estimate, double level = 0.95);

namespace detail {

/// Returns the interval of a value without uncertainty. A counted value is exact. A modelled value
/// is not, even if its model states no uncertainty: its interval is missing, since nothing bounds
/// it.
/// @unit same as the value
[[nodiscard]] Interval<double> without_uncertainty(double value, Provenance provenance,
                                                   double level);

}  // namespace detail

/// Returns the interval at a confidence level: value ± halfwidth; missing if that is not finite. A
/// modelled value has the lognormal counterpart, value ×/÷ exp(halfwidth / value), since an error
/// by a factor is never symmetric and never takes the value below zero.
/// @unit   same as the estimate
/// @error  covers the true value with probability `level` if windows are independent
/// @source GUM G.6.4; docs/reference/formulas.md#uncertainty
[[nodiscard]] Interval<double> interval(const Estimate<double>& estimate, double level = 0.95);

/// Returns the interval of a quantity that cannot be negative, such as a time or a total energy:
/// its low end is at least 0, which no longer lies as far from the value as the high end.
/// @unit   same as the estimate
/// @error  covers at least as often as interval()
/// @source the part of interval() that is possible
[[nodiscard]] Interval<double> nonnegative_interval(const Estimate<double>& estimate,
                                                    double level = 0.95);

/// @copydoc standard_uncertainty(const Estimate<double>&)
template <Dimension D>
[[nodiscard]] Quantity<D> standard_uncertainty(const Estimate<Quantity<D>>& estimate) {
  return Quantity<D>(standard_uncertainty(detail::strip_unit(estimate)));
}

/// @copydoc effective_dof(const Estimate<double>&)
template <Dimension D>
[[nodiscard]] double effective_dof(const Estimate<Quantity<D>>& estimate) {
  return effective_dof(detail::strip_unit(estimate));
}

/// @copydoc halfwidth(const Estimate<double>&, double)
template <Dimension D>
[[nodiscard]] Quantity<D> halfwidth(const Estimate<Quantity<D>>& estimate, double level = 0.95) {
  return Quantity<D>(halfwidth(detail::strip_unit(estimate), level));
}

/// @copydoc interval(const Estimate<double>&, double)
template <Dimension D>
[[nodiscard]] Interval<Quantity<D>> interval(const Estimate<Quantity<D>>& estimate,
                                             double level = 0.95) {
  return detail::with_unit<Quantity<D>>(interval(detail::strip_unit(estimate), level));
}

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/stats/confidence-inl.hpp"
#endif
