// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "cli/leaderboard_data.hpp"
#include "perjoule/units/estimate.hpp"

// Numbers and names of a leaderboard, as its pages and figures show them.
namespace perjoule::cli {

/// A unit of a column, with the factor by which values are divided.
struct ShownUnit {
  std::string name;     ///< "mJ"
  double factor = 1.0;  ///< @unit that of the value
};

/// Returns the unit that suits most of some values: one for a whole column.
/// @param base  "J"; values are in it
[[nodiscard]] ShownUnit unit_for(std::vector<double> values, std::string_view base);

/// Returns the unit in which values of a metric are shown.
/// @param unit  as in Quality
[[nodiscard]] ShownUnit unit_of_metric(const std::string& unit);

/// A value and its interval in one unit, with the digits that the interval supports.
struct ShownNumber {
  std::string value;  ///< empty if it is missing
  std::string range;  ///< "12.1 to 12.9"; empty if there is none
};

[[nodiscard]] ShownNumber shown(const IntervalEstimate<double>& number, const ShownUnit& unit);

/// Returns "12.3 ± 0.4 mJ", with both ends where they are not as far from the value.
[[nodiscard]] std::string in_words(const IntervalEstimate<double>& number, const ShownUnit& unit);

/// Returns numbers of a column as HTML, with their points below each other.
[[nodiscard]] std::vector<std::string> number_cells(
    const std::vector<IntervalEstimate<double>>& numbers, const ShownUnit& unit);

/// Returns where an entry stands: "rank 1 to 3 of 12", "below the floor", "not ranked".
[[nodiscard]] std::string rank_in_words(const Leaderboard& all, const Standing& standing);

/// Returns what a board ranks: "measured energy of package+dram".
[[nodiscard]] std::string energy_in_words(const Board& board);

/// Returns the names of the pages of an entry's record: "record/<hash>.html" and the like.
[[nodiscard]] std::string record_file(const BoardRecord& record, std::string_view ending);

/// Returns the name of an entry's badge, without its folder.
[[nodiscard]] std::string badge_file(const BoardRecord& record, std::size_t entry);

}  // namespace perjoule::cli
