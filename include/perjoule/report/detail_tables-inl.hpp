// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstdint>

#include "perjoule/core/config.hpp"
#include "perjoule/core/file.hpp"
#include "perjoule/core/math.hpp"
#include "perjoule/report/detail_tables.hpp"
#include "perjoule/report/to_string.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE void add_row(Buffer<EventRow>& rows, const EventRow& row) {
  for (const EventRow& known : rows) {
    if (strcmp(known.name, row.name) == 0) return;
  }
  rows.push_back(row);
}

PERJOULE_INLINE Buffer<EventRow> event_rows(Entries entries) {
  Buffer<EventRow> rows;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    for (const CountedEvent& counted : entries[i].events.events) {
      add_row(rows, {counted.event.name.chars, counted.event.unit});
    }
  }
  for (std::size_t i = 0; i < entries.size(); ++i) {
    for (const DerivedMetric& figure : entries[i].derived_metrics)
      add_row(rows, {figure.name, figure.unit});
  }
  return rows;
}

PERJOULE_INLINE text::Prefix prefix_of(const EventRow& row, Entries entries) noexcept {
  double largest = 0.0;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const Estimate<double> estimate = row.of(entries[i]).estimate;
    if (estimate.is_known() && math::absolute(estimate.value) > largest) largest = estimate.value;
  }
  return strchr("sJ", *row.unit) != nullptr && *row.unit != '\0' ? text::prefix_of(largest)
                                                                 : text::Prefix{"", 1.0};
}

PERJOULE_INLINE bool is_count(const Estimate<double>& estimate,
                              const Interval<double>& interval) noexcept {
  constexpr double most = 1e15;  // as far as a double counts, and no digit is made up
  const double value = estimate.value;
  return estimate.is_known() && interval.method == IntervalMethod::exact && value >= 0.0 &&
         value < most && static_cast<double>(static_cast<std::uint64_t>(value)) == value;
}

PERJOULE_INLINE Buffer<text::Long> missing_events(const EventCounts& use) {
  Buffer<text::Long> sentences;
  for (const CountedEvent& first : use.events) {
    const text::Name& why = first.event.why_missing;
    if (why.empty()) continue;
    text::Long names;
    for (const CountedEvent& other : use.events) {
      if (!(other.event.why_missing == why)) continue;
      if (names.empty() && &other != &first) break;  // the first of them has said it
      names =
          text::format("%s%s%s", names.chars, names.empty() ? "" : ", ", other.event.name.chars);
    }
    if (!names.empty()) sentences.push_back(text::format("no %s: %s", names.chars, why.chars));
  }
  return sentences;
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE Table event_table(Entries entries, const char* item) {
  const Buffer<detail::EventRow> rows = detail::event_rows(entries);
  Table table(rows.size() + 1);
  table.add(text::format("per %s", item).chars);
  for (const detail::EventRow& row : rows) {
    const char* const prefix = detail::prefix_of(row, entries).symbol;
    table.add(*row.unit == '\0' ? row.name
                                : text::format("%s (%s%s)", row.name, prefix, row.unit).chars);
  }
  for (std::size_t i = 0; i < entries.size(); ++i) {
    table.add(entries[i].plan.label());
    for (const detail::EventRow& row : rows) {
      const auto [estimate, interval] = row.of(entries[i]);
      const double factor = detail::prefix_of(row, entries).factor;
      const text::Name cell = detail::is_count(estimate, interval)
                                  ? text::Name(text::rounded(estimate.value, 0).chars)
                                  : text::cell(estimate, interval, factor);
      const bool is_as_read = !estimate.is_known() || estimate.provenance == Provenance::measured;
      table.add(is_as_read ? cell.chars
                           : text::format("%s (%s)", cell.chars, name(estimate.provenance)).chars);
    }
  }
  if (!rows.empty()) table.note("± and [low, high] are 95 % intervals");
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const EventCounts& use = entries[i].events;
    if (use.extent == "calling thread") {
      table.note(text::format("events of %s are those of the thread that calls it, alone",
                              entries[i].plan.label()));
    }
    for (const text::Long& sentence : detail::missing_events(use)) table.note(sentence);
    for (const CountedEvent& counted : use.events) {
      const Event& event = counted.event;
      if (!event.why_missing.empty() || !(counted.share < 1.0)) continue;
      table.note(text::format("%s of %s was counted %s %% of the time, and scaled up",
                              event.name.chars, entries[i].plan.label(),
                              text::significant(100.0 * counted.share, 2).chars));
    }
  }
  return table;
}

}  // namespace perjoule::inline v0

