// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string>
#include <vector>

#include "cli/subcommand.hpp"
#include "perjoule/record/entry.hpp"

namespace perjoule::cli {

/// An entry of one of several records.
struct MergedEntry {
  Entry entry;
  std::string file;    ///< that it was read from
  std::string sha256;  ///< of all that its record says of it; merged() asks where it has to
};

/// Puts entries in the order of their runs, and leaves out what is there twice: so that merging is
/// associative, and independent of the order of files.
/// @throws Error for two machines, for measurements that ran at once, and for one model on another
///         test set or with a metric of another signature: the message names both
[[nodiscard]] std::vector<Entry> merged(std::vector<MergedEntry> entries);

/// Takes out of an entry what identifies people and machines: id, boot, commit, command and program
/// of its run, the kernel of its machine. What is measured stays, and the kind of processor.
void make_anonymous(Entry& entry);

Subcommand add_merge(CLI::App& app);

}  // namespace perjoule::cli
