// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string>

#include "cli/leaderboard_data.hpp"

namespace perjoule::cli {

/// Returns the quality of a board's models against their energies, with intervals and the front of
/// those that have a place, as an SVG element; empty if none can be shown.
[[nodiscard]] std::string front_svg(const Leaderboard& all, const Board& board);

/// Returns a badge, a whole SVG file, with a text that is shown as wide as it is.
/// @param left, right  "energy per item 12.3 ± 0.4 mJ", "rank 1 to 3 of 12"
[[nodiscard]] std::string badge_svg(const std::string& left, const std::string& right);

}  // namespace perjoule::cli
