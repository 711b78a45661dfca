// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/line.hpp"
#include "perjoule/core/missing.hpp"
#include "perjoule/units/estimate.hpp"

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
PERJOULE_COLD inline void expect_stated(double value, double uncertainty, const char* what,
                                        const text::Name& source, int year) {
  if (!is_finite(value) || value < 0.0 || !is_finite(uncertainty) || uncertainty < 0.0) {
    fail(text::format("%s is not a number from 0 on", what).chars, source.chars,
         "pass the figure and its standard uncertainty, 0 where that is not known");
  }
  if (source.empty()) {
    fail(text::format("%s without a source", what).chars, "the source is empty",
         "say where the figure is from: it differs between sources");
  }
  if (year < 1900 || year > 2200) {
    fail(text::format("%s without a year", what).chars, text::format("the year is %d", year).chars,
         "say which year the figure is of, in four digits");
  }
}

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
