// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/counters/event_source.hpp"

namespace perjoule::inline v0::detail {

/// The start of a stretch, with the counts that a reading itself adds to each event.
struct EventBaseline {
  EventBaseline() = default;
  explicit EventBaseline(const EventSourceDescription& source);

  EventReading at;
  std::vector<double> cost;  ///< one per event. @unit counts
  EventReading first_trial;  ///< for the readings that determine the cost
  EventReading second_trial;
};

/// Reads the counts at the start of a stretch. Two readings before it, one right after the other,
/// determine the cost of a reading: it takes instructions, and no page fault.
[[nodiscard]] bool read_event_baseline(EventSourceRef source, EventBaseline& baseline) noexcept;

/// The count of an event between two readings.
struct ScaledCount {
  double count = quiet_nan();  ///< scaled to the whole time. @unit the unit of the event
  double share = 1.0;          ///< part of the time in which it was counted. @unit a share of 1
};

/// Returns the count of an event, without the cost of a reading. A hardware event that had a
/// register for part of the time is assumed to go on at the same rate in the rest. An event that
/// never had one is missing. The cost of a reading varies, so a count of few events may be below 0.
/// @source perf_event_open(2), PERF_FORMAT_TOTAL_TIME_RUNNING
[[nodiscard]] ScaledCount scaled_count(const Event& event, const EventBaseline& baseline,
                                       const EventReading& after, std::size_t i) noexcept;

/// Returns the mean over stretches of passes.
/// @param per_item  one value per stretch; not finite if it could not be counted
/// @param share     part of the time in which the event was counted
/// @param items     number of items in a stretch
/// @unit  the unit of the event, per item; share: a share of 1
/// @error random as in mean_of_windows. An event that came less than once per stretch may have come
///        once more or less in each, since no occurrence of a rare event does not mean a rate of
///        exactly 0. common: in the part of the time in which the event was not counted, its rate
///        may have differed as much as that of one stretch from another
/// @source docs/reference/formulas.md#events
[[nodiscard]] CountedEvent counted_event(const Event& event, View<double> per_item, double share,
                                         double items);

}  // namespace perjoule::inline v0::detail

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/counters/event_counting-inl.hpp"
#endif
