// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <stdlib.h>

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/line.hpp"
#include "perjoule/meters/any_meter.hpp"
#include "perjoule/meters/power_model.hpp"
#include "perjoule/meters/probe.hpp"
#include "perjoule/meters/rapl_powercap.hpp"

namespace perjoule::inline v0 {

/// A meter that was tried and is not there.
struct AbsentMeter {
  text::Short source;
  text::Long reason;
  text::Long fix;
};

/// The meter to use, and why the better one is not.
struct FoundMeter {
  AnyMeter meter;
  AbsentMeter absent;  ///< empty where the best one was found
};

/// Where to look, and what will do.
struct MeterOptions {
  /// Folder of the powercap tree. Empty: PERJOULE_POWERCAP_ROOT where it is set, else the system's.
  text::Long powercap_root = {};
  PowerModel model = {};
  /// The worst that will do: `measured` refuses the model.
  Provenance require = Provenance::modelled;
};

/// RAPL where it can be read, else the model of watts per core.
/// @throws NoMeterError when only a model is left and `require` asked for better
[[nodiscard]] PERJOULE_COLD inline FoundMeter find_meter(const MeterOptions& options = {}) {
  const char* root = getenv("PERJOULE_POWERCAP_ROOT");
  if (!options.powercap_root.empty()) root = options.powercap_root.c_str();
  if (root == nullptr || *root == '\0') root = RaplPowercap::system_root;

  Probe<RaplPowercap> rapl = RaplPowercap::open(root);
  if (rapl.is_found()) return {AnyMeter(rapl.take()), {}};
  if (options.require < Provenance::modelled) {
    throw NoMeterError("no energy meter", rapl.reason().c_str(), rapl.fix().c_str());
  }
  return {AnyMeter(ModelledMeter(options.model)), {"rapl-powercap", rapl.reason(), rapl.fix()}};
}

}  // namespace perjoule::inline v0