namespace perjoule::inline v0::detail {

PERJOULE_INLINE Buffer<FileRow> file_rows(Entries entries) {
  Buffer<FileRow> rows;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const ModelFiles& files = entries[i].footprint.files;
    for (const ModelFile& file : files) {
      FileRow row{file.role, 0};
      for (const ModelFile* before = files.begin(); before != &file; ++before) {
        if (before->role == file.role) ++row.place;
      }
      bool known = false;
      for (const FileRow& other : rows) {
        known = known || (other.role == row.role && other.place == row.place);
      }
      if (!known) rows.push_back(row);
    }
  }
  return rows;
}

PERJOULE_INLINE Few<FootprintRow, footprint_row_count> footprint_rows(const Entry& entry) {
  const Footprint& found = entry.footprint;
  IntervalEstimate moved;
  for (const DerivedMetric& figure : entry.derived_metrics) {
    if (strcmp(figure.name, "moved_b_per_item") == 0) moved = {figure.value, figure.interval};
  }
  return {{"stored in all (B)", with_interval(strip_unit(found.stored))},
          {"compressed (B)", with_interval(strip_unit(found.compressed))},
          {"resident weights (B)", with_interval(strip_unit(found.resident))},
          {"inflation", with_interval(found.inflation)},
          {"peak of a pass (B)", with_interval(strip_unit(entry.heap.peak))},
          {"moved per item (B)", moved},
          {"parameters", with_interval(found.parameters)},
          {"non-zero parameters", with_interval(found.non_zero_parameters)}};
}

PERJOULE_INLINE text::Name exact_cell(const IntervalEstimate& number) noexcept {
  const auto& [estimate, interval] = number;
  text::Name cell = text::cell(estimate, interval);
  if (!estimate.is_known()) return cell;
  const text::Short whole = text::rounded(estimate.value, 0);
  const bool is_whole = parse_double(whole.chars, nullptr) == estimate.value;
  if (interval.method == IntervalMethod::exact && is_whole) cell = whole.chars;
  if (estimate.provenance == Provenance::measured) return cell;
  return text::format("%s (%s)", cell.chars, name(estimate.provenance)).chars;
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE Table footprint_table(Entries entries) {
  const Buffer<detail::FileRow> files = detail::file_rows(entries);
  Table table(1 + files.size() + detail::footprint_row_count);
  table.add("manifest");
  for (const detail::FileRow& row : files) {
    const char* const role = row.role.chars;
    table.add(row.place == 0 ? text::format("%s (B)", role).chars
                             : text::format("%s, file %zu (B)", role, row.place + 1).chars);
  }
  for (const auto& [head, number] : detail::footprint_rows(Entry{})) table.add(head);
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const Entry& entry = entries[i];
    const char* const model = entry.plan.label();
    table.add(model);
    for (const detail::FileRow& row : files) table.add(detail::exact_cell(row.of(entry)).chars);
    for (const auto& [head, number] : detail::footprint_rows(entry)) {
      table.add(detail::exact_cell(number).chars);
    }
  }
  table.note("inflation is the weights' bytes in memory over those on disk");
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const char* const model = entries[i].plan.label();
    for (const ModelFile& file : entries[i].footprint.files) {
      table.note(text::format("%s of %s: %s", file.role.chars, model, file.name.chars));
    }
    if (!entries[i].heap.peak.is_known()) {
      table.note(text::format("no peak of a pass of %s: %s", model, entries[i].heap.why_missing));
    }
  }
  return table;
}

}  // namespace perjoule::inline v0
