// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string>

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

/// Where to look, and what will do.
struct MeterOptions {
  /// Before the paths of the system: the folder that holds another sys, proc and dev. Empty:
  /// PERJOULE_ROOT where it is set, else the system's own.
  std::string root = {};
  /// The one to use: "perf", "powercap", "msr", "hwmon", "external:PATH", "model" or "none", as
  /// meter_names() lists them. Empty: PERJOULE_METER where it is set, else the first that works.
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

}  // namespace perjoule::inline v0
