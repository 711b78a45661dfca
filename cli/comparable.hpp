// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string>

#include "perjoule/record/entry.hpp"

namespace perjoule::cli {

/// Returns what an entry has in common with all that it may be compared with, in words: the test
/// set, the first metric with its signature, the scope of the energy, and its kind.
std::string comparison_basis(const Entry& entry);

}  // namespace perjoule::cli
