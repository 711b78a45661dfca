// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string>

#include "perjoule/meters/find_meter.hpp"

namespace perjoule::cli {

struct DoctorOptions {
  MeterOptions meters = {};
  bool json = false;
  bool simulate = false;  ///< show a machine that exists only in this process
};

/// Reports what this machine can measure: each source with its state and how to make it work, and
/// the events that its kernel counts.
std::string doctor(const DoctorOptions& options);

}  // namespace perjoule::cli
