// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cmath>
#include <string>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/core/math.hpp"
#include "perjoule/counters/event_source.hpp"
#include "perjoule/engine/measure_options.hpp"
#include "perjoule/footprint/footprint.hpp"
#include "perjoule/record/entry.hpp"
#include "perjoule/units/estimate.hpp"
#include "perjoule/units/quantity.hpp"

namespace perjoule::inline v0::detail {

/// The count of a kind of event, of an item. It is missing where no such event was counted, and
/// where events are those of one thread alone, since energy, time and skill are those of all.
[[nodiscard]] Estimate<double> count_of(const EventCounts& events, EventKind kind) noexcept;

/// The number of floating-point operations, of an item: the event of both precisions where it was
/// counted, else the sum of both. Those of one precision alone do not tell it.
[[nodiscard]] Estimate<double> floating_point_operations(const EventCounts& events) noexcept;

/// The size of a line of the first CPU's caches.
/// @unit   B; 64 where the system does not tell, as on all of x86
/// @source Documentation/ABI/testing/sysfs-devices-system-cpu, cache/index*/coherency_line_size
[[nodiscard]] double cache_line_size(const std::string& root = "");

/// The bytes of lines that loads had to wait for. What was prefetched and what went back to memory
/// is not in them, so this is a lower bound, and estimated.
/// @unit B, of an item
[[nodiscard]] Estimate<double> bytes_moved(const EventCounts& events);

/// Adds what follows from the events of an entry, as far as they were counted.
/// @source docs/reference/formulas.md#events
void add_derived_metrics(Entry& entry);

/// Widens the uncertainty of an energy that has that of other programs in it. Nobody can tell how
/// much that is: up to about twice their share of the CPU time, so their share is taken as a
/// standard uncertainty.
template <class Q>
void widen(Estimate<Q>& energy, double others_cpu_share) noexcept {
  if (!energy.is_known()) return;
  energy.common = Q(std::hypot(energy.common.si(), energy.value.si() * others_cpu_share));
}

/// Computes time and energy per item from the windows of an entry.
/// @error docs/reference/formulas.md#from-windows-to-an-item
void summarize_windows(Entry& entry);

/// Adds the scores of each metric of an entry.
void add_scores(Entry& entry);

/// The files of a plan, weights first.
/// @throws Error for a file without a role, or that is named twice
[[nodiscard]] std::vector<NamedFile> files_of(const MeasureOptions& plan);

/// A number that is missing where it is 0, which says that it was not given.
template <class Q>
[[nodiscard]] Estimate<Q> if_given(Q number) noexcept {
  return number > Q{0.0} ? exact(number) : Estimate<Q>{};
}

/// The bytes of a model: what the plan says of them, and how large its files are.
/// @throws Error for a file that can't be read
[[nodiscard]] Footprint measure_footprint(const MeasureOptions& plan);

}  // namespace perjoule::inline v0::detail

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/measure/summarize-inl.hpp"
#endif
