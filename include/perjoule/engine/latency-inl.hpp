// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/engine/latency.hpp"
#include "perjoule/stats/sort.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE Latency latency(const Histogram& lengths, Seconds tick) {
  const auto edge = [&](std::size_t bin) {
    return static_cast<double>(Histogram::least_in(bin)) * tick.si();
  };
  return latency(
      lengths.size(), [&](std::uint64_t rank) { return edge(lengths.bin_at(rank)); },
      [&](std::uint64_t rank) { return edge(lengths.bin_at(rank) + 1); });
}

PERJOULE_INLINE Latency latency(double* lengths, std::size_t calls) {
  sort(lengths, calls);
  const auto at = [&](std::uint64_t rank) { return lengths[static_cast<std::size_t>(rank - 1)]; };
  return latency(calls, at, at);
}

}  // namespace perjoule::inline v0::detail
