// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string.h>

#include "perjoule/core/config.hpp"
#include "perjoule/core/few.hpp"
#include "perjoule/core/math.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/engine/environment.hpp"
#include "perjoule/engine/measure_options.hpp"
#include "perjoule/meters/find_meter.hpp"
#include "perjoule/quality/metric.hpp"
#include "perjoule/report/table.hpp"
#include "perjoule/report/to_string.hpp"
#include "perjoule/score/score.hpp"
#include "perjoule/stats/confidence.hpp"
#include "perjoule/units/scope.hpp"

namespace perjoule::inline v0 {

PERJOULE_INLINE void Table::add(const char* cell) {
  places_.push_back(cells_.view().size());
  cells_.put(cell, strlen(cell) + 1);
}

PERJOULE_INLINE void Table::note(const text::Long& sentence) noexcept {
  const text::Long line = text::format("%s.\n", sentence.chars);
  if (notes().find(line.view()) == std::string_view::npos) notes_.put(line.chars);
}

}  // namespace perjoule::inline v0

namespace perjoule::inline v0::detail {

PERJOULE_INLINE IntervalEstimate with_interval(const Estimate<double>& estimate) noexcept {
  return {estimate, interval(estimate)};
}

PERJOULE_INLINE IntervalEstimate column_value(const Entry& entry,
                                              const ColumnSource& source) noexcept {
  switch (source.kind) {
    case ColumnSource::Kind::metric:
      for (const Quality& quality : entry.quality) {
        if (quality.metric == source.name) return {quality.value, quality.value_interval};
      }
      return {};
    case ColumnSource::Kind::score:
      for (const Score& score : entry.scores) {
        if (strcmp(score.name, source.name) == 0) return {score.value, score.interval};
      }
      return {};
    case ColumnSource::Kind::wall:
      return with_interval(strip_unit(entry.wall_time));
    case ColumnSource::Kind::energy:
      return with_interval(strip_unit(entry.energy));
    case ColumnSource::Kind::stored:
      return with_interval(strip_unit(entry.footprint.stored));
    case ColumnSource::Kind::compressed:
      return with_interval(strip_unit(entry.footprint.compressed));
    case ColumnSource::Kind::resident:
      return with_interval(strip_unit(entry.footprint.resident));
    case ColumnSource::Kind::peak:
      return with_interval(strip_unit(entry.heap.peak));
    case ColumnSource::Kind::inflation:
      break;
  }
  return with_interval(entry.footprint.inflation);
}

PERJOULE_INLINE void add_column(Table& table, Entries entries, const ColumnSource& source) {
  double largest = 0.0;
  Provenance best = Provenance::missing;
  Provenance least = Provenance::measured;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const Estimate<double> estimate = column_value(entries[i], source).estimate;
    if (!estimate.is_known()) continue;
    if (math::absolute(estimate.value) > largest) largest = math::absolute(estimate.value);
    if (estimate.provenance < best) best = estimate.provenance;
    least = worst(least, estimate.provenance);
  }
  if (best == Provenance::missing && !source.always) return;
  // A metric's name is the user's and never a format.
  const bool is_metric = source.kind == ColumnSource::Kind::metric;
  const bool has_unit = !is_metric && strchr(source.head, '%') != nullptr;
  text::Prefix prefix{"", text::display_factor(source.unit)};
  if (has_unit) prefix = text::prefix_of(largest);
  const char* const shown =
      source.per_unit ? text::prefix_of(1.0 / prefix.factor).symbol : prefix.symbol;
  text::Long head = !is_metric             ? text::format(source.head, shown)
                    : *source.unit == '\0' ? text::Long(source.head)
                                           : text::format("%s (%s)", source.head, source.unit);
  const bool head_says = best == least && best != Provenance::measured;
  if (head_says) head = text::format("%s, %s", head.chars, name(best));
  table.add(head.c_str());
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const auto [estimate, interval] = column_value(entries[i], source);
    const text::Name cell = text::cell(estimate, interval, prefix.factor);
    const bool cell_says =
        !head_says && estimate.is_known() && estimate.provenance != Provenance::measured;
    table.add(cell_says ? text::format("%s (%s)", cell.chars, name(estimate.provenance)).chars
                        : cell.chars);
  }
}

