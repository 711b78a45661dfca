// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/buffer.hpp"
#include "perjoule/core/config.hpp"
#include "perjoule/core/line.hpp"
#include "perjoule/core/missing.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/counters/event_source.hpp"
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
[[nodiscard]] CountedEvent counted_event(const Event& event, View<double> per_item, double share,
                                         double items);

}  // namespace detail

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/counters/event_use-inl.hpp"
#endif
