// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/missing.hpp"
#include "perjoule/units/provenance.hpp"
#include "perjoule/units/quantity.hpp"

namespace perjoule::inline v0 {

/// Degrees of freedom of an uncertainty that was not estimated from repeats, such as that of a
/// counter's quantum. From here on t is normal to four digits. A finite number, since infinity
/// neither stands in JSON nor survives -ffast-math.
/// @unit none
inline constexpr double known_dof = 1e6;

/// A value with its standard uncertainty in two parts, and where it comes from.
///
/// `random` differs from window to window (run-to-run scatter, tick phase, quantum) and falls when
/// more windows are measured. `common` is shared by all windows of a run (gain of the meter, idle
/// power, error of a model) and does not. The difference matters when two values of one run are
/// compared, so the two are never added up early. There are no operators between two estimates: the
/// functions in stats/propagate.hpp and stats/ratio.hpp each name their formula and assumptions.
///
/// A modelled value is lognormal: `common / value` is the standard deviation of its logarithm.
///
/// @unit  value, random and common have that of Q
/// @error random and common are standard uncertainties; the 95 % interval is interval(estimate)
template <class Q>
struct Estimate {
  Q value = Q(detail::no_number());
  Q random = Q(detail::no_number());
  double dof = 0.0;  ///< degrees of freedom of `random`. @unit none
  Q common = Q(detail::no_number());
  Provenance provenance = Provenance::missing;

  /// False: there is no number here, and none of the others may be read.
  [[nodiscard]] constexpr bool is_known() const noexcept {
    return provenance != Provenance::missing;
  }
};

/// A value that was counted, such as the bytes of a file: without uncertainty.
template <class Q>
[[nodiscard]] constexpr Estimate<Q> exact(Q value) noexcept {
  return {value, Q(0.0), known_dof, Q(0.0), Provenance::measured};
}

namespace detail {

/// The same estimate without and with its unit: what is computed alike for every unit is computed
/// once, on doubles, and not compiled anew for each.
/// @unit SI, that of Q
template <class Q>
[[nodiscard]] constexpr Estimate<double> bare(const Estimate<Q>& e) noexcept {
  return {number(e.value), number(e.random), e.dof, number(e.common), e.provenance};
}
template <class Q>
[[nodiscard]] constexpr Estimate<Q> with_unit(const Estimate<double>& e) noexcept {
  return {Q(e.value), Q(e.random), e.dof, Q(e.common), e.provenance};
}

/// Whether there is a number here and arithmetic on it gives one: a division by zero in the code
/// that filled it may have left something else.
[[nodiscard]] constexpr bool is_usable(const Estimate<double>& e) noexcept {
  return e.is_known() && is_finite(e.value) && is_finite(e.random) && is_finite(e.common);
}

}  // namespace detail

}  // namespace perjoule::inline v0
