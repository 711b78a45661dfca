// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string>
#include <vector>

#include "perjoule/record/entry.hpp"

namespace perjoule::cli {

/// Returns the entry named `label` of a run record.
/// @throws Error if it has none, and as read_json()
Entry read_baseline(const std::string& path, const std::string& label);

/// Returns sentences that compare a run with an older one: time, CPU time, energy and quality.
/// Energies of different scopes, and modelled ones, are not compared.
std::vector<std::string> compare_with_baseline(const Entry& entry, const Entry& baseline);

}  // namespace perjoule::cli
