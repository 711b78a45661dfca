// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string>
#include <vector>

#include "cli/rules.hpp"
#include "perjoule/record/entry.hpp"

namespace perjoule::cli {

/// Weighs the files of a model again, and counts the raw text that its bits per byte are of.
/// @param folder   with the files, by their names; empty: they are not there to be weighed
/// @param text     a file; empty: likewise
/// @param pointer  to the entry in its record
[[nodiscard]] std::vector<Finding> weigh(const Entry& entry, const std::string& folder,
                                         const std::string& text, const std::string& pointer);

}  // namespace perjoule::cli
