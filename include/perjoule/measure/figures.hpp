// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/counters/event_source.hpp"
#include "perjoule/counters/event_use.hpp"
#include "perjoule/record/entry.hpp"
#include "perjoule/units/estimate.hpp"

namespace perjoule::inline v0::detail {

/// Of an item; missing where no event of that kind was counted, and where they are of one thread
/// alone, for energy, time and skill are of all.
[[nodiscard]] Estimate<double> count_of(const EventUse& events, EventKind kind) noexcept;

/// Operations on floating-point numbers, of an item: the event of both precisions where it was
/// counted, else the sum of both. Those of one are not their number.
[[nodiscard]] Estimate<double> operations(const EventUse& events) noexcept;

/// Lines of the first CPU's caches.
/// @unit   B; 64 where the system does not tell, as on all of x86
/// @source Documentation/ABI/testing/sysfs-devices-system-cpu, cache/index*/coherency_line_size
[[nodiscard]] double cache_line(const char* root = "") noexcept;

/// Lines that loads had to wait for: without what is fetched before it is asked for, and without
/// what goes back to memory. So it is a lower bound, and estimated.
/// @unit B, of an item
[[nodiscard]] Estimate<double> bytes_moved(const EventUse& events) noexcept;

/// What follows from the events of an entry, as far as they were counted.
/// @source docs/reference/formulas.md#events
void add_figures(Entry& entry);

}  // namespace perjoule::inline v0::detail

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/measure/figures-inl.hpp"
#endif
