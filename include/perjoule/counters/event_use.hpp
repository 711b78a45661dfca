// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>

#include "perjoule/core/buffer.hpp"
#include "perjoule/core/config.hpp"
#include "perjoule/core/line.hpp"
#include "perjoule/core/missing.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/counters/event_source.hpp"
#include "perjoule/stats/mean_of_windows.hpp"
#include "perjoule/stats/summary.hpp"
#include "perjoule/units/estimate.hpp"

namespace perjoule::inline v0 {

/// An event with what came of it.
struct CountedEvent {
  Event event;                ///< why it is missing stands there
  Estimate<double> per_item;  ///< @unit that of the event, of an item
  /// Below 1 it had no register all of the time: then it is estimated, and not measured.
  /// @unit a share of 1
  double share = detail::no_number();
};

/// The events of a model, in passes of their own that are not timed.
struct EventUse {
  text::Short source;  ///< "kernel", "papi"; empty: nothing was asked for
  text::Short extent;  ///< whose events: "process"
  Buffer<CountedEvent> events;
};

namespace detail {

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
[[nodiscard]] PERJOULE_COLD inline CountedEvent counted_event(const Event& event,
                                                              View<double> per_item, double share,
                                                              double items) {
  CountedEvent counted;
  counted.event = event;
  if (!event.why_missing.empty()) return counted;
  Buffer<double> known;
  bool has_moved = !event.is_hardware;
  for (const double value : per_item) {
    if (is_finite(value)) known.push_back(value);
    has_moved = has_moved || (is_finite(value) && value != 0.0);
  }
  if (known.empty()) {
    counted.event.why_missing =
        "it never had a register of the processor: stop other programs that count, or ask for "
        "fewer events";
    return counted;
  }
  if (!has_moved) {
    counted.event.why_missing =
        "suspect: the counter never moved, as those do that this processor does not have";
    return counted;
  }
  counted.share = share;
  const double one = event.per_count / items;
  const bool is_rare = summarize(known).mean < one;
  counted.per_item = mean_of_windows(known, is_rare ? one : 0.0, Provenance::measured);
  if (share < 1.0) {
    counted.per_item.provenance = Provenance::estimated;
    const double scatter = summarize(known).standard_deviation;
    const double unknown = known.size() > 1 ? scatter : counted.per_item.value;
    counted.per_item.common = (1.0 - share) * unknown;
  }
  return counted;
}

}  // namespace detail

}  // namespace perjoule::inline v0
