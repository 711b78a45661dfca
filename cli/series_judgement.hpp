// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <vector>

#include "cli/nightly_gate.hpp"
#include "cli/search_memories.hpp"

// What the nights of a single series show. All functions fill in a finding that has its name, kind
// and nights.
namespace perjoule::cli {

/// The nights of a series that are searched for changes, on one scale.
struct SearchedNights {
  std::vector<std::size_t> nights;  ///< indices in History::nights, ascending
  std::vector<double> values;       ///< medians. @unit of the series
  std::vector<MachineSwap> swaps;
};

/// Returns the runs of the anchor release.
[[nodiscard]] std::vector<std::size_t> anchor_runs(const History& history);

/// Returns the values of the anchor release on a segment's machine.
/// @param anchors  see anchor_runs()
[[nodiscard]] std::vector<double> anchor_values(const History& history, const NightlySeries& series,
                                                const Segment& segment,
                                                const std::vector<std::size_t>& anchors);

/// Returns the nights of a segment, after those of the machine that this one replaced if the anchor
/// release was run on both.
[[nodiscard]] SearchedNights searched_nights(const History& history, const NightlySeries& series,
                                             const std::vector<Segment>& segments,
                                             const Segment& current,
                                             const std::vector<std::size_t>& anchors);

/// Tells whether each night's processes have one value, and most nights that of the night before.
[[nodiscard]] bool is_exact(const History& history, const NightlySeries& series,
                            const SearchedNights& searched);

/// Judges counts that are the same in each process of a night. What they were at their best, since
/// the last accepted night, is what they are held against: any change is one.
/// @param confirm  see NightlyOptions
void judge_counts(SeriesFinding& finding, const History& history, const SearchedNights& searched,
                  bool confirm);

/// Judges values that scatter. The level is held against the best one since the last accepted
/// change: an improvement is what later nights have to keep.
void judge_changes(SeriesFinding& finding, const History& history, const SearchedNights& searched,
                   const NightlyOptions& options, SearchMemories& memories);

/// Compares the last nights with the anchor release on this machine: many small steps, none of
/// which is a change.
/// @unit anchor: of the series; creep: a share of 1
void judge_creep(SeriesFinding& finding, const std::vector<double>& anchor,
                 const SearchedNights& searched, double creep);

}  // namespace perjoule::cli
