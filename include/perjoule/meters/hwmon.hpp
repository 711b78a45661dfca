// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "perjoule/core/config.hpp"
#include "perjoule/core/file_descriptor.hpp"
#include "perjoule/meters/counter_meter.hpp"
#include "perjoule/meters/probe.hpp"
#include "perjoule/units/scope.hpp"

namespace perjoule::inline v0 {

namespace detail {

/// What a driver of the kernel shows below hwmon, and which of its channels make up a total.
struct HwmonDriver {
  std::string_view name;
  std::string_view kind;       ///< "energy" in uJ, "power" in uW, "curr" for volts times amperes
  std::string_view suffix;     ///< "_input" of "energy1_input"
  std::string_view labels[2];  ///< those that begin so; "": also one without a label
  Scope scope;
};

/// @source Linux Documentation/hwmon: amd_energy, ina3221 and the Jetson's device trees,
///         acpi_power_meter; Documentation/gpu/amdgpu/thermal.rst; i915 and xe:
///         sysfs-driver-intel-*
inline constexpr HwmonDriver hwmon_drivers[] = {
    {"amd_energy", "energy", "_input", {"Esocket", "Esocket"}, Scope::package},
    {"ina3221", "curr", "_input", {"VDD_IN", "POM_5V_IN"}, Scope::psys},
    {"power_meter", "power", "_average", {"", ""}, Scope::psys},
    {"amdgpu", "energy", "_input", {"", ""}, Scope::gpu},
    {"amdgpu", "power", "_average", {"", "PPT"}, Scope::gpu},
    {"amdgpu", "power", "_input", {"", "PPT"}, Scope::gpu},
    {"i915", "energy", "_input", {"", ""}, Scope::gpu},
    {"xe", "energy", "_input", {"", "card"}, Scope::gpu},
};

/// Milliamperes times millivolts, from two files: microwatts.
class VoltAmperes final : public CounterReader {
 public:
  VoltAmperes(FileDescriptor milliamperes, FileDescriptor millivolts) noexcept
      : milliamperes_(std::move(milliamperes)), millivolts_(std::move(millivolts)) {}
  [[nodiscard]] bool read(std::uint64_t& count) noexcept override;

 private:
  DecimalFile milliamperes_;
  DecimalFile millivolts_;
};

/// @source Linux drivers/gpu/drm/amd/pm/amdgpu_pm.c: "only APUs have vddnb"
[[nodiscard]] bool is_integrated_gpu(const std::string& folder);

/// Adds the channels of one device that make up its total. 0, or the errno of one that can't be
/// opened; ENOENT where it has none.
[[nodiscard]] int add_hwmon(const HwmonDriver& driver, const std::string& folder,
                            CounterMeter& meter, const std::shared_ptr<PowerIntegrator>& powers);

}  // namespace detail

/// Reads sensors that a driver shows below /sys/class/hwmon: AMD's sockets, boards such as the
/// Jetson, servers with a power meter in their firmware; or, with `gpus`, AMD's and Intel's GPUs.
/// Energy is counted where the driver counts it, and else added up from power.
/// @param root  of the system, as in open_powercap
/// @error where power is added up the result is `estimated`: see detail::PowerIntegrator. The
///        sensors' own error is not known
/// @source detail::hwmon_drivers
[[nodiscard]] Probe<CounterMeter> open_hwmon(const std::string& root = "", bool gpus = false);

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/meters/hwmon-inl.hpp"
#endif
