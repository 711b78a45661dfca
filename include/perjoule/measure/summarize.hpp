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

/// Returns the count of a kind of event, per item. It is missing if no such event was counted, and
/// if events are those of one thread alone, since energy, time and skill are those of all threads.
[[nodiscard]] Estimate<double> count_of(const EventCounts& events, EventKind kind) noexcept;

/// Returns the number of floating-point operations per item: the event of both precisions if it was
/// counted, otherwise the sum of the two. The event of one precision alone is not enough.
[[nodiscard]] Estimate<double> floating_point_operations(const EventCounts& events) noexcept;

/// Returns the size of a line of the first CPU's caches.
/// @unit   B; 64 if the system does not tell, which is the size on all of x86
/// @source Documentation/ABI/testing/sysfs-devices-system-cpu, cache/index*/coherency_line_size
[[nodiscard]] double cache_line_size(const std::string& root = "");

/// Returns the bytes of the lines that loads had to wait for. Lines that were prefetched or written
/// back to memory are not counted, so this is a lower bound, and estimated.
/// @unit B, per item
[[nodiscard]] Estimate<double> bytes_moved(const EventCounts& events);

/// Adds the metrics that follow from the events of an entry, as far as they were counted.
/// @source docs/reference/formulas.md#events
void add_derived_metrics(Entry& entry);

/// Adds a share of an energy to its common uncertainty, in squares.
template <class Q>
void widen(Estimate<Q>& energy, double share) noexcept {
  if (!energy.is_known()) return;
  energy.common = Q(std::hypot(energy.common.si(), energy.value.si() * share));
}

/// Subtracts the time that timing a call takes. How much of it overlaps with the call itself is not
/// known, so all of it is added to the uncertainty.
void subtract_overhead(Estimate<SecondsPerItem>& time, Seconds cost) noexcept;

/// Computes time and energy per item from the windows of an entry.
/// @error docs/reference/formulas.md#from-windows-to-an-item
void summarize_windows(Entry& entry);

/// Adds the scores of each metric of an entry.
void add_scores(Entry& entry);

/// Returns the files of a plan, weights first.
/// @throws Error for a file without a role, and for a file that is named twice
[[nodiscard]] std::vector<NamedFile> files_of(const MeasureOptions& plan);

/// Returns a number, or a missing one if it is 0, which means that it was not given.
template <class Q>
[[nodiscard]] Estimate<Q> if_given(Q number) noexcept {
  return number > Q{0.0} ? exact(number) : Estimate<Q>{};
}

/// Returns the footprint of a model: the bytes that the plan gives, and the sizes of its files.
/// @throws as files_of(), and Error for a file that can't be read and for more non-zero parameters
///         than parameters
[[nodiscard]] Footprint measure_footprint(const MeasureOptions& plan, FileHashes& hashes);

}  // namespace perjoule::inline v0::detail

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/measure/summarize-inl.hpp"
#endif
