// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string>

#include "perjoule/core/config.hpp"
#include "perjoule/meters/counter_meter.hpp"
#include "perjoule/meters/probe.hpp"
#include "perjoule/units/quantity.hpp"

namespace perjoule::inline v0 {

namespace detail {

/// The GPU's own limit: "+-5 %" taken as the ends of a rectangular distribution.
/// @source Yang et al., arXiv 2312.02741: the error of NVIDIA's sensors
inline constexpr double gpu_gain_uncertainty = 0.0288675;

/// Time between two ticks of a GPU's counter, until it is measured.
inline constexpr Seconds gpu_period{0.1};

}  // namespace detail

/// Opens NVIDIA GPUs through the driver's library NVML: an energy counter (Volta and newer), or
/// integrated power.
/// @param library  a path or a name for dlopen
/// @error the gain as in detail::gpu_gain_uncertainty; A100 and H100 observe only a quarter of the
///        time, so a load that changes faster than 100 ms may be missed (arXiv 2312.02741)
/// @source NVIDIA Management Library, API reference
[[nodiscard]] Probe<CounterMeter> open_nvml(const std::string& library = "libnvidia-ml.so.1");

/// Opens AMD GPUs through AMD SMI.
/// @param library  a path or a name for dlopen
/// @error the gain is assumed to be as uncertain as NVIDIA's, since no figure is known
/// @source AMD SMI, API reference: amdsmi_get_energy_count
[[nodiscard]] Probe<CounterMeter> open_amd_smi(const std::string& library = "libamd_smi.so");

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/meters/gpu_library-inl.hpp"
#endif
