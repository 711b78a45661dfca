// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string>
#include <vector>

#include "perjoule/record/entry.hpp"

namespace perjoule::cli {

/// The parts of an older record that a run is compared with.
struct Baseline {
  std::string machine;              ///< the machine's key
  std::string scope;                ///< of the energy
  Estimate<double> wall_time = {};  ///< @unit s per run
  Estimate<double> energy = {};     ///< @unit J per run
};

/// Reads the entry named `label` of a run record, or its first one.
/// @throws Error if the file is not a run record, or is incomplete
Baseline read_baseline(const std::string& path, const std::string& label);

/// Returns sentences that compare a run with an older one. Energies of different scopes are not
/// compared.
std::vector<std::string> compare_with_baseline(const Entry& entry, const Baseline& baseline);

}  // namespace perjoule::cli
