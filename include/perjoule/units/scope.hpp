// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstdint>

#include "perjoule/core/version.hpp"

namespace perjoule::inline v0 {

/// What part of the machine a joule was counted for. Values of different scopes are never compared.
enum class Scope : std::uint8_t {
  none,          ///< no meter
  psys,          ///< the platform: packages, memory and more on one counter
  package_dram,  ///< CPU packages and their memory
  package,       ///< CPU packages; this machine has no counter for its memory
  process,       ///< the CPU time of this process alone: all that a model of watts per core sees
};

[[nodiscard]] constexpr const char* name(Scope scope) noexcept {
  switch (scope) {
    case Scope::psys:
      return "psys";
    case Scope::package_dram:
      return "package+dram";
    case Scope::package:
      return "package";
    case Scope::process:
      return "process";
    case Scope::none:
      break;
  }
  return "none";
}

}  // namespace perjoule::inline v0
