// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <cstdint>

#include "perjoule/core/config.hpp"
#include "perjoule/core/missing.hpp"
#include "perjoule/stats/histogram.hpp"
#include "perjoule/stats/order_statistics.hpp"
#include "perjoule/units/dimension.hpp"
#include "perjoule/units/interval.hpp"
#include "perjoule/units/names.hpp"
#include "perjoule/units/quantity.hpp"

namespace perjoule::inline v0 {

/// So much of all calls were no slower.
struct Percentile {
  double share = 0.0;                  ///< 0.99 for p99. @unit a share of 1
  Seconds value{detail::no_number()};  ///< missing where there were too few calls to tell
  Interval<Seconds> interval = {};
};

/// How long single calls took, one by one.
struct Latency {
  std::uint64_t calls = 0;  ///< those that were timed. @unit none
  Percentile percentiles[3] = {{0.5}, {0.9}, {0.99}};
};

namespace detail {

/// @param low, high  the ends of the bin of a place in the ascending lengths, from 1; of lengths
/// that
///                   are known exactly both are the length
/// @unit   s
/// @error  order statistics; missing below 7, 44 and 459 calls
/// @source MLPerf inference rules, early stopping
template <class Low, class High>
[[nodiscard]] Latency latency(std::uint64_t calls, Low low, High high) {
  Latency latency;
  latency.calls = calls;
  for (Percentile& of : latency.percentiles) {
    if (!is_quantile_bounded(calls, of.share)) continue;
    const Ranks ranks = quantile_ranks(calls, of.share);
    const auto rank =
        static_cast<std::uint64_t>(of.share * static_cast<double>(calls - 1) + 0.5) + 1;
    of.value = Seconds(0.5 * (low(rank) + high(rank)));
    of.interval = {Seconds(low(ranks.low)), Seconds(high(ranks.high)), 0.95,
                   IntervalMethod::order_statistic};
  }
  return latency;
}

/// Of lengths in a histogram.
/// @param tick  how long one of its units is
/// @error to the outer ends of bins of 1.6 %
[[nodiscard]] Latency latency(const Histogram& lengths, Seconds tick);

/// Of lengths that are known one by one.
/// @unit  s
/// @shape lengths: [calls], in any order; sorted afterwards
[[nodiscard]] Latency latency(double* lengths, std::size_t calls);

}  // namespace detail

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/engine/latency-inl.hpp"
#endif
