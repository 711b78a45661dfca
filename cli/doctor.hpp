// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string>

#include "perjoule/meters/find_meter.hpp"

namespace perjoule::cli {

struct DoctorOptions {
  MeterOptions meters = {};
  bool json = false;
  bool simulate = false;  ///< show a machine that exists in this process only
};

/// What this machine can measure: each source with its state and what mends it, and which events
/// its kernel counts.
std::string doctor(const DoctorOptions& options);

}  // namespace perjoule::cli
