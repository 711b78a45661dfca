// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string>
#include <vector>

#include "cli/rules.hpp"
#include "perjoule/record/entry.hpp"

namespace perjoule::cli {

/// Returns what no machine measures: powers that the meter does not reach, more time in windows
/// than there was, an idle machine that draws more than a working one.
/// @param pointer  to the entry in its record
[[nodiscard]] std::vector<Finding> implausible(const Entry& entry, const std::string& pointer);

}  // namespace perjoule::cli
