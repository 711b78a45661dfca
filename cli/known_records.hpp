// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string>
#include <vector>

#include "cli/plausibility.hpp"
#include "cli/verify.hpp"

namespace perjoule::cli {

/// Returns the measurements of all run records below a folder, in the order of their names. What is
/// no record is left out: it was no part of this.
/// @param except  files that are not read
[[nodiscard]] std::vector<Measurement> known_measurements(const std::string& folder,
                                                          const std::vector<std::string>& except);

/// Adds findings to new records that are one of the known ones, have windows of one, or were
/// measured while one was. Of two that ran at once, the new one is refused, even if it began
/// earlier: nobody takes a record off a board by a record of his own.
/// @param measurements  of the new records, one after the other
void hold_against(const std::vector<Measurement>& known,
                  const std::vector<std::vector<Measurement>>& measurements,
                  std::vector<Verification>& all);

}  // namespace perjoule::cli
