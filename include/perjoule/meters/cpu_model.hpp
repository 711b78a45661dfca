// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string>

#include "perjoule/core/config.hpp"
#include "perjoule/core/version.hpp"

namespace perjoule::inline v0::detail {

/// The identification of a CPU in /proc/cpuinfo.
struct CpuModel {
  std::string vendor;  ///< "GenuineIntel"; empty if not known
  long family = 0;
  long model = 0;
  bool is_virtual = false;  ///< of a virtual machine

  [[nodiscard]] bool is_amd() const noexcept {
    return vendor == "AuthenticAMD" || vendor == "HygonGenuine";
  }
};

/// Reads the identification of the first CPU.
/// @param root  of the system
[[nodiscard]] CpuModel read_cpu_model(const std::string& root);

}  // namespace perjoule::inline v0::detail

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/meters/cpu_model-inl.hpp"
#endif
