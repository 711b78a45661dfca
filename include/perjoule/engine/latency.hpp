// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstdint>

#include "perjoule/core/config.hpp"
#include "perjoule/stats/histogram.hpp"
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

/// @param tick  how long a tick is, that the lengths are counted in
/// @error order statistics, to the outer ends of bins of 1.6 %; missing below 7, 44 and 459 calls
/// @source MLPerf inference rules, early stopping
[[nodiscard]] PERJOULE_COLD inline Latency latency(const Histogram& lengths, Seconds tick) {
  Latency latency;
  latency.calls = lengths.size();
  for (Percentile& percentile : latency.percentiles) {
    const Quantile found = quantile(lengths, percentile.share);
    if (!found.interval.is_known()) continue;
    percentile.value = tick * found.value;
    percentile.interval = {tick * found.interval.low, tick * found.interval.high,
                           found.interval.level, found.interval.method};
  }
  return latency;
}

}  // namespace detail

}  // namespace perjoule::inline v0
