// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstdint>

#include "perjoule/core/config.hpp"
#include "perjoule/core/line.hpp"
#include "perjoule/meters/counter_meter.hpp"
#include "perjoule/meters/probe.hpp"
#include "perjoule/units/scope.hpp"

namespace perjoule::inline v0 {

namespace detail {

/// What a driver of the kernel shows below hwmon, and which of its channels make up a total.
struct HwmonDriver {
  const char* name;
  const char* channel;  ///< files of it: "energy%zu_input" in uJ, "power%zu_average" in uW, "curr"
                        ///< for volts times amperes
  const char* labels[2];  ///< those that begin so; "": also one without a label
  Scope scope;
};

/// @source Linux Documentation/hwmon: amd_energy, ina3221 and the Jetson's device trees,
///         acpi_power_meter; Documentation/gpu/amdgpu/thermal.rst; i915 and xe:
///         sysfs-driver-intel-*
inline constexpr HwmonDriver hwmon_drivers[] = {
    {"amd_energy", "energy%zu_input", {"Esocket", "Esocket"}, Scope::package},
    {"ina3221", "curr%zu_input", {"VDD_IN", "POM_5V_IN"}, Scope::psys},
    {"power_meter", "power%zu_average", {"", ""}, Scope::psys},
    {"amdgpu", "energy%zu_input", {"", ""}, Scope::gpu},
    {"amdgpu", "power%zu_average", {"", "PPT"}, Scope::gpu},
    {"amdgpu", "power%zu_input", {"", "PPT"}, Scope::gpu},
    {"i915", "energy%zu_input", {"", ""}, Scope::gpu},
    {"xe", "energy%zu_input", {"", "card"}, Scope::gpu},
};

/// Milliamperes times millivolts, from two files: microwatts.
[[nodiscard]] inline bool read_volt_amperes(const CounterSource& source,
                                            std::uint64_t& count) noexcept {
  std::uint64_t milliamperes = 0;
  std::uint64_t millivolts = 0;
  CounterSource volts;
  volts.file = source.second_file;
  if (!read_decimal(source, milliamperes) || !read_decimal(volts, millivolts)) return false;
  count = milliamperes * millivolts;
  return true;
}

[[nodiscard]] int open_read_only(const text::Long& path) noexcept;

/// @source Linux drivers/gpu/drm/amd/pm/amdgpu_pm.c: "only APUs have vddnb"
[[nodiscard]] bool is_integrated_gpu(const text::Long& folder) noexcept;

/// Adds the channels of one device that make up its total. 0, or the errno of one that can't be
/// opened; ENOENT where it has none.
[[nodiscard]] int add_hwmon(const HwmonDriver& driver, const text::Long& folder,
                            CounterMeter& meter, PowerIntegrator& powers) noexcept;

}  // namespace detail

/// Reads sensors that a driver shows below /sys/class/hwmon: AMD's sockets, boards such as the
/// Jetson, servers with a power meter in their firmware; or, with `gpus`, AMD's and Intel's GPUs.
/// Energy is counted where the driver counts it, and else added up from power.
/// @param root  of the system, as in open_powercap
/// @error where power is added up the result is `estimated`: see detail::PowerIntegrator. The
///        sensors' own error is not known
/// @source detail::hwmon_drivers
[[nodiscard]] Probe<CounterMeter> open_hwmon(const char* root = "", bool gpus = false);

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/meters/hwmon-inl.hpp"
#endif
