// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string>

#include "cli/leaderboard_data.hpp"

namespace perjoule::cli {

/// Verifies all records below a folder, and holds them against its rules: rules.json, or each
/// file of rules/. The same files give the same result, wherever the folder is and in
/// whatever order the system lists it.
///
/// JSON that is no run record is passed over, and so is what begins with a dot.
/// @param site  a folder that is passed over as well, since it has copies of records
/// @throws Error if the folder or its rules cannot be read
[[nodiscard]] Submissions read_submissions(const std::string& folder, const std::string& site);

/// Makes a board of each task, class of machines, and kind and scope of energy, and ranks it.
[[nodiscard]] Leaderboard make_leaderboard(Submissions submissions);

}  // namespace perjoule::cli
