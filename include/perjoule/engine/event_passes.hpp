// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>

#include "perjoule/core/buffer.hpp"
#include "perjoule/core/config.hpp"
#include "perjoule/counters/event_source.hpp"
#include "perjoule/counters/event_use.hpp"
#include "perjoule/engine/forward_pass.hpp"
#include "perjoule/engine/neighbours.hpp"
#include "perjoule/engine/window_runner.hpp"
#include "perjoule/meters/any_meter.hpp"
#include "perjoule/units/names.hpp"

namespace perjoule::inline v0::detail {

/// What each stretch of passes left of each event.
struct EventTable {
  Buffer<double> per_item[max_events];
  double share[max_events] = {};
  double items[max_events] = {};

  void add(const EventSourceDescription& source, std::size_t set, const EventBeginning& before,
           const EventReading& after, double of_items);

  /// @param why_none  of each set: why it has not one stretch
  [[nodiscard]] EventUse use_of(const EventSourceDescription& source,
                                const char* const* why_none) const;
};

/// Closes what is open, whatever the model throws.
class ClosedAtTheEnd {
 public:
  explicit ClosedAtTheEnd(EventSourceRef source) noexcept : source_(source) {}
  ClosedAtTheEnd(const ClosedAtTheEnd&) = delete;
  ClosedAtTheEnd& operator=(const ClosedAtTheEnd&) = delete;
  ~ClosedAtTheEnd() { source_.close(); }

 private:
  EventSourceRef source_;
};

/// Counts a set in stretches of so many passes, until the time is over; two at the least, for one
/// has no scatter. False where it can't be opened.
[[nodiscard]] bool count_set(AnyMeter& clock, WindowRunner& runner, EventSourceRef source,
                             std::size_t set, std::size_t passes, Seconds most,
                             std::size_t stretches, EventTable& table);

/// Runs passes once more while events are counted: a set after the other, for as long each.
[[nodiscard]] EventUse events_of_passes(AnyMeter& clock, const PassBatch& batch,
                                        EventSourceRef source, Seconds most,
                                        const SystemFiles& files);

}  // namespace perjoule::inline v0::detail

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/engine/event_passes-inl.hpp"
#endif
