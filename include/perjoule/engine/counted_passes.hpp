// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>

#include "perjoule/core/buffer.hpp"
#include "perjoule/core/config.hpp"
#include "perjoule/counters/event_source.hpp"
#include "perjoule/engine/forward_pass.hpp"
#include "perjoule/engine/system_load.hpp"
#include "perjoule/engine/window_runner.hpp"
#include "perjoule/memory/heap.hpp"
#include "perjoule/meters/meter.hpp"
#include "perjoule/units/quantity.hpp"

namespace perjoule::inline v0::detail {

/// Whether the C library's own allocations are counted: they are not where another allocator comes
/// before the hook.
[[nodiscard]] bool hook_is_working(HeapCounter& counting) noexcept;

/// Runs each input once more until so much time is over. One pass at a time, for a peak is that of
/// a pass; of k callers k passes at once.
/// @param begin, end  what is done round each; end() is false where no further one makes sense
template <class Begin, class End>
[[nodiscard]] std::size_t run_one_by_one(AnyMeter& clock, const PassBatch& batch, Seconds most,
                                         Begin&& begin, End&& end) {
  const std::size_t items = batch.order.size();
  const Instant deadline = clock.now() + most;
  std::size_t place = 0;
  std::size_t passes = 0;
  bool goes_on = true;
  do {
    if (batch.prepare != nullptr) {
      batch.prepare(batch.model, batch.order.data(), items, place, batch.callers);
    }
    begin();
    batch.run(batch.model, batch.order.data(), items, place, batch.callers);
    goes_on = end();
    passes += batch.callers;
    place = (place + batch.callers) % items;
  } while (goes_on && passes < items && clock.now() < deadline);
  return passes;
}

/// What passes ask of the allocator, which is counted.
[[nodiscard]] HeapUsage measure_allocations(AnyMeter& clock, const PassBatch& batch,
                                            HeapCounter& counting, Seconds most);

/// How far the resident set grows in a pass.
/// @error the ends of a rectangle of rss_accounting_lag()
[[nodiscard]] HeapUsage measure_resident_growth(AnyMeter& clock, const PassBatch& batch,
                                                Seconds most);

/// Of the allocator where it is counted in this program.
/// @param falls_back  to the resident set elsewhere
[[nodiscard]] HeapUsage measure_heap_usage(AnyMeter& clock, const PassBatch& batch, Seconds most,
                                           bool falls_back);

/// What each stretch of passes left of each event.
struct EventAccumulator {
  Buffer<double> per_item[max_events];
  double share[max_events] = {};
  double items[max_events] = {};

  void add(const EventSourceDescription& source, std::size_t set, const EventBaseline& before,
           const EventReading& after, double of_items);

  /// @param why_none  of each set: why it has not one stretch
  [[nodiscard]] EventCounts to_event_counts(const EventSourceDescription& source,
                                            const char* const* why_none) const;
};

/// Closes what is open, whatever the model throws.
class EventSourceGuard {
 public:
  explicit EventSourceGuard(EventSourceRef source) noexcept : source_(source) {}
  EventSourceGuard(const EventSourceGuard&) = delete;
  EventSourceGuard& operator=(const EventSourceGuard&) = delete;
  ~EventSourceGuard() { source_.close(); }

 private:
  EventSourceRef source_;
};

/// Counts a set in stretches of so many passes, until the time is over; two at the least, for one
/// has no scatter. False where it can't be opened.
[[nodiscard]] bool count_set(AnyMeter& clock, WindowRunner& runner, EventSourceRef source,
                             std::size_t set, std::size_t passes, Seconds most,
                             std::size_t stretches, EventAccumulator& table);

/// Runs passes once more while events are counted: a set after the other, for as long each.
[[nodiscard]] EventCounts count_events(AnyMeter& clock, const PassBatch& batch,
                                       EventSourceRef source, Seconds most,
                                       const SystemFiles& files);

}  // namespace perjoule::inline v0::detail

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/engine/counted_passes-inl.hpp"
#endif
