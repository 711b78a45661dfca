// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string.h>

#include "perjoule/core/buffer.hpp"
#include "perjoule/core/config.hpp"
#include "perjoule/core/line.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/counters/event_use.hpp"
#include "perjoule/record/entry.hpp"
#include "perjoule/report/table.hpp"
#include "perjoule/units/estimate.hpp"
#include "perjoule/units/interval.hpp"

namespace perjoule::inline v0 {

namespace detail {

/// An event, or a figure that follows from some: a row of their table.
struct EventRow {
  const char* name;  ///< borrowed of an entry
  const char* unit;

  [[nodiscard]] Number of(const Entry& entry) const noexcept {
    for (const CountedEvent& counted : entry.events.events) {
      if (counted.event.name == name) return with_interval(counted.per_item);
    }
    for (const Figure& figure : entry.figures) {
      if (strcmp(figure.name, name) == 0) return {figure.value, figure.interval};
    }
    return {};
  }
};

void add_row(Buffer<EventRow>& rows, const EventRow& row);

/// Each once, in the order of the first entry that has it: events, then figures.
[[nodiscard]] Buffer<EventRow> event_rows(Entries entries);

/// The prefix of the row's largest number; none where it has no unit.
[[nodiscard]] text::Prefix prefix_of(const EventRow& row, Entries entries) noexcept;

/// Whether it is a number of events that was the same each time: all of its digits were counted.
[[nodiscard]] bool is_count(const Estimate<double>& estimate,
                            const Interval<double>& interval) noexcept;

/// Why events are missing, those of one reason together: "no instructions, cycles: ...".
[[nodiscard]] Buffer<text::Long> missing_events(const EventUse& use);

}  // namespace detail

/// Events of a pass's items and what follows from them: a row each, a column an entry. Why one is
/// missing stands below.
/// @param item  what an item is here
[[nodiscard]] Table event_table(Entries entries, const char* item = "item");

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/report/event_table-inl.hpp"
#endif
