// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "perjoule/record/entry.hpp"

namespace perjoule::cli {

/// Returns the joules of each step in what `sacct --parsable2 --noheader
/// --format=JobIDRaw,ConsumedEnergyRaw` prints. A step without any, which is 0 there, is left out.
[[nodiscard]] std::map<std::string, double> parse_sacct(std::string_view text);

/// Returns a sentence for each step of Slurm's: what Slurm counted in it beside what was read in
/// its entries, each from its first run to its last, seconds of idle power included. They disagree
/// if they differ by more than 5 % and 2 J.
/// @param joules  of each step: parse_sacct()
[[nodiscard]] std::vector<std::string> compare_with_sacct(
    const std::vector<Entry>& entries, const std::map<std::string, double>& joules);

/// Asks Slurm about the jobs of entries.
/// @throws Error if there is no sacct, or if it fails
[[nodiscard]] std::map<std::string, double> ask_sacct(const std::vector<Entry>& entries);

}  // namespace perjoule::cli
