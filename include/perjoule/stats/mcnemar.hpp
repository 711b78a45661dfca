// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>

#include "perjoule/core/config.hpp"

namespace perjoule::inline v0 {

/// Whether two models are right equally often on the same items; two-sided.
struct McNemar {
  double exact = 1.0;  ///< never rejects too often, and too seldom. @unit a share of 1
  double mid_p = 1.0;  ///< nearer to the level, which it need not keep. @unit a share of 1
};

/// McNemar's test from the items that only one of two models got right: under equal models each of
/// them is a toss of a coin. Items that both got right, or neither, tell nothing.
///
/// mid_p counts half of the probability of what was seen. It promises less than the exact test, but
/// in none of 9595 settings of its authors it rejected more often than the level says.
///
/// @unit   p-values: a share of 1; both are 1 for no such items
/// @source McNemar, Psychometrika 12 (1947) 153; mid-p: Fagerland, Lydersen and Laake, BMC Medical
///         Research Methodology 13 (2013) 91
[[nodiscard]] McNemar mcnemar(std::size_t only_a, std::size_t only_b);

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/stats/mcnemar-inl.hpp"
#endif
