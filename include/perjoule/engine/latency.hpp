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

/// How long a share of all calls took at the most.
struct Percentile {
  double share = 0.0;                  ///< 0.99 for p99. @unit a share of 1
  Seconds value{detail::quiet_nan()};  ///< missing where there were too few calls to tell
  Interval<Seconds> interval = {};
};

/// How long single calls took.
struct Latency {
  std::uint64_t calls = 0;  ///< those that were timed. @unit none
  Percentile percentiles[3] = {{0.5}, {0.9}, {0.99}};
};

namespace detail {

/// The percentiles of lengths in a histogram.
/// @param tick  how long one of its units is
/// @error intervals go to the outer ends of bins, which are 1.6 % wide
[[nodiscard]] Latency latency(const Histogram& lengths, Seconds tick);

/// The percentiles of lengths that are known one by one.
/// @unit  s
/// @shape lengths: [calls], in any order
[[nodiscard]] Latency latency(std::vector<double> lengths);

}  // namespace detail

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/engine/latency-inl.hpp"
#endif
