// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/meters/meter.hpp"
#include "perjoule/meters/meter_options.hpp"

namespace perjoule::inline v0 {

/// The meter to use, and why better ones are not.
struct FoundMeter {
  AnyMeter meter;
  std::vector<AbsentMeter> absent;
};

/// The first that works of: what the user asks for, perf, powercap, MSR, hwmon, the model. GPUs are
/// added to it, as one total with its parts.
/// @throws NoMeterError when the one asked for is not there, or only a model is left and `require`
///         asks for better; Error for a source that does not exist
[[nodiscard]] FoundMeter find_meter(const MeterOptions& options = {});

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/meters/find_meter-inl.hpp"
#endif
