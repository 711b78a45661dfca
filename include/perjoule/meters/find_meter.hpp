// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/meters/counter_meter.hpp"
#include "perjoule/meters/meter.hpp"
#include "perjoule/meters/power_model.hpp"
#include "perjoule/meters/probe.hpp"
#include "perjoule/units/estimate.hpp"
#include "perjoule/units/quantity.hpp"

namespace perjoule::inline v0 {

/// A meter that was tried and is not there.
struct AbsentMeter {
  std::string source;
  ProbeState state = ProbeState::absent;
  std::string reason;
  std::string fix;
};

/// The meter to use, and why better ones are not.
struct FoundMeter {
  AnyMeter meter;
  std::vector<AbsentMeter> absent;
};

/// Where to look, and what will do.
struct MeterOptions {
  /// Before the paths of the system: the folder that holds another sys, proc and dev. Empty:
  /// PERJOULE_ROOT where it is set, else the system's own.
  std::string root = {};
  /// The one to use: "perf", "powercap", "msr", "hwmon", "external:PATH", "model", "none". Empty:
  /// PERJOULE_METER where it is set, else the first that works.
  std::string source = {};
  /// Of the modelled meter; 0 W: that of the CPU's family.
  PowerModel model = {Watts(0.0), Watts(0.0)};
  /// The worst that will do: `measured` refuses the model.
  Provenance require = Provenance::modelled;
  /// Whether GPUs are added.
  bool gpus = true;
  std::string nvml = "libnvidia-ml.so.1";
  std::string amd_smi = "libamd_smi.so";
};

/// One way to a meter, by its name in MeterOptions::source.
struct MeterSource {
  std::string_view name;
  std::string_view source;  ///< in the record
  Probe<CounterMeter> (*open)(const std::string& root, const MeterOptions& options);
};

/// Best first.
[[nodiscard]] View<MeterSource> meter_sources() noexcept;

/// Those that are added to any of the others.
[[nodiscard]] View<MeterSource> gpu_sources() noexcept;

namespace detail {

/// The value of an option, or of the environment variable that stands for it.
[[nodiscard]] std::string option_or_environment(std::string_view option, const char* variable);

/// What became of a source that has no meter here.
[[nodiscard]] AbsentMeter absent_meter(const MeterSource& source, const Probe<CounterMeter>& probe);

/// Of the meters that a machine lacks the one that a user can get: the one that is there and may
/// not be read, else powercap, else the first; null where nothing is absent.
[[nodiscard]] const AbsentMeter* easiest_meter_to_enable(View<AbsentMeter> absent) noexcept;

/// Adds the GPUs of every vendor. A plug or a board that is measured as a whole has them within.
void add_gpus(CounterMeter& meter, const std::string& root, const MeterOptions& options,
              std::vector<AbsentMeter>& absent);

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
