// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "perjoule/core/config.hpp"
#include "perjoule/core/file.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/report/detail_tables.hpp"
#include "perjoule/report/to_string.hpp"

namespace perjoule::inline v0::detail {

/// Row of the event table: an event, or a metric derived from events.
struct EventRow {
  std::string name;
  std::string unit;

  [[nodiscard]] IntervalEstimate<double> of(const Entry& entry) const noexcept;
};

PERJOULE_INLINE IntervalEstimate<double> EventRow::of(const Entry& entry) const noexcept {
  for (const CountedEvent& counted : entry.events.events) {
    if (counted.event.name == name) return with_interval(counted.per_item);
  }
  for (const DerivedMetric& figure : entry.derived_metrics) {
    if (figure.name == name) return {figure.value, figure.interval};
  }
  return {};
}

/// Adds a row, unless one with that name exists.
PERJOULE_INLINE void add_row(std::vector<EventRow>& rows, const std::string& name,
                             const std::string& unit) {
  const bool is_known =
      std::any_of(rows.begin(), rows.end(), [&](const EventRow& row) { return row.name == name; });
  if (!is_known) rows.push_back({name, unit});
}

/// Returns the events, then the derived metrics: each once, in the order of the entries.
PERJOULE_INLINE std::vector<EventRow> event_rows(Entries entries) {
  std::vector<EventRow> rows;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    for (const CountedEvent& counted : entries[i].events.events) {
      add_row(rows, counted.event.name, counted.event.unit);
    }
  }
  for (std::size_t i = 0; i < entries.size(); ++i) {
    for (const DerivedMetric& figure : entries[i].derived_metrics) {
      add_row(rows, figure.name, figure.unit);
    }
  }
  return rows;
}

/// Returns the prefix of the row's largest number; none if it has no unit.
PERJOULE_INLINE text::Prefix prefix_of(const EventRow& row, Entries entries) noexcept {
  if (!row.unit.starts_with('s') && !row.unit.starts_with('J')) return {"", 1.0};
  double largest = 0.0;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const Estimate<double> estimate = row.of(entries[i]).estimate;
    if (estimate.is_known()) largest = std::max(largest, std::abs(estimate.value));
  }
  return text::prefix_of(largest);
}

/// Tells whether this is a number of events that was the same every time: all its digits are exact.
PERJOULE_INLINE bool is_count(const Estimate<double>& estimate,
                              const Interval<double>& interval) noexcept {
  constexpr double most = 1e15;  // below this, a double holds every whole number exactly
  const double value = estimate.value;
  return estimate.is_known() && interval.method == IntervalMethod::exact && value >= 0.0 &&
         value < most && static_cast<double>(static_cast<std::uint64_t>(value)) == value;
}

PERJOULE_INLINE std::vector<std::string> missing_events(const EventCounts& use) {
  std::vector<std::string> sentences;
  for (const CountedEvent& first : use.events) {
    const std::string& why = first.event.why_missing;
    if (why.empty()) continue;
    std::string names;
    for (const CountedEvent& other : use.events) {
      if (other.event.why_missing != why) continue;
      if (names.empty() && &other != &first) break;  // already listed with the first event
      names += (names.empty() ? "" : ", ") + other.event.name;
    }
    if (!names.empty()) sentences.push_back("no " + names + ": " + why);
  }
  return sentences;
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE Table event_table(Entries entries, std::string_view item) {
  const std::vector<detail::EventRow> rows = detail::event_rows(entries);
  Table result(rows.size() + 1);
  result.add(text::format("per {}", item));
  std::vector<double> factors;
  for (const detail::EventRow& row : rows) {
    const auto [prefix, factor] = detail::prefix_of(row, entries);
    result.add(row.unit.empty() ? row.name : text::format("{} ({}{})", row.name, prefix, row.unit));
    factors.push_back(factor);
  }
  for (std::size_t i = 0; i < entries.size(); ++i) {
    result.add(entries[i].plan.label());
    for (std::size_t row = 0; row < rows.size(); ++row) {
      const auto [estimate, interval] = rows[row].of(entries[i]);
      const std::string cell = detail::is_count(estimate, interval)
                                   ? text::rounded(estimate.value, 0)
                                   : text::cell(estimate, interval, factors[row]);
      const bool is_as_read = !estimate.is_known() || estimate.provenance == Provenance::measured;
      result.add(is_as_read ? cell : text::format("{} ({})", cell, name(estimate.provenance)));
    }
  }
  if (!rows.empty()) result.note("± and [low, high] are 95 % intervals");
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const EventCounts& use = entries[i].events;
    if (use.extent == EventExtent::calling_thread) {
      result.note(text::format("events of {} are those of the thread that calls it, alone",
                               entries[i].plan.label()));
    }
    for (const std::string& sentence : detail::missing_events(use)) result.note(sentence);
    for (const CountedEvent& counted : use.events) {
      const Event& event = counted.event;
      if (!event.why_missing.empty() || !(counted.share < 1.0)) continue;
      result.note(text::format("{} of {} was counted {} % of the time, and scaled up", event.name,
                               entries[i].plan.label(),
                               text::significant(100.0 * counted.share, 2)));
    }
  }
  return result;
}

}  // namespace perjoule::inline v0

