// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/counters/event_source.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE bool read_beginning(EventSourceRef source, EventBeginning& beginning) noexcept {
  EventReading first;
  EventReading second;
  if (!source.read(first) || !source.read(second) || !source.read(beginning.at)) return false;
  const EventSourceDescription& description = source.description();
  for (std::size_t i = 0; i < description.events.size(); ++i) {
    const bool has_cost = description.events[i].is_hardware && second.counts[i] >= first.counts[i];
    beginning.cost[i] = has_cost ? static_cast<double>(second.counts[i] - first.counts[i]) : 0.0;
  }
  return true;
}

PERJOULE_INLINE EventCount count_between(const Event& event, const EventBeginning& beginning,
                                         const EventReading& after, std::size_t i) noexcept {
  const EventReading& before = beginning.at;
  EventCount found;
  if (after.counts[i] < before.counts[i]) return found;
  const double count =
      (static_cast<double>(after.counts[i] - before.counts[i]) - beginning.cost[i]) *
      event.per_count;
  if (!event.is_hardware) {
    found.count = count;
    return found;
  }
  const std::uint64_t enabled = after.enabled[i] - before.enabled[i];
  const std::uint64_t running = after.running[i] - before.running[i];
  found.share = enabled == 0 ? 0.0 : static_cast<double>(running) / static_cast<double>(enabled);
  if (running != 0) found.count = count / found.share;
  return found;
}

}  // namespace perjoule::inline v0::detail
