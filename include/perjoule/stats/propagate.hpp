// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cmath>

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/math.hpp"
#include "perjoule/units/estimate.hpp"
#include "perjoule/units/quantity.hpp"

namespace perjoule::inline v0 {

namespace detail {

/// Returns the degrees of freedom of sqrt(a^2 + b^2), where a and b have their own.
/// @unit   a and b in the same unit
/// @source Welch, Biometrika 34 (1947) 28; GUM (JCGM 100:2008) G.4.1
[[nodiscard]] inline double combined_dof(double a, double a_dof, double b, double b_dof) {
  const double a2 = a * a;
  const double b2 = b * b;
  const double sum = a2 + b2;
  if (sum <= 0.0) return infinite_dof;
  const double dof =
      sum * sum / ((a2 > 0.0 ? a2 * a2 / a_dof : 0.0) + (b2 > 0.0 ? b2 * b2 / b_dof : 0.0));
  return dof < infinite_dof ? dof : infinite_dof;
}

}  // namespace detail

/// Returns the sum of two parts counted by **one** meter. Their random parts are independent, while
/// an error of the meter's gain affects both alike, so the common parts add.
/// @unit   same as the parts
/// @error  missing if either part is
/// @source GUM (JCGM 100:2008) 5.1.2 for the random parts, 5.2.2 with r = 1 for the common ones
template <class Q>
[[nodiscard]] Estimate<Q> total(const Estimate<Q>& a, const Estimate<Q>& b) {
  if (!a.is_known() || !b.is_known()) return {};
  const double ra = detail::number(a.random);
  const double rb = detail::number(b.random);
  return {Q(detail::number(a.value) + detail::number(b.value)), Q(std::hypot(ra, rb)),
          detail::combined_dof(ra, a.dof, rb, b.dof),
          Q(detail::number(a.common) + detail::number(b.common)),
          worst(a.provenance, b.provenance)};
}

/// Returns `energy` without the idle energy, which is the machine's idle power over `duration`.
///
/// The scatter of the idle power affects all windows of a run alike, so here it is common. What is
/// not known about the ends of windows does not cancel, so the common parts are added in squares.
/// An error of the meter's gain does cancel: leave it out here, and add its share to the result.
/// Works both for whole windows (J, s) and per item (J/item, s/item).
///
/// @unit  same as `energy`
/// @error common = sqrt(energy.common^2 + (idle.common t)^2 + (idle.random t)^2); missing if either
///        is
/// @source docs/reference/formulas.md#active-energy
template <Dimension E, Dimension T>
[[nodiscard]] Estimate<Quantity<E>> active(const Estimate<Quantity<E>>& energy,
                                           const Estimate<Watts>& idle, Quantity<T> duration) {
  static_assert(E == Watts::dimension * T, "energy and duration must both be per item, or neither");
  if (!energy.is_known() || !idle.is_known()) return {};
  const double common =
      std::hypot(energy.common.si(), (idle.common * duration).si(), (idle.random * duration).si());
  return {energy.value - idle.value * duration, energy.random, energy.dof, Quantity<E>(common),
          worst(energy.provenance, idle.provenance)};
}

/// Divides a total by the number of items it was counted for.
/// @unit   unit of `whole`, per item
/// @error  the number of items is exact
/// @source dividing by a constant scales value and uncertainty alike
template <Dimension D>
[[nodiscard]] auto per_item(const Estimate<Quantity<D>>& whole, Items items) {
  PERJOULE_EXPECTS(items > Items(0.0));
  using Quotient = Quantity<D / Items::dimension>;
  return Estimate<Quotient>{whole.value / items, whole.random / items, whole.dof,
                            whole.common / items, whole.provenance};
}

/// Covariance of the errors of two estimates: zero if their errors are independent. If one error
/// moves both alike, it is the product of their uncertainties.
struct Covariance {
  double random = 0.0;  ///< of the random parts. @unit product of the two estimates' units
  double common = 0.0;  ///< of the common parts. @unit product of the two estimates' units
};

namespace detail {

/// Checks that a covariance is not larger than the product of both uncertainties.
/// @throws Error if it is larger, or not finite
void validate_covariance(const Covariance& covariance, const Estimate<double>& a,
                         const Estimate<double>& b);

/// Returns the standard uncertainty of a difference, from the uncertainties of a and b.
/// @unit   same as a and b
/// @source GUM (JCGM 100:2008) 5.2.2
[[nodiscard]] inline double uncertainty_of_difference(double a, double b, double covariance) {
  const double variance = a * a + b * b - 2.0 * covariance;
  return variance > 0.0 ? std::sqrt(variance) : 0.0;
}

/// Returns the degrees of freedom of the random part of two dependent estimates. The
/// Welch-Satterthwaite formula is for independent estimates and may give up to the sum of both; the
/// smaller of the two never claims more than there is.
/// @unit none
[[nodiscard]] inline double smaller_dof(const Estimate<double>& a, const Estimate<double>& b) {
  const double of_a = a.random > 0.0 ? a.dof : infinite_dof;
  const double of_b = b.random > 0.0 ? b.dof : infinite_dof;
  return of_a < of_b ? of_a : of_b;
}

}  // namespace detail

/// Returns a - b.
///
/// Two energies from one meter share the error of its gain, and two models that answered the same
/// items share the scatter between items. Without the covariance, the difference gets a larger
/// uncertainty than it has, and never a smaller one, as long as the shared error moves both the
/// same way.
///
/// @unit   same as a and b
/// @error  missing if either is, or is not finite
/// @throws Error for a covariance that is not finite, or larger than the uncertainties allow
/// @source GUM (JCGM 100:2008) 5.2.2; degrees of freedom: G.4.1 if the random parts are
///         independent, otherwise the smaller of the two
[[nodiscard]] Estimate<double> difference(const Estimate<double>& a, const Estimate<double>& b,
                                          const Covariance& covariance = {});

/// @copydoc difference(const Estimate<double>&, const Estimate<double>&, const Covariance&)
template <Dimension D>
[[nodiscard]] Estimate<Quantity<D>> difference(const Estimate<Quantity<D>>& a,
                                               const Estimate<Quantity<D>>& b,
                                               const Covariance& covariance = {}) {
  return detail::with_unit<Quantity<D>>(
      difference(detail::strip_unit(a), detail::strip_unit(b), covariance));
}

/// Returns a b for two sources with independent errors, such as an energy and a price.
/// @unit   unit of a times unit of b
/// @error  first order; missing if either is, or is not finite
/// @source GUM (JCGM 100:2008) 5.1.2
[[nodiscard]] Estimate<double> product(const Estimate<double>& a, const Estimate<double>& b);

/// @copydoc product(const Estimate<double>&, const Estimate<double>&)
template <class A, class B>
[[nodiscard]] auto product(const Estimate<A>& a, const Estimate<B>& b) {
  using Q = decltype(a.value * b.value);
  return detail::with_unit<Q>(product(detail::strip_unit(a), detail::strip_unit(b)));
}

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/stats/propagate-inl.hpp"
#endif
