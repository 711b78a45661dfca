// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "perjoule/record/entry.hpp"
#include "perjoule/units/estimate.hpp"
#include "perjoule/units/quantity.hpp"
#include "perjoule/units/scope.hpp"

namespace perjoule::cli {

/// What a leaderboard asks of an entry. What is empty or 0 is not asked for.
struct Rules {
  std::string task;           ///< the board's name: "digits"
  std::string dataset;        ///< of the entry's task
  std::string test_set_hash;  ///< SHA-256 of inputs and references
  std::size_t items = 0;      ///< in the test set
  std::string metric;         ///< that the board ranks by: "accuracy"
  std::string signature;      ///< of that metric
  /// The least quality; of a metric of which less is better, the most. An entry meets it if the
  /// whole interval of its quality does. @unit that of the metric
  std::optional<double> floor;
  /// The metric's value may be one that the record only states, without the items that it is of.
  bool allows_stated_quality = false;
  double most_bytes = 0.0;                 ///< of all counted files. @unit B
  std::vector<std::string> counted_roles;  ///< the files that count; empty: all
  std::size_t least_windows = 0;
  Seconds least_duration{0.0};  ///< of all windows
  Provenance worst_energy = Provenance::missing;
  Scope scope = Scope::none;
  std::vector<std::string> processors;  ///< the hardware class; empty: any, each its own board
  /// In a closed division, the meter is the machine's own, and outputs were compared.
  bool closed = false;
  std::vector<std::uint64_t> seeds;  ///< of which one was drawn with; empty: any
  double rerun_tolerance = 0.05;     ///< of a second measurement. @unit a share of 1
};

/// A rule that an entry does not meet, or a number that is not true.
struct Finding {
  std::string code;     ///< "quality-below-floor": the reason in words that do not change
  std::string pointer;  ///< "/entries/0/quality/0/value"; empty: the whole record
  std::string why;      ///< "its interval begins at .91, and the rules ask for .93"
};

/// Reads rules from a JSON file: docs/reference/rules.md.
/// @throws Error with the JSON pointer for what is no rule
[[nodiscard]] Rules read_rules(const std::string& path);

/// Returns the rules that an entry does not meet.
/// @param pointer  to it in its record
[[nodiscard]] std::vector<Finding> broken_rules(const Entry& entry, const Rules& rules,
                                                const std::string& pointer);

}  // namespace perjoule::cli
