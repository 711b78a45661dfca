// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <vector>

#include "cli/quality_source.hpp"
#include "perjoule/quality/quality_result.hpp"

namespace perjoule::cli {

/// Returns a quality from the values that the runs of a command left behind, at least one.
/// @error  that of a share of known items, or the spread between runs, whichever is wider; a single
///         run, or runs that agree, tell nothing of it
[[nodiscard]] Quality quality_of_runs(const QualitySource& source,
                                      const std::vector<double>& values);

}  // namespace perjoule::cli
