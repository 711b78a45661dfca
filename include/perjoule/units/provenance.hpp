// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstdint>

#include "perjoule/core/version.hpp"

namespace perjoule::inline v0 {

/// Where a number comes from, from best to worst. It only ever gets worse on the way to a table.
enum class Provenance : std::uint8_t {
  measured,   ///< read from an instrument, or counted
  estimated,  ///< derived from measured values by an approximation
  modelled,   ///< computed from a model of the machine; never ranked with measured values
  simulated,  ///< read from a machine that exists in this process only
  missing,    ///< no number: whatever stands in the value is not to be read
};

/// The worst of the inputs wins.
[[nodiscard]] constexpr Provenance worst(Provenance a, Provenance b) noexcept {
  return a < b ? b : a;
}

[[nodiscard]] constexpr const char* name(Provenance provenance) noexcept {
  switch (provenance) {
    case Provenance::measured:
      return "measured";
    case Provenance::estimated:
      return "estimated";
    case Provenance::modelled:
      return "modelled";
    case Provenance::simulated:
      return "simulated";
    case Provenance::missing:
      break;
  }
  return "missing";
}

}  // namespace perjoule::inline v0
