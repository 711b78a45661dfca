// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/missing.hpp"
#include "perjoule/score/equivalents.hpp"
#include "perjoule/units/provenance.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE Estimate<double> how_many(const Estimate<double>& whole, double one,
                                          const char* what) {
  if (!is_finite(one) || one <= 0.0) {
    fail("a figure to compare with is not above 0", what, "pass what one of them takes");
  }
  if (!is_usable(whole)) return {};
  return {whole.value / one, whole.random / one, whole.dof, whole.common / one,
          worst(whole.provenance, Provenance::modelled)};
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE Equivalent kilometres_by_car(const Estimate<Grams>& emitted,
                                             const CarEmission& car) {
  return {detail::how_many(detail::bare(emitted), car.grams_per_kilometre, car.what), car.what,
          car.source};
}

PERJOULE_INLINE Equivalent phone_charges(const Estimate<Joules>& energy,
                                         const PhoneBattery& battery) {
  return {detail::how_many(detail::bare(energy), battery.capacity.si(), battery.what), battery.what,
          battery.source};
}

}  // namespace perjoule::inline v0
