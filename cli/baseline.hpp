// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string>
#include <vector>

#include "perjoule/record/entry.hpp"

namespace perjoule::cli {

/// The parts of an older record that a run is compared with.
struct Baseline {
  std::string machine;              ///< the machine's key
  std::string meter;                ///< that its energy was measured by
  std::string scope;                ///< of the energy
  Estimate<double> wall_time = {};  ///< @unit s per run
  Estimate<double> cpu_time = {};   ///< @unit s per run
  Estimate<double> energy = {};     ///< @unit J per run
  GainShare gain = {};
  std::vector<Quality> quality;
};

/// Reads the entry named `label` of a run record, and checks all that will be used of it, so that
/// nothing can fail after the run.
/// @throws Error if the file is not a run record, is incomplete, holds a number that cannot be one,
///         or has no entry of that name
Baseline read_baseline(const std::string& path, const std::string& label);

/// Returns sentences that compare a run with an older one: time, CPU time, energy and quality.
/// Energies of different scopes, and modelled ones, are not compared.
std::vector<std::string> compare_with_baseline(const Entry& entry, const Baseline& baseline);

}  // namespace perjoule::cli
