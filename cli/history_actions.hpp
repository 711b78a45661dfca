// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "cli/history_night.hpp"

// What the subcommands of `perjoule history` do. Each prints to standard output, and returns the
// exit code: 2 if a file of the history could not be used, which standard error names.
namespace perjoule::cli {

struct AddOptions {
  std::vector<std::string> files;
  bool is_anchor = false;  ///< of the anchor release
};
int history_add(const std::string& folder, const AddOptions& options);
/// The same, tells on standard error, and returns the night without its series.
Night add_night(const std::string& folder, const AddOptions& options);

struct AcceptOptions {
  std::string series;  ///< a pattern
  std::string reason;
  std::string until;   ///< a day; empty: for good
  std::string commit;  ///< of the first night; empty: the last night that has the series
};
int history_accept(const std::string& folder, const AcceptOptions& options);

/// @param run  what its id begins with
int history_anchor(const std::string& folder, const std::string& run);

int history_list(const std::string& folder, bool is_json);
int history_show(const std::string& folder, const std::string& pattern);
int history_export(const std::string& folder, const std::string& format, const std::string& run);
int history_rebuild(const std::string& folder);
int history_verify(const std::string& folder);

struct PruneOptions {
  std::size_t keep_nights = 0;  ///< of each machine; 0: not given
  std::string before;           ///< a day; empty: not given
  bool deletes = false;         ///< otherwise it only tells
};
int history_prune(const std::string& folder, const PruneOptions& options);

}  // namespace perjoule::cli
