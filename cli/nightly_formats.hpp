// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string>
#include <vector>

#include "cli/nightly_gate.hpp"

namespace perjoule::cli {

/// The formats of `perjoule check`: text; md; json; gha (annotations of GitHub Actions).
const std::vector<std::string>& nightly_formats();

/// Returns the report of a night.
std::string format_nightly(const std::string& format, const History& history,
                           const NightlyResult& result);

/// "+2.1 % [+1.2, +3.0]"
std::string finding_change_text(const SeriesFinding& finding);

/// "after 1b6453892473 (2026-01-04), up to ac3478d69a3c (2026-01-05)"
std::string range_text(const History& history, std::size_t last_old, std::size_t first_new);

}  // namespace perjoule::cli
