// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstdint>
#include <string>

#include "perjoule/core/config.hpp"
#include "perjoule/core/version.hpp"

namespace perjoule::inline v0 {

/// The parts of the machine that a joule was counted for, joined with |. Values of different scopes
/// are never compared.
enum class Scope : std::uint8_t {
  none = 0,     ///< no meter
  psys = 1,     ///< the platform: packages, memory and more on one counter
  package = 2,  ///< CPU packages
  dram = 4,     ///< their memory, where it has a counter of its own
  process = 8,  ///< the CPU time of this process alone: all that a model of watts per core sees
  gpu = 16,
};

[[nodiscard]] constexpr Scope operator|(Scope a, Scope b) noexcept {
  return static_cast<Scope>(static_cast<unsigned>(a) | static_cast<unsigned>(b));
}

/// "package+dram+gpu"; "none" for no meter.
[[nodiscard]] std::string name(Scope scope);

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/units/scope-inl.hpp"
#endif
