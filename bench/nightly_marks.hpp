// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What nightly_replay finds on real nights that engineers have marked.
#pragma once

#include <string>
#include <vector>

/// What another tool found in the marked series.
struct OtherTool {
  std::string name;
  /// Of lines {"name": SERIES, "changes": [[FIRST, FOUND], ...]}, with the 0-based first build of
  /// each new level and, where builds were replayed, the build after which it was found.
  std::string file;
};

/// Replays the marked series and prints scores of each method.
/// @param folder  holds series.jsonl.gz and consensus.json
void print_real(const std::string& folder, const std::vector<OtherTool>& others);
