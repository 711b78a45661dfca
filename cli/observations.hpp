// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "perjoule/engine/environment.hpp"
#include "perjoule/regress/observations.hpp"

namespace perjoule::cli {

/// What some processes measured.
struct ObservedRun {
  Environment environment;         ///< of the first process; its command is redacted
  std::vector<std::string> files;  ///< in order of time
  std::size_t processes = 0;
  std::vector<Observations> numbers;
};

/// Reads run records and reports of Google Benchmark (with their counters), in order of time.
///
/// Each file is of one process, and each run of `perjoule run` is one. A benchmark that was
/// repeated within a process has its median.
/// @throws Error for a file that cannot be read, and as add_processes()
ObservedRun read_observations(const std::vector<std::string>& files);

}  // namespace perjoule::cli
