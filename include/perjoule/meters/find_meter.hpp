// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/buffer.hpp"
#include "perjoule/core/config.hpp"
#include "perjoule/core/line.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/meters/counter_meter.hpp"
#include "perjoule/meters/gpu_library.hpp"
#include "perjoule/meters/hwmon.hpp"
#include "perjoule/meters/meter.hpp"
#include "perjoule/meters/perf.hpp"
#include "perjoule/meters/power_model.hpp"
#include "perjoule/meters/probe.hpp"
#include "perjoule/meters/rapl.hpp"
#include "perjoule/units/estimate.hpp"
#include "perjoule/units/quantity.hpp"

namespace perjoule::inline v0 {

/// A meter that was tried and is not there.
struct AbsentMeter {
  text::Short source;
  ProbeState state = ProbeState::absent;
  text::Long reason;
  text::Long fix;
};

/// The meter to use, and why better ones are not.
struct FoundMeter {
  AnyMeter meter;
  Buffer<AbsentMeter> absent;
};

/// Where to look, and what will do.
struct MeterOptions {
  /// Before the paths of the system: the folder that holds another sys, proc and dev. Empty:
  /// PERJOULE_ROOT where it is set, else the system's own.
  text::Name root = {};
  /// The one to use: "perf", "powercap", "msr", "hwmon", "external:PATH", "model", "none". Empty:
  /// PERJOULE_METER where it is set, else the first that works.
  text::Long source = {};
  /// Of the modelled meter; 0 W: that of the CPU's family.
  PowerModel model = {Watts(0.0), Watts(0.0)};
  /// The worst that will do: `measured` refuses the model.
  Provenance require = Provenance::modelled;
  /// Whether GPUs are added.
  bool gpus = true;
  text::Name nvml = "libnvidia-ml.so.1";
  text::Name amd_smi = "libamd_smi.so";
};

/// One way to a meter, by its name in MeterOptions::source.
struct MeterSource {
  const char* name;
  const char* source;  ///< in the record
  Probe<CounterMeter> (*open)(const char* root, const MeterOptions& options);
};

/// Best first.
inline constexpr MeterSource meter_sources[] = {
    {"perf", "rapl-perf", [](const char* root, const MeterOptions&) { return open_perf(root); }},
    {"powercap", "rapl-powercap",
     [](const char* root, const MeterOptions&) { return open_powercap(root); }},
    {"msr", "rapl-msr", [](const char* root, const MeterOptions&) { return open_msr(root); }},
    {"hwmon", "hwmon", [](const char* root, const MeterOptions&) { return open_hwmon(root); }},
};

/// Those that are added to any of the others.
inline constexpr MeterSource gpu_sources[] = {
    {"nvml", "nvml",
     [](const char*, const MeterOptions& options) { return open_nvml(options.nvml.c_str()); }},
    {"amd-smi", "amd-smi",
     [](const char*, const MeterOptions& options) {
       return open_amd_smi(options.amd_smi.c_str());
     }},
    {"hwmon-gpu", "hwmon",
     [](const char* root, const MeterOptions&) { return open_hwmon(root, true); }},
};

namespace detail {

/// The value of an option, or of the environment variable that stands for it.
[[nodiscard]] text::Long option_or_environment(const char* option, const char* variable) noexcept;

/// Of the meters that a machine lacks the one that a user can get: the one that is there and may
/// not be read, else powercap, else the first; null where nothing is absent.
[[nodiscard]] const AbsentMeter* easiest_meter_to_enable(View<AbsentMeter> absent) noexcept;

/// Adds the GPUs of every vendor. A plug or a board that is measured as a whole has them within.
void add_gpus(CounterMeter& meter, const char* root, const MeterOptions& options,
              Buffer<AbsentMeter>& absent);

}  // namespace detail

/// The first that works of: what the user asks for, perf, powercap, MSR, hwmon, the model. GPUs are
/// added to it, as one total with its parts.
/// @throws NoMeterError when the one asked for is not there, or only a model is left and `require`
///         asks for better; Error for a source that does not exist
[[nodiscard]] FoundMeter find_meter(const MeterOptions& options = {});

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/meters/find_meter-inl.hpp"
#endif
