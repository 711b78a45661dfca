// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/core/line.hpp"
#include "perjoule/units/estimate.hpp"
#include "perjoule/units/provenance.hpp"
#include "perjoule/units/quantity.hpp"

namespace perjoule::inline v0 {

/// A figure that somebody looked up: it goes nowhere without its source and its year, and the
/// library has none of its own: tools that have one inside differ by a fifth on the same country.
/// @unit  that of Q
/// @error the uncertainty is common to all that is computed with it
template <class Q>
struct Stated {
  Estimate<Q> value = {};
  text::Name source = {};  ///< "RTE eCO2mix, yearly mean", "the bill"
  int year = 0;            ///< that the figure is of
};

namespace detail {

/// @throws Error for a number that is not finite or below 0, for no source, and for a year that is
///         none
void expect_stated(double value, double uncertainty, const char* what, const text::Name& source,
                   int year);

/// @copydoc expect_stated(double, double, const char*, const text::Name&, int)
template <class Q>
void expect_stated(const Stated<Q>& stated, const char* what) {
  if (!stated.value.is_known()) return;
  expect_stated(number(stated.value.value), number(stated.value.common), what, stated.source,
                stated.year);
}

/// Joules of a kilowatt-hour.
inline constexpr double joules_per_kilowatt_hour = 3.6e6;

/// Something per kilowatt-hour, as per joule.
/// @unit that of the value, over a joule
template <class Q>
[[nodiscard]] Stated<Q> stated_per_kilowatt_hour(double value, double uncertainty, const char* what,
                                                 const text::Name& source, int year) {
  expect_stated(value, uncertainty, what, source, year);
  return {{Q(value / joules_per_kilowatt_hour), Q(0.0), known_dof,
           Q(uncertainty / joules_per_kilowatt_hour), Provenance::estimated},
          source,
          year};
}

}  // namespace detail

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/score/stated-inl.hpp"
#endif
