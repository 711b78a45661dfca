// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/counters/event_counting.hpp"
#include "perjoule/counters/event_source.hpp"
#include "perjoule/engine/pass_loop.hpp"
#include "perjoule/engine/system_load.hpp"
#include "perjoule/engine/window_runner.hpp"
#include "perjoule/memory/heap.hpp"
#include "perjoule/memory/heap_usage.hpp"
#include "perjoule/meters/meter.hpp"
#include "perjoule/units/quantity.hpp"

namespace perjoule::inline v0::detail {

/// Checks whether the hook sees an allocation made by the C library. It does not if another
/// allocator takes precedence.
[[nodiscard]] bool hook_is_working(HeapCounter& counting) noexcept;

/// Runs each input once more, one pass at a time, until `most` has passed. Passes run singly
/// because a peak belongs to one pass; with k callers, k passes run at once.
/// @param begin, end  called before and after each pass; end() returns false to stop early
template <class Begin, class End>
[[nodiscard]] std::size_t run_one_by_one(AnyMeter& clock, const Workload& workload, Seconds most,
                                         Begin&& begin, End&& end) {
  const std::size_t items = workload.order.size();
  const Instant deadline = clock.now() + most;
  std::size_t place = 0;
  std::size_t passes = 0;
  bool goes_on = true;
  do {
    workload.prepare(place, workload.callers);
    begin();
    workload.run(place, workload.callers);
    goes_on = end();
    passes += workload.callers;
    place = (place + workload.callers) % items;
  } while (goes_on && passes < items && clock.now() < deadline);
  return passes;
}

/// Counts the allocations that passes make.
[[nodiscard]] HeapUsage measure_allocations(AnyMeter& clock, const Workload& workload,
                                            HeapCounter& counting, Seconds most);

/// Measures how far the resident set grows in a pass.
/// @error a rectangular distribution with half-width rss_accounting_lag()
[[nodiscard]] HeapUsage measure_resident_growth(AnyMeter& clock, const Workload& workload,
                                                Seconds most);

/// Counts the allocations that passes make if this program has the hook for it.
/// @param falls_back  whether to measure the resident set otherwise
[[nodiscard]] HeapUsage measure_heap_usage(AnyMeter& clock, const Workload& workload, Seconds most,
                                           bool falls_back);

/// Adds up the events of stretches of passes.
class EventAccumulator {
 public:
  /// @param items  number of items in the stretch
  void add(const EventSourceDescription& source, std::size_t set, const EventBaseline& before,
           const EventReading& after, double items);

  /// @param why_none  for each set, the reason to give if it has no stretch
  [[nodiscard]] EventCounts to_event_counts(const EventSourceDescription& source,
                                            View<std::string_view> why_none) const;

 private:
  struct Sum {
    std::vector<double> per_item;  ///< one value per stretch
    double share = 0.0;            ///< fraction of the time in which the event was counted, summed
    double items = 0.0;
  };
  std::vector<Sum> sums_;  ///< one per event
};

/// Closes a source at the end of a scope, even if the model throws.
class EventSourceGuard {
 public:
  explicit EventSourceGuard(EventSourceRef source) noexcept : source_(source) {}
  EventSourceGuard(const EventSourceGuard&) = delete;
  EventSourceGuard& operator=(const EventSourceGuard&) = delete;
  ~EventSourceGuard() { source_.close(); }

 private:
  EventSourceRef source_;
};

/// Counts a set of events in stretches of `passes` passes, until the time is over. Runs at least
/// two stretches, since a single one has no scatter. Returns false if the set cannot be opened.
[[nodiscard]] bool count_set(AnyMeter& clock, WindowRunner& runner, EventSourceRef source,
                             std::size_t set, std::size_t passes, Seconds most,
                             std::size_t stretches, EventAccumulator& table);

/// Runs further passes while events are counted: one set after another, each for the same time.
[[nodiscard]] EventCounts count_events(AnyMeter& clock, const Workload& workload,
                                       EventSourceRef source, Seconds most,
                                       const SystemFiles& files);

}  // namespace perjoule::inline v0::detail

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/engine/counted_passes-inl.hpp"
#endif