PERJOULE_INLINE void add_notes(Table& table, const Entry& entry) noexcept {
  table.note("± and [low, high] are 95 % intervals");
  if (!entry.quality.empty()) {
    const Quality& quality = entry.quality[0];
    table.note(
        text::format("quality is skill, (%s - q)/(%s - q), with q = %s of a predictor that "
                     "never looks at its input",
                     quality.metric.chars, text::shortest(quality.perfect).chars,
                     text::significant(quality.trivial, 3).chars));
  }
  if (entry.energy.is_known()) {
    table.note(text::format("energy is %s by %s%s%s, scope %s: %s", name(entry.energy.provenance),
                            entry.meter.source.chars, entry.meter.root.empty() ? "" : " below ",
                            entry.meter.root.chars, name(entry.meter.scope),
                            entry.meter.note.chars));
  }
  const AbsentMeter* const absent = easiest_meter_to_enable(entry.absent_meters);
  if (absent != nullptr && entry.meter.provenance != Provenance::measured) {
    table.note(text::format("no %s (%s); to measure, %s", absent->source.chars,
                            absent->reason.chars, absent->fix.chars));
  }
  if (entry.plan.batch != 1) {
    table.note(text::format("%s: in batches of %zu", entry.plan.label(), entry.plan.batch));
  }
  if (entry.plan.callers != 1) {
    table.note(text::format("%s: called by %zu threads at once, whose items share time and energy",
                            entry.plan.label(), entry.plan.callers));
  }
  if (entry.prepared) {
    table.note(text::format("%s: without the time and energy in which inputs are prepared",
                            entry.plan.label()));
  }
  if (entry.plan.caches != CacheState::warm) {
    table.note(
        text::format("%s: the CPU's caches are flushed before each pass", entry.plan.label()));
  }
  if (strcmp(entry.heap.source, "resident set") == 0) {
    table.note(text::format("%s: the peak of a pass is how far the resident set grows",
                            entry.plan.label()));
  }
  for (const Caveat& caveat : caveats(entry)) {
    if (entry.energy.is_known() && strcmp(caveat.flag, "not_measured") == 0) continue;
    table.note(text::format("%s: %s", entry.plan.label(), caveat.reason.chars));
  }
  const Machine& machine = entry.environment.machine;
  table.note(text::format("%s, %zu threads, %s, %s", machine.processor.chars, machine.cores,
                          machine.kernel.chars, entry.build.compiler));
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE Table table(Entries entries) {
  using Kind = detail::ColumnSource::Kind;
  Table result(entries.size() + 1);
  result.add("model");
  for (std::size_t i = 0; i < entries.size(); ++i) result.add(entries[i].plan.label());
  Few<text::Short, 4 * max_metrics> shown;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    for (const Quality& quality : entries[i].quality) {
      bool known = shown.size() == shown.capacity();
      for (const text::Short& metric : shown) known = known || metric == quality.metric;
      if (known) continue;
      shown.push_back(quality.metric);
      const char* const metric = quality.metric.c_str();
      detail::add_column(result, entries,
                         {metric, Kind::metric, metric, false, false, quality.unit});
    }
  }
  static constexpr detail::ColumnSource sources[] = {
      {"time/item (%ss)", Kind::wall},
      {"energy/item (%sJ)", Kind::energy, "", false, true},
      {"stored (%sB)", Kind::stored},
      {"compressed (%sB)", Kind::compressed},
      {"resident (%sB)", Kind::resident},
      {"inflation", Kind::inflation},
      {"peak of a pass (%sB)", Kind::peak},
      {"quality/%sJ", Kind::score, "quality_per_joule", true},
      {"quality/%sB stored", Kind::score, "quality_per_stored_byte", true},
      {"quality/%sB compressed", Kind::score, "quality_per_compressed_byte", true},
      {"quality/%sB resident", Kind::score, "quality_per_resident_byte", true}};
  for (const detail::ColumnSource& source : sources) detail::add_column(result, entries, source);
  for (std::size_t i = 0; i < entries.size(); ++i) detail::add_notes(result, entries[i]);
  return result;
}

}  // namespace perjoule::inline v0

namespace perjoule::inline v0::detail {

PERJOULE_INLINE text::Long escape_pipes(const char* cell) noexcept {
  text::Long escaped;
  std::size_t size = 0;
  for (; *cell != '\0' && size + 2 < sizeof escaped.chars; ++cell) {
    if (*cell == '|') escaped.chars[size++] = '\\';
    escaped.chars[size++] = *cell;
  }
  return escaped;
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE std::string markdown(const Table& table) {
  text::Text out;
  const std::size_t rows = table.rows();
  for (std::size_t line = 0; line < rows + 1; ++line) {  // line 1 is the rule below the heads
    for (std::size_t column = 0; column < table.columns(); ++column) {
      std::size_t widest = 3;
      for (std::size_t row = 0; row < rows; ++row) {
        const std::size_t width = text::width(detail::escape_pipes(table.at(row, column)).chars);
        if (width > widest) widest = width;
      }
      const bool is_number = column != 0;
      out.put("| ");
      if (line == 1) {
        out.put('-', widest - 1);
        out.put(is_number ? ": " : "- ");
        continue;
      }
      const text::Long cell = detail::escape_pipes(table.at(line == 0 ? 0 : line - 1, column));
      const std::size_t padding = widest - text::width(cell.chars);
      out.put(' ', is_number ? padding : 0);
      out.put(cell.chars);
      out.put(' ', is_number ? 1 : padding + 1);
    }
    out.put("|\n");
  }
  const std::string_view notes = table.notes();
  for (std::size_t i = 0; i < notes.size();) {
    const std::size_t size = notes.find('\n', i) + 1 - i;
    out.put(i == 0 ? "\n- " : "- ");
    out.put(notes.data() + i, size);
    i += size;
  }
  return std::string(out.view());
}

}  // namespace perjoule::inline v0
