// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/version.hpp"
#include "perjoule/core/view.hpp"

namespace perjoule::inline v0 {

/// The p-quantile of a sample, linear between order statistics.
/// @unit   that of the sample; 0 <= p <= 1
/// @shape  sample: at least one value, any order; sorted_sample: ascending
/// @source Hyndman and Fan, The American Statistician 50 (1996) 361, type 7 (NumPy's and R's
/// default)
[[nodiscard]] double quantile_of_sorted(View<double> sorted_sample, double p);

/// @copydoc quantile_of_sorted
[[nodiscard]] double quantile(View<double> sample, double p);

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
[[nodiscard]] bool is_quantile_estimable(std::uint64_t values, double p);

/// Places in an ascending sample, from 1.
struct RankInterval {
  std::uint64_t low = 0;
  std::uint64_t high = 0;
};

/// Between which values of a sample the p-quantile lies, whatever their distribution is.
/// @unit   p and level: a share of 1
/// @shape  enough values that is_quantile_estimable
/// @error  covers with probability `level` or more, where values do not depend on each other
/// @source David and Nagaraja, Order Statistics (2003), 7.1
[[nodiscard]] RankInterval quantile_ranks(std::uint64_t values, double p, double level = 0.95);

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/stats/quantile-inl.hpp"
#endif
