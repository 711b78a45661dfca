// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace perjoule::cli {

/// A simulated rate, such as that of false alarms.
struct PowerFigure {
  std::string table;               ///< "pairwise"
  std::string setting;             ///< "offset"
  std::string quantity;            ///< "false alarms"
  double value = 0.0;              ///< @unit a share of 1
  double monte_carlo_error = 0.0;  ///< standard error of the value. @unit a share of 1
  std::size_t trials = 0;
};

/// Simulates how often the gates alarm falsely, and how often they find what is there: two versions
/// in turns, a night against earlier nights, nights in a row, incidents, early stopping, quality.
/// Beside ours stand a one-sided U test on the same processes, and what Google Benchmark's
/// compare.py does: a two-sided U test at .05 on ten repetitions within one process a side.
/// @param trials  of each cell
std::vector<PowerFigure> simulate_power(std::size_t trials, std::uint64_t seed);

}  // namespace perjoule::cli
