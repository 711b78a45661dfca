// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string>
#include <vector>

#include "cli/rules.hpp"
#include "perjoule/record/entry.hpp"

namespace perjoule::cli {

/// Returns what a second measurement contradicts: a number that is off by more than `tolerance` and
/// that lies, as does the second one, outside the other's interval. Energy and time are compared on
/// one kind of machine alone, and energy by one meter.
/// @param tolerance  a share of the larger of two numbers
[[nodiscard]] std::vector<Finding> contradicted(const std::vector<Entry>& submitted,
                                                const std::vector<Entry>& again, double tolerance);

/// Measures again with a command of a shell, in which `{}` stands for the record that it writes.
/// What it prints goes to standard error.
/// @throws Error if it has no {}, fails, or writes no record
[[nodiscard]] std::vector<Entry> measure_again(const std::string& command);

}  // namespace perjoule::cli
