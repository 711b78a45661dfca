// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string>

#include "cli/nightly_gate.hpp"

namespace perjoule::cli {

/// Returns a page of all series of the last night, those that need a person first: a chart each,
/// with its changes, what was accepted, a machine that was replaced, and the spread of processes.
/// It is one file without scripts, and loads nothing.
[[nodiscard]] std::string dashboard_html(const History& history, const NightlyResult& result);

/// Writes the page of a history.
/// @param output  a file
int history_dashboard(const std::string& folder, const std::string& output,
                      const NightlyOptions& options);

}  // namespace perjoule::cli
