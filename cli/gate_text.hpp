// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "cli/gate_formats.hpp"

namespace perjoule::cli {

/// Whether a benchmark alone makes the exit code one of failure.
bool fails(GateVerdict verdict, const GateExit& exit);

/// Whether a person has to read of it.
bool is_of_interest(GateVerdict verdict, const GateExit& exit);

/// The comparisons that a report lists, those that need a person first; the number of the others.
struct Listed {
  std::vector<const BenchmarkComparison*> benchmarks;
  std::map<std::string_view, std::size_t> others;
};

Listed listed(const GateReport& report);

/// Returns the names of benchmarks and numbers that only the new side has.
std::vector<std::string> only_new(const GateReport& report);

/// "traded: 1 of 3 benchmarks"
std::string summary(const GateResult& result);

/// "time +5.0 % [+4.1, +5.9]: regressed", for each number that is not as it was, on one line.
std::string findings_text(const BenchmarkComparison& of);

/// Returns the report as text, which a terminal shows and a log keeps.
std::string text_format(const GateReport& report);

/// Returns the report in Markdown, for a job's summary or a comment.
std::string markdown_format(const GateReport& report);

}  // namespace perjoule::cli
