// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string.h>

#include <cstddef>

#include "perjoule/core/buffer.hpp"
#include "perjoule/core/config.hpp"
#include "perjoule/core/few.hpp"
#include "perjoule/core/line.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/counters/event_source.hpp"
#include "perjoule/footprint/footprint.hpp"
#include "perjoule/record/entry.hpp"
#include "perjoule/report/table.hpp"
#include "perjoule/units/estimate.hpp"

namespace perjoule::inline v0 {

namespace detail {

/// An event, or a figure that follows from some: a row of their table.
struct EventRow {
  const char* name;  ///< borrowed of an entry
  const char* unit;

  [[nodiscard]] IntervalEstimate of(const Entry& entry) const noexcept {
    for (const CountedEvent& counted : entry.events.events) {
      if (counted.event.name == name) return with_interval(counted.per_item);
    }
    for (const DerivedMetric& figure : entry.derived_metrics) {
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
[[nodiscard]] Buffer<text::Long> missing_events(const EventCounts& use);

}  // namespace detail

/// Events of a pass's items and what follows from them: a row each, a column an entry. Why one is
/// missing stands below.
/// @param item  what an item is here
[[nodiscard]] Table event_table(Entries entries, const char* item = "item");

namespace detail {

/// The first file of a role, the second: so two models' weights stand side by side, whatever their
/// files are called.
struct FileRow {
  text::Short role;
  std::size_t place = 0;  ///< among the files of its role

  [[nodiscard]] IntervalEstimate of(const Entry& entry) const noexcept {
    std::size_t before = 0;
    for (const ModelFile& file : entry.footprint.files) {
      if (file.role == role && before++ == place)
        return with_interval(strip_unit(exact(file.bytes)));
    }
    return {};
  }
};

/// Each once, in the order of the first entry that has it.
[[nodiscard]] Buffer<FileRow> file_rows(Entries entries);

/// What an entry has beside its files.
struct FootprintRow {
  const char* head;
  IntervalEstimate number;
};
inline constexpr std::size_t footprint_row_count = 8;

/// Those of an entry, of which the heads are the same for all.
[[nodiscard]] Few<FootprintRow, footprint_row_count> footprint_rows(const Entry& entry);

/// What was counted stands to its last digit, so that a reader can add it up.
[[nodiscard]] text::Name exact_cell(const IntervalEstimate& number) noexcept;

}  // namespace detail

/// Every byte that a model has: a row each, a column an entry. Files add up to what is stored in
/// all. What nobody counted is n/a.
[[nodiscard]] Table footprint_table(Entries entries);

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/report/detail_tables-inl.hpp"
#endif
