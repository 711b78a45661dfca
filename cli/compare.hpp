// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string>
#include <vector>

#include "cli/gate_formats.hpp"
#include "cli/observations.hpp"
#include "cli/subcommand.hpp"
#include "perjoule/core/write_file.hpp"
#include "perjoule/regress/gate.hpp"

namespace perjoule::cli {

/// Options of a gate, as they stand on the command line.
struct GateWords {
  std::vector<std::string> rules;
  std::string correction = "holm";
  std::string format = "text";
  std::vector<std::string> also;  ///< "junit=report.xml"
  GateOptions options;
  GateExit exit;
};

/// Adds the options that all gates have.
void add_gate_options(CLI::App& command, GateWords& words);

/// Returns what the words say.
/// @throws Error as parse_fail_rule()
GateOptions gate_options(const GateWords& words);

/// A file for a further format.
struct FormatFile {
  std::string format;
  OutputFile file;
};

/// Opens the files of further formats, before anything is measured or read.
/// @throws Error for one that cannot be written
std::vector<FormatFile> open_formats(const GateWords& words);

/// Compares two sides, writes the result to standard output and to the files, and returns the exit
/// code.
int print_gate(const ObservedRun& before, const ObservedRun& after, const GateWords& words,
               std::vector<FormatFile> also);

Subcommand add_compare(CLI::App& app);

}  // namespace perjoule::cli
