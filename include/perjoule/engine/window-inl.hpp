// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <algorithm>

#include "perjoule/core/config.hpp"
#include "perjoule/engine/window.hpp"

namespace perjoule::inline v0::detail {

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

namespace perjoule::inline v0 {

PERJOULE_INLINE void Samples::add(const Window& window) {
  const Estimate<Joules>& found = window.energy.energy;
  const bool known = found.is_known();
  const double row[columns] = {window.items.si(),
                               window.wall.si(),
                               window.cpu.si(),
                               known ? found.value.si() : detail::quiet_nan(),
                               known ? found.random.si() : detail::quiet_nan(),
                               known ? found.common.si() : detail::quiet_nan(),
                               window.interference.others_cpu.si(),
                               window.interference.steal.si(),
                               window.interference.temperature_c,
                               window.interference.frequency_hz,
                               window.clean.si(),
                               window.clean_items.si()};
  table.insert(table.end(), std::begin(row), std::end(row));
  if (known) return;
  ++dropped;
  why_dropped = window.energy.why_missing;
}

}  // namespace perjoule::inline v0
