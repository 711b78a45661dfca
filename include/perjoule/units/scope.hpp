// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstdint>
#include <string>

#include "perjoule/core/config.hpp"
#include "perjoule/core/version.hpp"

namespace perjoule::inline v0 {

/// Parts of the machine whose energy was counted, joined with |. Values of different scopes are
/// never compared.
enum class Scope : std::uint8_t {
  none = 0,     ///< no meter
  psys = 1,     ///< the platform: packages, memory and more on one counter
  package = 2,  ///< CPU packages
  dram = 4,     ///< memory of the packages, if it has its own counter
  process =
      8,  ///< CPU time of this process alone, which is all that a model of watts per core uses
  gpu = 16,
  node = 32,  ///< the whole machine, accelerators included
};

[[nodiscard]] constexpr Scope operator|(Scope a, Scope b) noexcept {
  return static_cast<Scope>(static_cast<unsigned>(a) | static_cast<unsigned>(b));
}

/// Returns the name of a scope, such as "package+dram+gpu"; "none" for no meter.
[[nodiscard]] std::string name(Scope scope);

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/units/scope-inl.hpp"
#endif
