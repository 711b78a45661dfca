// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <dlfcn.h>

#include <cstdint>

#include "perjoule/core/config.hpp"
#include "perjoule/core/line.hpp"
#include "perjoule/meters/counter_meter.hpp"
#include "perjoule/meters/probe.hpp"
#include "perjoule/units/quantity.hpp"

namespace perjoule::inline v0 {

namespace detail {

void close_library(void* library);

/// A function of a library that was opened at run time; null where it has none of that name.
template <class Function>
[[nodiscard]] Function load_symbol(void* library, const char* name) noexcept {
  return reinterpret_cast<Function>(dlsym(library, name));
}

/// What is wrong with a sensor of such a library.
[[nodiscard]] Probe<CounterMeter> gpu_unavailable(const char* library, const text::Long& reason,
                                                  ProbeState state);

/// The GPU's own limit: "+-5 %" taken as the ends of a rectangular distribution.
/// @source Yang et al., arXiv 2312.02741: the error of NVIDIA's sensors
inline constexpr double gpu_gain_uncertainty = 0.0288675;

/// Between two ticks of a GPU's counter, until it is measured.
inline constexpr Seconds gpu_period{0.1};

/// @source nvml.h: nvmlReturn_t (*)(nvmlDevice_t, unsigned long long*) in mJ
[[nodiscard]] inline bool read_nvml_energy(const CounterSource& source,
                                           std::uint64_t& count) noexcept {
  unsigned long long millijoules = 0;
  const auto call = reinterpret_cast<int (*)(void*, unsigned long long*)>(source.call);
  if (call(source.device, &millijoules) != 0) return false;
  count = millijoules;
  return true;
}

/// @source nvml.h: nvmlReturn_t (*)(nvmlDevice_t, unsigned int*) in mW
[[nodiscard]] inline bool read_nvml_power(const CounterSource& source,
                                          std::uint64_t& count) noexcept {
  unsigned int milliwatts = 0;
  const auto call = reinterpret_cast<int (*)(void*, unsigned int*)>(source.call);
  if (call(source.device, &milliwatts) != 0) return false;
  count = milliwatts;
  return true;
}

/// @source amdsmi.h: amdsmi_get_energy_count, whose resolution is in uJ
[[nodiscard]] inline bool read_amd_smi(const CounterSource& source, std::uint64_t& count) noexcept {
  float resolution = 0.0F;
  std::uint64_t timestamp = 0;
  const auto call =
      reinterpret_cast<int (*)(void*, std::uint64_t*, float*, std::uint64_t*)>(source.call);
  return call(source.device, &count, &resolution, &timestamp) == 0;
}

}  // namespace detail

/// NVIDIA GPUs, through the driver's library NVML: counted energy (Volta and newer), or power that
/// is added up.
/// @param library  a path or a name for dlopen
/// @error the gain as in detail::gpu_gain_uncertainty; A100 and H100 look at a quarter of the time
///        only, so a load that changes faster than 100 ms may be missed (arXiv 2312.02741)
/// @source NVIDIA Management Library, API reference
[[nodiscard]] Probe<CounterMeter> open_nvml(const char* library = "libnvidia-ml.so.1");

/// AMD's GPUs, through AMD SMI.
/// @param library  a path or a name for dlopen
/// @error the gain is taken to be as uncertain as NVIDIA's, for want of a figure
/// @source AMD SMI, API reference: amdsmi_get_energy_count
[[nodiscard]] Probe<CounterMeter> open_amd_smi(const char* library = "libamd_smi.so");

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/meters/gpu_library-inl.hpp"
#endif
