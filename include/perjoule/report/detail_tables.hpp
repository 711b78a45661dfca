// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/counters/event_source.hpp"
#include "perjoule/footprint/footprint.hpp"
#include "perjoule/record/entry.hpp"
#include "perjoule/report/table.hpp"
#include "perjoule/units/estimate.hpp"

namespace perjoule::inline v0 {

namespace detail {

/// A row of the table of events: an event, or a metric that is derived from some.
struct EventRow {
  std::string name;
  std::string unit;

  [[nodiscard]] IntervalEstimate of(const Entry& entry) const noexcept;
};

/// Adds a row, unless there is one of that name.
void add_row(std::vector<EventRow>& rows, const std::string& name, const std::string& unit);

/// Events, then derived metrics: each once, in the order in which entries have them.
[[nodiscard]] std::vector<EventRow> event_rows(Entries entries);

/// The prefix of the row's largest number; none if it has no unit.
[[nodiscard]] text::Prefix prefix_of(const EventRow& row, Entries entries) noexcept;

/// Whether this is a number of events that was the same every time: then all its digits are exact.
[[nodiscard]] bool is_count(const Estimate<double>& estimate,
                            const Interval<double>& interval) noexcept;

/// Why events are missing, a sentence for each reason: "no instructions, cycles: ...".
[[nodiscard]] std::vector<std::string> missing_events(const EventCounts& use);

}  // namespace detail

/// The events of an item and what is derived from them: a row each, and a column for each entry.
/// The reasons of missing ones stand below.
/// @param item  what an item is called
[[nodiscard]] Table event_table(Entries entries, std::string_view item = "item");

namespace detail {

/// A row of the table of bytes: the n-th file of a role, so that two models' weights stand side by
/// side whatever their files are called.
struct FileRow {
  std::string role;
  std::size_t place = 0;  ///< among the files of its role, from 0

  [[nodiscard]] IntervalEstimate of(const Entry& entry) const noexcept;
};

/// Each once, in the order in which entries have them.
[[nodiscard]] std::vector<FileRow> file_rows(Entries entries);

/// A number that an entry has besides its files.
struct FootprintRow {
  std::string_view head;
  IntervalEstimate number;
};

/// The rows of an entry; their heads are the same for all entries.
[[nodiscard]] std::vector<FootprintRow> footprint_rows(const Entry& entry);

/// A cell that shows counted numbers to the last digit, so that a reader can add them up.
[[nodiscard]] std::string exact_cell(const IntervalEstimate& number);

}  // namespace detail

/// Every byte of a model: a row each, and a column for each entry. The files add up to the row
/// "stored in all". What nobody counted is n/a.
[[nodiscard]] Table footprint_table(Entries entries);

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/report/detail_tables-inl.hpp"
#endif
