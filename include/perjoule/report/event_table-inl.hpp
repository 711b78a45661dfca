// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <cstdint>

#include "perjoule/core/config.hpp"
#include "perjoule/core/math.hpp"
#include "perjoule/counters/event_source.hpp"
#include "perjoule/report/cell.hpp"
#include "perjoule/report/event_table.hpp"
#include "perjoule/units/provenance.hpp"

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
    for (const Figure& figure : entries[i].figures) add_row(rows, {figure.name, figure.unit});
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

PERJOULE_INLINE Buffer<text::Long> missing_events(const EventUse& use) {
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
    const EventUse& use = entries[i].events;
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
