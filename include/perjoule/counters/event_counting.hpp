// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/counters/event_source.hpp"

namespace perjoule::inline v0::detail {

/// Where a stretch begins, with what a reading itself adds to each count there.
struct EventBaseline {
  EventBaseline() = default;
  explicit EventBaseline(const EventSourceDescription& source);

  EventReading at;
  std::vector<double> cost;  ///< of each event. @unit counts
  EventReading first_trial;  ///< room for the readings that tell the cost
  EventReading second_trial;
};

/// Reads where a stretch begins. Two readings before it, one right behind the other, tell what one
/// costs: instructions, and no page fault.
[[nodiscard]] bool read_event_baseline(EventSourceRef source, EventBaseline& baseline) noexcept;

/// An event between two readings.
struct ScaledCount {
  double count = quiet_nan();  ///< scaled up to all of the time. @unit that of the event
  double share = 1.0;          ///< of the time, in which it was counted. @unit a share of 1
};

/// A hardware event that had a register for a part of the time is taken to go on at the same rate
/// in the rest; one that never had one is missing. The cost of a reading is taken off, and differs
/// from one to the next: of few events less than none may be left.
/// @source perf_event_open(2), PERF_FORMAT_TOTAL_TIME_RUNNING
[[nodiscard]] ScaledCount scaled_count(const Event& event, const EventBaseline& baseline,
                                       const EventReading& after, std::size_t i) noexcept;

/// The mean over stretches of passes.
/// @param per_item  of each stretch; not finite where it could not be counted
/// @param share     of the time, in which it was counted
/// @param items     of a stretch
/// @unit  that of the event, of an item; share: a share of 1
/// @error random as in mean_of_windows, where an event that came less than once a stretch may have
///        come once more or less in each, for none of a rare kind is no rate of exactly 0; common:
///        in the part of the time in which nobody counted it may have gone as differently as one
///        stretch from another
/// @source docs/reference/formulas.md#events
[[nodiscard]] CountedEvent counted_event(const Event& event, View<double> per_item, double share,
                                         double items);

}  // namespace perjoule::inline v0::detail

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/counters/event_counting-inl.hpp"
#endif
