// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string>

#include "perjoule/meters/power_model.hpp"
#include "perjoule/meters/probe.hpp"
#include "perjoule/units/estimate.hpp"
#include "perjoule/units/quantity.hpp"

namespace perjoule::inline v0 {

/// A meter that was tried and is not available.
struct AbsentMeter {
  std::string source;
  ProbeState state = ProbeState::absent;
  std::string reason;
  std::string fix;
};

/// The options for finding a meter: where to look, and which meters are acceptable.
struct MeterOptions {
  /// Prefix of the system's paths: the folder with another sys, proc and dev. If empty,
  /// PERJOULE_ROOT is used if set, and otherwise the system's own root.
  std::string root = {};
  /// The meter to use: "perf", "powercap", "msr", "hwmon", "external:PATH", "model" or "none", as
  /// meter_names() lists them. If empty, PERJOULE_METER is used if set, and otherwise the first
  /// meter that works.
  std::string source = {};
  /// Parameters of the modelled meter; 0 W: those of the CPU's family.
  PowerModel model = {Watts(0.0), Watts(0.0)};
  /// The worst acceptable provenance: `measured` refuses the model.
  Provenance require = Provenance::modelled;
  /// Whether to add GPUs.
  bool gpus = true;
  std::string nvml = "libnvidia-ml.so.1";
  std::string amd_smi = "libamd_smi.so";
};

}  // namespace perjoule::inline v0
