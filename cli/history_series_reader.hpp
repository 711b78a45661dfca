// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "cli/history_night.hpp"

namespace perjoule::cli {

/// Reads the numbers of series from the lines of night files. What stands before the values of a
/// series is the same on most nights, and is parsed only once: a thousand nights of a thousand
/// series are read in a fifth of the time. Qualities are passed over: read_night() reads them.
class SeriesReader {
 public:
  /// Takes in a series of earlier nights, so that its lines are not parsed.
  /// @param line  of write_series()
  /// @return the object that read() returns
  const Observations& knows(std::string_view line, const Observations& series);

  /// Reads a line.
  /// @param values   gets its values
  /// @param ignored  gets the pointers of keys that this version does not know, if it parses them
  /// @return all else of the series, but no qualities; the same object for all lines that say the
  ///         same
  /// @throws Refusal
  const Observations& read(std::string_view line, std::vector<double>& values,
                           std::vector<std::string>& ignored);

 private:
  const Observations& kind_of(std::string key, Observations series);

  std::unordered_map<std::string, std::unique_ptr<const Observations>> kinds_;
  std::string key_;
};

}  // namespace perjoule::cli
