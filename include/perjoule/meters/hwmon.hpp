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

/// The channels that a kernel driver shows below hwmon, and the selection that makes up the total.
struct HwmonDriver {
  std::string_view name;
  std::string_view kind;       ///< "energy" in uJ, "power" in uW, "curr" for volts times amperes
  std::string_view suffix;     ///< "_input" of "energy1_input"
  std::string_view labels[2];  ///< beginnings of the labels to use; "": no label
  Scope scope;
};

/// The drivers that are known.
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

/// The product of milliamperes and millivolts from two files, in microwatts.
class VoltAmperes final : public CounterReader {
 public:
  VoltAmperes(FileDescriptor milliamperes, FileDescriptor millivolts) noexcept
      : milliamperes_(std::move(milliamperes)), millivolts_(std::move(millivolts)) {}
  [[nodiscard]] bool read(std::uint64_t& count) noexcept override;

 private:
  DecimalFile milliamperes_;
  DecimalFile millivolts_;
};

/// Checks whether a GPU is part of the CPU's package.
/// @source Linux drivers/gpu/drm/amd/pm/amdgpu_pm.c: "only APUs have vddnb"
[[nodiscard]] bool is_integrated_gpu(const std::string& folder);

/// Adds the channels of one device that make up its total. Returns 0, the errno of a channel that
/// cannot be opened, or ENOENT if the device has none.
[[nodiscard]] int add_hwmon(const HwmonDriver& driver, const std::string& folder,
                            CounterMeter& meter, const std::shared_ptr<PowerIntegrator>& powers);

}  // namespace detail

/// Opens sensors that a driver shows below /sys/class/hwmon: AMD's sockets, boards such as the
/// Jetson, and servers with a power meter in their firmware; or, with `gpus`, AMD's and Intel's
/// GPUs. Energy is counted if the driver counts it, and otherwise integrated from power.
/// @param root  of the system, as in open_powercap
/// @error the result is `estimated` if power is integrated: see detail::PowerIntegrator. The error
///        of the sensors themselves is not known
/// @source detail::hwmon_drivers
[[nodiscard]] Probe<CounterMeter> open_hwmon(const std::string& root = "", bool gpus = false);

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/meters/hwmon-inl.hpp"
#endif
