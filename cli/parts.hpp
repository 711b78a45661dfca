// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <vector>

#include "cli/merge.hpp"
#include "perjoule/record/entry.hpp"

namespace perjoule::cli {

/// Returns what several ranks have measured of one command: the energy of each machine once, the
/// time until the last rank has ended, the CPU time of all.
/// @param parts  of all ranks, in their order
/// @error energy: random parts in squares over the machines, common ones as they are, since their
///        meters are of one kind and wrong in the same way
[[nodiscard]] Entry joined(View<MergedEntry> parts);

/// Replaces the parts of ranks by what is joined of them, whatever their order.
/// @throws Error, which names the records, for a rank that is missing or there twice, a machine
///         that two ranks have read, or none, meters of different kinds, and parts of different
///         plans
void join_parts(std::vector<MergedEntry>& entries);

}  // namespace perjoule::cli
