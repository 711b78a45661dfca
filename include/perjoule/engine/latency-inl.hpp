// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <algorithm>
#include <cstddef>

#include "perjoule/core/config.hpp"
#include "perjoule/engine/latency.hpp"
#include "perjoule/stats/histogram.hpp"
#include "perjoule/stats/quantile.hpp"

namespace perjoule::inline v0::detail {

/// Returns the percentiles of calls in ascending order.
/// @param low, high  called with a rank, from 1; return the ends of its bin. For a length that is
///                   known exactly, both return that length
/// @unit   s
/// @error  order statistics; missing below 7, 44 and 459 calls
/// @source MLPerf inference rules, early stopping
template <class Low, class High>
[[nodiscard]] Latency latency(std::uint64_t calls, Low low, High high) {
  Latency latency;
  latency.calls = calls;
  for (Percentile& of : latency.percentiles) {
    if (!is_quantile_estimable(calls, of.share)) continue;
    const RankInterval ranks = quantile_ranks(calls, of.share);
    const auto rank =
        static_cast<std::uint64_t>(of.share * static_cast<double>(calls - 1) + 0.5) + 1;
    of.value = Seconds(0.5 * (low(rank) + high(rank)));
    of.interval = {Seconds(low(ranks.low)), Seconds(high(ranks.high)), 0.95,
                   IntervalMethod::order_statistic};
  }
  return latency;
}

PERJOULE_INLINE Latency latency(const Histogram& lengths, Seconds tick) {
  const auto edge = [&](std::size_t bin) {
    return static_cast<double>(Histogram::bin_lower_edge(bin)) * tick.si();
  };
  return latency(
      lengths.size(), [&](std::uint64_t rank) { return edge(lengths.bin_of_rank(rank)); },
      [&](std::uint64_t rank) { return edge(lengths.bin_of_rank(rank) + 1); });
}

PERJOULE_INLINE Latency latency(std::vector<double> lengths) {
  std::sort(lengths.begin(), lengths.end());
  const auto at = [&](std::uint64_t rank) { return lengths[static_cast<std::size_t>(rank - 1)]; };
  return latency(lengths.size(), at, at);
}

}  // namespace perjoule::inline v0::detail
