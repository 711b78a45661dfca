// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/meters/meter.hpp"
#include "perjoule/meters/meter_options.hpp"

namespace perjoule::inline v0 {

/// The meter to use, and the reasons why better ones are not available.
struct FoundMeter {
  AnyMeter meter;
  std::vector<AbsentMeter> absent;
};

/// Returns the first meter that works: the one that the user asks for, or else perf, powercap, MSR,
/// hwmon, or the model. GPUs are added to it: one total with its parts.
/// @throws NoMeterError if the requested meter is not available, or if only a model is left and
///         `require` asks for better; Error for a source that does not exist
[[nodiscard]] FoundMeter find_meter(const MeterOptions& options = {});

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/meters/find_meter-inl.hpp"
#endif
