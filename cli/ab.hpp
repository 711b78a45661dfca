// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string>
#include <vector>

#include "cli/compare.hpp"
#include "cli/run.hpp"
#include "cli/subcommand.hpp"

namespace perjoule::cli {

struct AbOptions {
  std::string before;  ///< command line of the old version, for a shell
  std::string after;   ///< that of the new one
  std::size_t processes = 10;
  bool all = false;    ///< no early stop
  std::string folder;  ///< for the records old.json and new.json; empty: none
  RunOptions run;      ///< events, qualities and the meter of both
  GateWords gate;
};

/// Runs an old and a new command in turns, each in fresh processes, until their numbers are told
/// apart or all processes have run; prints the comparison and returns the exit code of the gate.
/// @throws Error if one of them fails
int ab(AbOptions options);

Subcommand add_ab(CLI::App& app);

}  // namespace perjoule::cli
