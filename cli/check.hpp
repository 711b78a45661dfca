// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string>
#include <vector>

#include "cli/compare.hpp"
#include "cli/nightly_gate.hpp"
#include "cli/subcommand.hpp"

namespace perjoule::cli {

/// The exit code where there is no baseline for this machine: CTest and Automake call such a test
/// skipped.
constexpr int no_baseline = 77;

/// Adds the options of the nightly gate.
void add_nightly_options(CLI::App& command, NightlyOptions& options);

/// Judges the last night of a history, writes the report and returns the exit code: 1 if something
/// regressed, 2 if a file of the history could not be used.
/// @param also  files for further formats
int history_check(const std::string& folder, const NightlyOptions& options,
                  const std::string& format, std::vector<FormatFile> also = {});

Subcommand add_check(CLI::App& app);

}  // namespace perjoule::cli
