// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstdint>

#include "perjoule/core/config.hpp"

namespace perjoule::inline v0 {

namespace detail {

/// The least number of successes that is not exceeded in more than a `share` of all cases.
/// @param p  of a success in one trial
/// @unit   p and share: a share of 1
/// @error  exact up to a million trials; beyond them a normal approximation, off by one
/// @source quantile of the binomial distribution
[[nodiscard]] std::uint64_t binomial_quantile(std::uint64_t trials, double p, double share);

}  // namespace detail

/// Whether so many values are enough to speak of their p-quantile: the largest of them must be no
/// less in 99 of 100 samples.
/// @unit   p is a share of 1, 0.5 or more
/// @source MLPerf inference rules, early stopping: 44 values for p = .90, 459 for .99
[[nodiscard]] bool is_quantile_bounded(std::uint64_t values, double p);

/// Places in an ascending sample, from 1.
struct Ranks {
  std::uint64_t low = 0;
  std::uint64_t high = 0;
};

/// Between which values of a sample the p-quantile lies, whatever their distribution is.
/// @unit   p and level: a share of 1
/// @shape  enough values that is_quantile_bounded
/// @error  covers with probability `level` or more, where values do not depend on each other
/// @source David and Nagaraja, Order Statistics (2003), 7.1
[[nodiscard]] Ranks quantile_ranks(std::uint64_t values, double p, double level = 0.95);

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/stats/order_statistics-inl.hpp"
#endif
