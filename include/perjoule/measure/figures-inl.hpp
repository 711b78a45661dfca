// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstdint>

#include "perjoule/core/config.hpp"
#include "perjoule/core/file.hpp"
#include "perjoule/core/line.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/measure/figures.hpp"
#include "perjoule/stats/confidence.hpp"
#include "perjoule/stats/propagate.hpp"
#include "perjoule/stats/ratio.hpp"
#include "perjoule/units/interval.hpp"
#include "perjoule/units/provenance.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE Estimate<double> count_of(const EventUse& events, EventKind kind) noexcept {
  if (events.extent == "calling thread") return {};
  for (const CountedEvent& counted : events.events) {
    if (counted.event.kind == kind && counted.per_item.is_known()) return counted.per_item;
  }
  return {};
}

PERJOULE_INLINE Estimate<double> operations(const EventUse& events) noexcept {
  const Estimate<double> both = count_of(events, EventKind::operations);
  if (both.is_known()) return both;
  return total(count_of(events, EventKind::single_operations),
               count_of(events, EventKind::double_operations));
}

PERJOULE_INLINE double cache_line(const char* root) noexcept {
  char content[64];
  const text::Long path =
      text::format("%s/sys/devices/system/cpu/cpu0/cache/index0/coherency_line_size", root);
  std::uint64_t bytes = 0;
  const bool is_read = read_small_file(path.chars, content, sizeof content) > 0 &&
                       text::read_integer(content, bytes) && bytes != 0;
  return is_read ? static_cast<double>(bytes) : 64.0;
}

PERJOULE_INLINE Estimate<double> bytes_moved(const EventUse& events) noexcept {
  Estimate<double> moved = count_of(events, EventKind::last_level_misses);
  if (!moved.is_known()) return {};
  const double line = cache_line();
  moved.value *= line;
  moved.random *= line;
  moved.common *= line;
  moved.provenance = worst(moved.provenance, Provenance::estimated);
  return moved;
}

PERJOULE_INLINE void add_figures(Entry& entry) {
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
