// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/rules.hpp"
#include "perjoule/record/entry.hpp"

namespace perjoule::cli {

/// What a metric of the library always is, whatever a record says: somebody who calls errors good
/// leads a board.
struct MetricFacts {
  std::string_view name;  ///< "recall@" stands for that of any k
  bool higher_is_better;
  std::string_view units;  ///< that it may have, each followed by a comma; empty: that of the data
  double perfect;          ///< NaN: it depends on the data
};

/// Returns what is known of a metric; null of one that is not the library's.
[[nodiscard]] const MetricFacts* find_metric_facts(std::string_view metric);

/// Finds metrics that say to be what they are not, values beyond a perfect one, and items that no
/// model can have.
[[nodiscard]] std::vector<Finding> impossible_qualities(const Entry& entry,
                                                        const std::string& pointer);

}  // namespace perjoule::cli
