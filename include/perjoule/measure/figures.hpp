// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstdint>

#include "perjoule/core/config.hpp"
#include "perjoule/core/file.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/counters/event_use.hpp"
#include "perjoule/record/entry.hpp"
#include "perjoule/stats/propagate.hpp"
#include "perjoule/stats/ratio.hpp"
#include "perjoule/units/estimate.hpp"

namespace perjoule::inline v0::detail {

/// Of an item; missing where no event of that kind was counted, and where they are of one thread
/// alone, for energy, time and skill are of all.
[[nodiscard]] PERJOULE_COLD inline Estimate<double> count_of(const EventUse& events,
                                                             EventKind kind) noexcept {
  if (events.extent == "calling thread") return {};
  for (const CountedEvent& counted : events.events) {
    if (counted.event.kind == kind && counted.per_item.is_known()) return counted.per_item;
  }
  return {};
}

/// Operations on floating-point numbers, of an item: the event of both precisions where it was
/// counted, else the sum of both. Those of one are not their number.
[[nodiscard]] PERJOULE_COLD inline Estimate<double> operations(const EventUse& events) noexcept {
  const Estimate<double> both = count_of(events, EventKind::operations);
  if (both.is_known()) return both;
  return total(count_of(events, EventKind::single_operations),
               count_of(events, EventKind::double_operations));
}

/// Lines of the first CPU's caches.
/// @unit   B; 64 where the system does not tell, as on all of x86
/// @source Documentation/ABI/testing/sysfs-devices-system-cpu, cache/index*/coherency_line_size
[[nodiscard]] PERJOULE_COLD inline double cache_line(const char* root = "") noexcept {
  char content[64];
  const text::Long path =
      text::format("%s/sys/devices/system/cpu/cpu0/cache/index0/coherency_line_size", root);
  std::uint64_t bytes = 0;
  const bool is_read = read_small_file(path.chars, content, sizeof content) > 0 &&
                       text::read_integer(content, bytes) && bytes != 0;
  return is_read ? static_cast<double>(bytes) : 64.0;
}

/// Lines that loads had to wait for: without what is fetched before it is asked for, and without
/// what goes back to memory. So it is a lower bound, and estimated.
/// @unit B, of an item
[[nodiscard]] PERJOULE_COLD inline Estimate<double> bytes_moved(const EventUse& events) noexcept {
  Estimate<double> moved = count_of(events, EventKind::last_level_misses);
  if (!moved.is_known()) return {};
  const double line = cache_line();
  moved.value *= line;
  moved.random *= line;
  moved.common *= line;
  moved.provenance = worst(moved.provenance, Provenance::estimated);
  return moved;
}

/// What follows from the events of an entry, as far as they were counted.
/// @source docs/reference/formulas.md#events
PERJOULE_COLD inline void add_figures(Entry& entry) {
  const EventUse& events = entry.events;
  const auto add = [&](const char* name, const char* unit, const char* formula,
                       const Estimate<double>& value, const Interval<double>& interval) {
    if (value.is_known()) entry.figures.push_back({name, unit, formula, value, interval});
  };
  const auto add_ratio = [&](const char* name, const char* unit, const char* formula,
                             const Estimate<double>& numerator,
                             const Estimate<double>& denominator) {
    const Ratio<double> found = ratio(numerator, denominator);
    add(name, unit, formula, found.estimate, found.interval);
  };
  const Estimate<double> instructions = count_of(events, EventKind::instructions);
  const Estimate<double> flop = operations(events);
  const Estimate<double> moved = bytes_moved(events);
  add_ratio("instructions_per_cycle", "", "instructions / cycles", instructions,
            count_of(events, EventKind::cycles));
  add_ratio("joules_per_instruction", "J", "energy / instructions", bare(entry.energy),
            instructions);
  add("flop_per_item", "1/item", "operations on floating-point numbers", flop, interval(flop));
  add_ratio("flop_per_second", "1/s", "operations / time", flop, bare(entry.wall_time));
  add("moved_b_per_item", "B/item", "misses of the last level * line, at least", moved,
      interval(moved));
  add_ratio("arithmetic_intensity", "1/B", "operations / bytes moved", flop, moved);
}

}  // namespace perjoule::inline v0::detail
