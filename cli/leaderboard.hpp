// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string>

#include "cli/subcommand.hpp"

namespace perjoule::cli {

/// Writes the site of all records below a folder, and a line for each file that was refused to
/// standard error. The same records give the same bytes.
/// @return 0; 1 if a file was refused
/// @throws Error if the folder cannot be read, or the site cannot be written
int write_leaderboard(const std::string& folder, const std::string& site);

Subcommand add_leaderboard(CLI::App& app);

}  // namespace perjoule::cli
