// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/core/few.hpp"
#include "perjoule/core/math.hpp"
#include "perjoule/counters/event_source.hpp"
#include "perjoule/engine/measure_options.hpp"
#include "perjoule/footprint/footprint.hpp"
#include "perjoule/record/entry.hpp"
#include "perjoule/units/estimate.hpp"
#include "perjoule/units/quantity.hpp"

namespace perjoule::inline v0::detail {

/// Of an item; missing where no event of that kind was counted, and where they are of one thread
/// alone, for energy, time and skill are of all.
[[nodiscard]] Estimate<double> count_of(const EventCounts& events, EventKind kind) noexcept;

/// Operations on floating-point numbers, of an item: the event of both precisions where it was
/// counted, else the sum of both. Those of one are not their number.
[[nodiscard]] Estimate<double> floating_point_operations(const EventCounts& events) noexcept;

/// Lines of the first CPU's caches.
/// @unit   B; 64 where the system does not tell, as on all of x86
/// @source Documentation/ABI/testing/sysfs-devices-system-cpu, cache/index*/coherency_line_size
[[nodiscard]] double cache_line_size(const char* root = "") noexcept;

/// Lines that loads had to wait for: without what is fetched before it is asked for, and without
/// what goes back to memory. So it is a lower bound, and estimated.
/// @unit B, of an item
[[nodiscard]] Estimate<double> bytes_moved(const EventCounts& events) noexcept;

/// What follows from the events of an entry, as far as they were counted.
/// @source docs/reference/formulas.md#events
void add_derived_metrics(Entry& entry);

/// What others drew is in the sum, and nobody can tell how much: up to about twice their part of
/// the CPU time, taken as a standard uncertainty of that part.
template <class Q>
void widen(Estimate<Q>& energy, double others_cpu_share) noexcept {
  if (!energy.is_known()) return;
  energy.common =
      Q(math::root_sum_square(energy.common.si(), energy.value.si() * others_cpu_share));
}

/// From the windows of an entry to its time and energy per item.
/// @error docs/reference/formulas.md#from-windows-to-an-item
void summarize_windows(Entry& entry);

/// The scores of each metric of an entry.
void add_scores(Entry& entry);

/// The files of a plan, weights first. One that is named twice would count twice.
[[nodiscard]] Few<NamedFile, max_files> files_of(const MeasureOptions& plan);

/// A number that is 0 where nobody gave it.
template <class Q>
[[nodiscard]] Estimate<Q> if_given(Q number) noexcept {
  return number > Q{0.0} ? exact(number) : Estimate<Q>{};
}

/// What a plan says of a model's bytes, and what the disk says of its files.
/// @throws Error for a file that can't be read
[[nodiscard]] Footprint measure_footprint(const MeasureOptions& plan);

}  // namespace perjoule::inline v0::detail

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/measure/summarize-inl.hpp"
#endif
