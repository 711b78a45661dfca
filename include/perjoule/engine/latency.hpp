// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstdint>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/units/estimate.hpp"
#include "perjoule/units/quantity.hpp"

namespace perjoule::inline v0 {

class Histogram;  // stats/histogram.hpp

/// The time within which a share of all calls finished.
struct Percentile {
  double share = 0.0;                  ///< 0.99 for p99. @unit a share of 1
  Seconds value{detail::quiet_nan()};  ///< missing if there were too few calls
  Interval<Seconds> interval = {};
};

/// Durations of single calls.
struct Latency {
  std::uint64_t calls = 0;  ///< number of timed calls. @unit none
  Percentile percentiles[3] = {{0.5}, {0.9}, {0.99}};
};

namespace detail {

/// Returns the percentiles of durations in a histogram.
/// @param tick  length of one of its units
/// @error intervals extend to the outer ends of bins, which are 1.6 % wide
[[nodiscard]] Latency latency(const Histogram& lengths, Seconds tick);

/// Returns the percentiles of durations that are known one by one.
/// @unit  s
/// @shape lengths: [calls], in any order
[[nodiscard]] Latency latency(std::vector<double> lengths);

}  // namespace detail

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/engine/latency-inl.hpp"
#endif
