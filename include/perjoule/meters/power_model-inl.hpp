// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/meters/cpu_model.hpp"
#include "perjoule/meters/power_model.hpp"
#include "perjoule/units/quantity.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE PowerModel power_model_of(std::string_view vendor, long family,
                                          long model) noexcept {
  static constexpr struct {
    bool amd;
    short family, first, last;
    double idle, full;
  } families[] = {
      {false, 6, 0x2A, 0x2D, 2.17, 8.58},    // Sandy Bridge
      {false, 6, 0x3A, 0x3A, 3.04, 8.25},    // Ivy Bridge
      {false, 6, 0x3E, 0x3E, 3.04, 8.25},    //
      {false, 6, 0x3C, 0x3C, 1.0, 4.74},     // Haswell
      {false, 6, 0x3F, 0x3F, 1.0, 4.74},     //
      {false, 6, 0x45, 0x46, 1.0, 4.74},     //
      {false, 6, 0x3D, 0x3D, 0.71, 3.69},    // Broadwell
      {false, 6, 0x47, 0x4F, 0.71, 3.69},    //
      {false, 6, 0x56, 0x56, 0.71, 3.69},    //
      {false, 6, 0x55, 0x55, 0.65, 4.26},    // Skylake
      {false, 6, 0x9E, 0x9E, 1.14, 5.42},    // Coffee Lake
      {false, 6, 0x6A, 0x6C, 0.77, 3.76},    // Ice Lake
      {false, 6, 0x8F, 0x8F, 1.04, 4.16},    // Sapphire Rapids
      {true, 0x17, 0x00, 0x2F, 0.82, 2.55},  // EPYC of the first generation
      {true, 0x17, 0x30, 0xFF, 0.47, 1.69},  // second
      {true, 0x19, 0x00, 0x0F, 0.45, 2.02},  // third
  };
  const bool amd = vendor == "AuthenticAMD";
  if (!amd && vendor != "GenuineIntel") return {};
  for (const auto& known : families) {
    if (known.amd == amd && known.family == family && known.first <= model && model <= known.last) {
      return {Watts(known.idle), Watts(known.full)};
    }
  }
  return {};
}

PERJOULE_INLINE PowerModel power_model_of_cpu(const std::string& root) {
  const CpuModel cpu = read_cpu_model(root);
  return power_model_of(cpu.vendor, cpu.family, cpu.model);
}

}  // namespace perjoule::inline v0::detail
