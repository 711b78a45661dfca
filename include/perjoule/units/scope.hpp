// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstdint>
#include <string_view>

#include "perjoule/core/version.hpp"

namespace perjoule::inline v0 {

/// What part of the machine a joule was counted for. Values of different scopes are never compared.
enum class Scope : std::uint8_t {
  none,          ///< no meter
  psys,          ///< the platform: packages, memory and more on one counter
  package_dram,  ///< CPU packages and their memory
  package,       ///< CPU packages; this machine has no counter for its memory
  process,       ///< the CPU time of this process alone: all that a model of watts per core sees
  gpu,           ///< the GPUs alone
  psys_gpu,      ///< each of these and the GPUs
  package_dram_gpu,
  package_gpu,
  process_gpu,
};

/// The same with the GPUs on top.
[[nodiscard]] constexpr Scope with_gpu(Scope scope) noexcept {
  switch (scope) {
    case Scope::psys:
      return Scope::psys_gpu;
    case Scope::package_dram:
      return Scope::package_dram_gpu;
    case Scope::package:
      return Scope::package_gpu;
    case Scope::process:
      return Scope::process_gpu;
    case Scope::none:
      return Scope::gpu;
    default:
      return scope;
  }
}

[[nodiscard]] constexpr std::string_view name(Scope scope) noexcept {
  switch (scope) {
    case Scope::psys:
      return "psys";
    case Scope::package_dram:
      return "package+dram";
    case Scope::package:
      return "package";
    case Scope::process:
      return "process";
    case Scope::gpu:
      return "gpu";
    case Scope::psys_gpu:
      return "psys+gpu";
    case Scope::package_dram_gpu:
      return "package+dram+gpu";
    case Scope::package_gpu:
      return "package+gpu";
    case Scope::process_gpu:
      return "process+gpu";
    case Scope::none:
      break;
  }
  return "none";
}

}  // namespace perjoule::inline v0
