// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "cli/history_store.hpp"
#include "perjoule/regress/change_points.hpp"

namespace perjoule::cli {

/// What the searches of a history's series found on earlier checks, so that a check searches the
/// nights that are new: a thousand nights of a thousand series take most of a second.
///
/// They only save time. A memory says which options, machines and values it is of, as a hash of all
/// of them: where they are others, for example since a night came late, all nights are searched.
/// They are in a file beside the cache of the history, which is replaced as a whole: the last of
/// several writers wins. It is never forced to the disk, and one that is damaged is as none.
class SearchMemories {
 public:
  /// Reads the memories.
  /// @param purpose  checks that differ in it have memories of their own
  SearchMemories(const HistoryStore& store, std::string_view purpose);

  struct Found {
    const std::vector<ChangePoint>& changes;  ///< as of change_points()
    NightVerdict last;  ///< as of check_last_night(), for the segment since the last change
  };
  /// Searches a series.
  /// @unit values: of the series
  Found search(const std::string& name, const std::vector<double>& values,
               const ChangeOptions& options, const std::vector<MachineSwap>& swaps);

  /// Keeps the memory of a series that is not searched this time.
  void keep(const std::string& name);

  /// Writes those that were searched or kept, if any changed. That it cannot is no error.
  void write() const;

 private:
  struct Memory {
    std::uint64_t hash = 0;  ///< of what was searched
    detail::SearchMemory search;
    bool is_used = false;
  };
  void parse(std::string_view content);

  const HistoryStore& store_;
  std::string file_;
  std::unordered_map<std::uint64_t, Memory> memories_;  // by a hash of the series' name
  bool has_changed_ = false;
};

}  // namespace perjoule::cli
