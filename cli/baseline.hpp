// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string>
#include <vector>

#include "perjoule/record/entry.hpp"

namespace perjoule::cli {

/// What an older record says that a run can be held against.
struct Baseline {
  std::string machine;              ///< its key
  std::string scope;                ///< of its energy
  Estimate<double> wall_time = {};  ///< @unit s per run
  Estimate<double> energy = {};     ///< @unit J per run
};

/// Reads the entry named `label` of a run record, or its first one.
/// @throws Error where the file is no run record, or not whole
Baseline read_baseline(const std::string& path, const std::string& label);

/// Sentences that hold a run against an older one. Energies of two scopes are not divided.
std::vector<std::string> compare_with_baseline(const Entry& entry, const Baseline& baseline);

}  // namespace perjoule::cli
