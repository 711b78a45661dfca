// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <cstdint>

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/version.hpp"
#include "perjoule/core/view.hpp"

namespace perjoule::inline v0 {

/// Returns the p-quantile of a sample, linear between order statistics.
/// @unit   same as the sample; 0 <= p <= 1
/// @shape  sample: at least one value, any order; sorted_sample: ascending
/// @source Hyndman and Fan, The American Statistician 50 (1996) 361, type 7 (default of NumPy and
///         R)
[[nodiscard]] double quantile_of_sorted(View<double> sorted_sample, double p);

/// @copydoc quantile_of_sorted
[[nodiscard]] double quantile(View<double> sample, double p);

namespace detail {

/// Returns the smallest k such that k successes or fewer have a probability of more than `share`.
/// @param p  probability of a success in one trial
/// @unit   p and share: a share of 1
/// @error  exact up to a million trials; beyond them a normal approximation, off by one
/// @source quantile of the binomial distribution
[[nodiscard]] std::uint64_t binomial_quantile(std::uint64_t trials, double p, double share);

}  // namespace detail

/// Tells whether there are enough values to estimate their p-quantile: the largest of them must
/// reach the quantile in 99 of 100 samples.
/// @unit   p is a share of 1, 0.5 or more
/// @source MLPerf inference rules, early stopping: 44 values for p = .90, 459 for .99
[[nodiscard]] bool is_quantile_estimable(std::uint64_t values, double p);

/// Ranks in an ascending sample, counted from 1.
struct RankInterval {
  std::uint64_t low = 0;
  std::uint64_t high = 0;
};

/// Returns the ranks in a sample between which the p-quantile lies, for any distribution.
/// @unit   p and level: a share of 1
/// @shape  enough values for is_quantile_estimable
/// @error  covers with probability `level` or more, if values do not depend on each other
/// @source David and Nagaraja, Order Statistics (2003), 7.1
[[nodiscard]] RankInterval quantile_ranks(std::uint64_t values, double p, double level = 0.95);

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/stats/quantile-inl.hpp"
#endif
