// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <vector>

#include "cli/history_night.hpp"
#include "cli/history_store.hpp"
#include "cli/number_arena.hpp"

namespace perjoule::cli {

/// A run file as the cache keeps it.
struct CachedRun {
  RunFile file;
  std::string problem;             ///< why it cannot be used; then the rest is empty
  Night night;                     ///< without its series
  std::size_t layout = 0;          ///< index
  std::span<const double> values;  ///< of all series, one after the other
};

/// What the series of a night are, in order: most nights have the same.
struct CachedSeries {
  std::uint32_t kind = 0;   ///< index
  std::uint32_t count = 0;  ///< of values
};

/// All that the cache has, which is what the run files say.
struct CachedRuns {
  std::deque<CachedRun> runs;  ///< in order of names
  std::vector<std::vector<CachedSeries>> layouts;
  std::vector<Observations> kinds;
  std::vector<HistoryProblem> problems;
  NumberArena numbers;
};

/// Returns the runs of a history from its cache, after bringing that up to date.
/// @param rebuilds  build it anew in any case
[[nodiscard]] CachedRuns read_cache(const HistoryStore& store, bool rebuilds);

}  // namespace perjoule::cli
