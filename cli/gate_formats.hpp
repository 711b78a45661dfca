// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string>
#include <vector>

#include "cli/observations.hpp"
#include "perjoule/regress/gate.hpp"

namespace perjoule::cli {

/// What the exit code of a gate depends on, beside its verdict.
struct GateExit {
  bool strict = false;       ///< 3 if a verdict is open
  bool improvement = false;  ///< 4 if something improved, and nothing else is to be told
};

/// Returns the exit code of a gate: 0 if nothing is to be told, 1 for a regression, a trade or a
/// missing number, 3 for what is not to be compared or, with `strict`, shown neither way.
int exit_code(GateVerdict verdict, const GateExit& options);

/// A comparison with everything that its report says.
struct GateReport {
  const ObservedRun& before;
  const ObservedRun& after;
  const GateResult& result;
  const GateOptions& options;
  const GateExit& exit;
};

/// Returns the names that format_gate() knows.
const std::vector<std::string>& gate_formats();

/// Returns the report of a gate.
/// @param format  text; md (a job summary, a comment); json; junit; gha (annotations of GitHub
///                Actions); bmf (Bencher Metric Format, of the new side); sarif
std::string format_gate(const std::string& format, const GateReport& report);

}  // namespace perjoule::cli