namespace perjoule::inline v0::detail {

/// Row of the footprint table: the n-th file of a role, so that the weights of two models are in
/// the same row, whatever their file names.
struct FileRow {
  std::string role;
  std::size_t place = 0;  ///< index among the files of its role, from 0

  [[nodiscard]] IntervalEstimate<double> of(const Entry& entry) const noexcept;
};

PERJOULE_INLINE IntervalEstimate<double> FileRow::of(const Entry& entry) const noexcept {
  std::size_t before = 0;
  for (const ModelFile& file : entry.footprint.files) {
    if (file.role == role && before++ == place) return with_interval(strip_unit(exact(file.bytes)));
  }
  return {};
}

/// Returns the rows, each once, in the order of the entries.
PERJOULE_INLINE std::vector<FileRow> file_rows(Entries entries) {
  std::vector<FileRow> rows;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const ModelFiles& files = entries[i].footprint.files;
    for (auto file = files.begin(); file != files.end(); ++file) {
      const auto has_role = [&](const ModelFile& other) { return other.role == file->role; };
      const auto place = static_cast<std::size_t>(std::count_if(files.begin(), file, has_role));
      const bool is_known = std::any_of(rows.begin(), rows.end(), [&](const FileRow& row) {
        return row.role == file->role && row.place == place;
      });
      if (!is_known) rows.push_back({file->role, place});
    }
  }
  return rows;
}

/// Number of an entry in addition to its files.
struct FootprintRow {
  std::string_view head;
  IntervalEstimate<double> number;
};

/// Returns the rows of an entry; their heads are the same for all entries.
PERJOULE_INLINE std::vector<FootprintRow> footprint_rows(const Entry& entry) {
  const Footprint& found = entry.footprint;
  IntervalEstimate<double> moved;
  for (const DerivedMetric& figure : entry.derived_metrics) {
    if (figure.name == "moved_b_per_item") moved = {figure.value, figure.interval};
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

/// Returns a cell that shows a counted number to the last digit, so that a reader can add up cells.
PERJOULE_INLINE std::string exact_cell(const IntervalEstimate<double>& number) {
  const auto& [estimate, interval] = number;
  std::string cell = text::cell(estimate, interval);
  if (!estimate.is_known()) return cell;
  const std::string whole = text::rounded(estimate.value, 0);
  std::string_view digits = whole;
  const bool is_whole = take_number(digits) == estimate.value;
  if (interval.method == IntervalMethod::exact && is_whole) cell = whole;
  if (estimate.provenance == Provenance::measured) return cell;
  return text::format("{} ({})", cell, name(estimate.provenance));
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE Table footprint_table(Entries entries) {
  const std::vector<detail::FileRow> files = detail::file_rows(entries);
  const std::vector<detail::FootprintRow> rows = detail::footprint_rows(Entry{});
  Table result(1 + files.size() + rows.size());
  result.add("manifest");
  for (const detail::FileRow& row : files) {
    result.add(row.place == 0 ? row.role + " (B)"
                              : text::format("{}, file {} (B)", row.role, row.place + 1));
  }
  for (const detail::FootprintRow& row : rows) result.add(row.head);
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const Entry& entry = entries[i];
    result.add(entry.plan.label());
    for (const detail::FileRow& row : files) result.add(detail::exact_cell(row.of(entry)));
    for (const detail::FootprintRow& row : detail::footprint_rows(entry)) {
      result.add(detail::exact_cell(row.number));
    }
  }
  result.note("inflation is the weights' bytes in memory over those on disk");
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const std::string_view model = entries[i].plan.label();
    for (const ModelFile& file : entries[i].footprint.files) {
      result.note(text::format("{} of {}: {}", file.role, model, file.name));
    }
    if (!entries[i].heap.peak.is_known()) {
      result.note(text::format("no peak of a pass of {}: {}", model, entries[i].heap.why_missing));
    }
  }
  return result;
}

}  // namespace perjoule::inline v0
