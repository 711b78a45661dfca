// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string>
#include <vector>

#include "cli/history.hpp"

// A history as tables for readers. Names are shown and never obeyed, and each number has its unit.
namespace perjoule::cli {

/// Returns a table of the runs, the anchor, and a table of what was accepted.
[[nodiscard]] std::string runs_as_markdown(const History& history);
/// Returns the same as JSON.
[[nodiscard]] std::string runs_as_json(const History& history);

/// Returns a table of series, with a row for each segment: see segments_of().
[[nodiscard]] std::string series_as_markdown(const History& history,
                                             const std::vector<const NightlySeries*>& series);
/// Returns a table of all nights of a series.
[[nodiscard]] std::string nights_as_markdown(const History& history, const NightlySeries& series);

/// Returns a number for a reader: "2.05 mJ (modelled)"; "n/a" if it is NaN.
/// @param kind  with its unit and its provenance
/// @unit  value in SI
[[nodiscard]] std::string value_text(double value, const Observations& kind);

/// Draws numbers as blocks between the least and the largest one. NaN is a space.
/// @unit any, the same for all
[[nodiscard]] std::string sparkline(const std::vector<double>& values);

/// Returns the change against the median of the nights before the last one, 30 at the most: "+1.2
/// %"; "n/a" if there is none.
[[nodiscard]] std::string change_text(const std::vector<double>& nights);

}  // namespace perjoule::cli
