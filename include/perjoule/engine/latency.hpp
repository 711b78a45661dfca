// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <cstdint>

#include "perjoule/core/config.hpp"
#include "perjoule/core/missing.hpp"
#include "perjoule/stats/histogram.hpp"
#include "perjoule/stats/order_statistics.hpp"
#include "perjoule/stats/sort.hpp"
#include "perjoule/units/interval.hpp"
#include "perjoule/units/names.hpp"

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
[[nodiscard]] PERJOULE_COLD inline Latency latency(const Histogram& lengths, Seconds tick) {
  const auto edge = [&](std::size_t bin) {
    return static_cast<double>(Histogram::least_in(bin)) * tick.si();
  };
  return latency(
      lengths.size(), [&](std::uint64_t rank) { return edge(lengths.bin_at(rank)); },
      [&](std::uint64_t rank) { return edge(lengths.bin_at(rank) + 1); });
}

/// Of lengths that are known one by one.
/// @unit  s
/// @shape lengths: [calls], in any order; sorted afterwards
[[nodiscard]] PERJOULE_COLD inline Latency latency(double* lengths, std::size_t calls) {
  sort(lengths, calls);
  const auto at = [&](std::uint64_t rank) { return lengths[static_cast<std::size_t>(rank - 1)]; };
  return latency(calls, at, at);
}

}  // namespace detail

}  // namespace perjoule::inline v0
