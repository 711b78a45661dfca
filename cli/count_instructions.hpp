// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string>
#include <vector>

namespace perjoule::cli {

/// @throws Error if valgrind cannot be run
void expect_valgrind();

/// Runs a command under valgrind, which executes each of its instructions and those of the
/// programs that it starts, some fifty times slower, and returns how many there were. Needs no
/// rights and no hardware, and hardly differs from run to run.
/// @unit   instructions
/// @throws Error if there is no valgrind, or the command fails
double count_instructions(const std::vector<std::string>& command);

}  // namespace perjoule::cli
