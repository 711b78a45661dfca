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

/// Whether the hook sees an allocation of the C library: it does not where another allocator comes
/// before it.
[[nodiscard]] bool hook_is_working(HeapCounter& counting) noexcept;

/// Runs each input once more, until so much time has passed: one pass at a time, since a peak is
/// that of a pass; with k callers k passes at once.
/// @param begin, end  called before and after each; end() is false where no further one makes sense
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

/// Counts what passes ask of the allocator.
[[nodiscard]] HeapUsage measure_allocations(AnyMeter& clock, const Workload& workload,
                                            HeapCounter& counting, Seconds most);

/// Measures how far the resident set grows in a pass.
/// @error the ends of a rectangle of rss_accounting_lag()
[[nodiscard]] HeapUsage measure_resident_growth(AnyMeter& clock, const Workload& workload,
                                                Seconds most);

/// Counts what passes ask of the allocator, where this program has the hook for it.
/// @param falls_back  whether the resident set is measured elsewhere
[[nodiscard]] HeapUsage measure_heap_usage(AnyMeter& clock, const Workload& workload, Seconds most,
                                           bool falls_back);

/// Adds up the events of stretches of passes.
class EventAccumulator {
 public:
  /// @param items  in the stretch
  void add(const EventSourceDescription& source, std::size_t set, const EventBaseline& before,
           const EventReading& after, double items);

  /// @param why_none  of each set: why it may have no stretch
  [[nodiscard]] EventCounts to_event_counts(const EventSourceDescription& source,
                                            View<std::string_view> why_none) const;

 private:
  struct Sum {
    std::vector<double> per_item;  ///< of each stretch
    double share = 0.0;            ///< of the time in which it was counted
    double items = 0.0;
  };
  std::vector<Sum> sums_;  ///< of each event
};

/// Closes a source at the end of a scope, whatever the model throws.
class EventSourceGuard {
 public:
  explicit EventSourceGuard(EventSourceRef source) noexcept : source_(source) {}
  EventSourceGuard(const EventSourceGuard&) = delete;
  EventSourceGuard& operator=(const EventSourceGuard&) = delete;
  ~EventSourceGuard() { source_.close(); }

 private:
  EventSourceRef source_;
};

/// Counts a set of events in stretches of so many passes, until the time is over; in two at the
/// least, since one has no scatter. False where the set can't be opened.
[[nodiscard]] bool count_set(AnyMeter& clock, WindowRunner& runner, EventSourceRef source,
                             std::size_t set, std::size_t passes, Seconds most,
                             std::size_t stretches, EventAccumulator& table);

/// Runs passes once more while events are counted: one set after the other, each for as long.
[[nodiscard]] EventCounts count_events(AnyMeter& clock, const Workload& workload,
                                       EventSourceRef source, Seconds most,
                                       const SystemFiles& files);

}  // namespace perjoule::inline v0::detail

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/engine/counted_passes-inl.hpp"
#endif
