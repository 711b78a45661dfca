// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "perjoule/record/entry.hpp"

namespace perjoule::cli {

/// Numbers the groups of entries that can be compared, in the order in which they first come: those
/// of one data set, first metric, scope and kind of energy. Returns the group of each entry.
std::vector<std::size_t> comparable_groups(Entries entries);

/// Returns what the script of a page reads beside the table: the coordinates of each entry in the
/// chart, and what the details of its record show. The JSON may stand in a script element.
/// @param groups   of each entry
/// @param letters  of each entry on the front; empty for the others
std::string page_data(Entries entries, const std::vector<std::size_t>& groups,
                      const std::vector<std::string>& letters);

}  // namespace perjoule::cli
