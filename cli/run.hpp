// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string>
#include <vector>

#include "cli/quality_source.hpp"
#include "perjoule/meters/find_meter.hpp"

namespace perjoule::cli {

/// The exit code of `run` if perjoule itself failed, as in timeout(1): the command's own codes are
/// passed on.
constexpr int own_failure = 125;

enum class RunFormat { markdown, json, jsonl, csv };

struct RunOptions {
  std::vector<std::string> command;
  std::size_t runs = 1;
  Seconds idle{1.0};  ///< measured before the first run and after the last; 0: no idle power
  std::string name;   ///< empty: the last part of the command's path
  MeterOptions meters = {};
  std::vector<QualitySource> qualities;
  std::vector<std::string> events;  ///< as perf names them, or several, separated by commas
  std::vector<std::string> count;   ///< what is counted by valgrind in further runs: instructions
  RunFormat format = RunFormat::markdown;
  std::string output;    ///< a file; empty: standard output
  std::string record;    ///< a file for the run record, beside the report; empty: none
  std::string baseline;  ///< a record to compare with; empty: none
  bool is_part = false;  ///< it is one of several ranks, and has no report of its own
};

/// Returns the name of a command in its record.
std::string label_of(const RunOptions& options);

/// Runs a command under the meters, prints the report, and returns perjoule's exit code: that of
/// the command, if it ran. One of several ranks writes its part of the record instead.
/// @throws Error, NoMeterError, CannotStart
int run(const RunOptions& options);

}  // namespace perjoule::cli
