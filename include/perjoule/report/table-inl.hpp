// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <algorithm>
#include <cmath>
#include <functional>

#include "perjoule/core/config.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/engine/environment.hpp"
#include "perjoule/engine/measure_options.hpp"
#include "perjoule/meters/find_meter.hpp"
#include "perjoule/meters/meter_sources.hpp"
#include "perjoule/quality/metric.hpp"
#include "perjoule/report/summary_text.hpp"
#include "perjoule/report/table.hpp"
#include "perjoule/report/table_columns.hpp"
#include "perjoule/report/to_string.hpp"
#include "perjoule/stats/distributions.hpp"
#include "perjoule/units/scope.hpp"

namespace perjoule::inline v0 {

PERJOULE_INLINE void Table::add(std::string_view cell) { cells_.emplace_back(cell); }

PERJOULE_INLINE void Table::note(std::string_view sentence) {
  const std::string note = std::string(sentence) + '.';
  const std::size_t hash = std::hash<std::string>()(note);
  for (std::size_t i = 0; i < notes_.size(); ++i) {
    if (note_hashes_[i] == hash && notes_[i] == note) return;
  }
  notes_.push_back(note);
  note_hashes_.push_back(hash);
}

}  // namespace perjoule::inline v0

namespace perjoule::inline v0::detail {

/// Adds a column: its head, with one prefix for all cells, then a cell for each entry. If all
/// numbers have the same provenance, the head names it. Otherwise each cell that is not measured
/// does.
PERJOULE_INLINE void add_column(Table& table, Entries entries, const ColumnSource& source) {
  std::vector<IntervalEstimate<double>> values;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    values.push_back(column_value(entries[i], source));
  }
  double largest = 0.0;
  Provenance best = Provenance::missing;
  Provenance least = Provenance::measured;
  for (const auto& [estimate, interval] : values) {
    if (!estimate.is_known()) continue;
    largest = std::max(largest, std::abs(estimate.value));
    best = std::min(best, estimate.provenance);
    least = worst(least, estimate.provenance);
  }
  const bool is_metric = source.kind == ColumnSource::Kind::metric;
  const double factor = is_metric             ? text::display_factor(source.unit)
                        : source.unit.empty() ? 1.0
                                              : text::prefix_of(largest).factor;
  const bool head_says = best == least && best != Provenance::measured;
  std::string head = column_head(source, factor);
  if (head_says) head += text::format(", {}", name(best));
  std::vector<std::string> cells;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const auto& [estimate, interval] = values[i];
    const bool is_score = source.kind == ColumnSource::Kind::score;
    std::string cell = is_score ? text::score_cell(estimate, interval, factor)
                                : text::cell(estimate, interval, factor);
    const bool is_known = estimate.is_known();
    if (is_known && !head_says && estimate.provenance != Provenance::measured) {
      cell += text::format(" ({})", name(estimate.provenance));
    }
    if (is_known && is_disturbed(entries[i], source)) cell += " !";
    cells.push_back(cell);
  }
  const bool is_constant =
      cells.size() > 1 && std::all_of(cells.begin(), cells.end(),
                                      [&](const std::string& cell) { return cell == cells[0]; });
  if (is_constant && !source.is_always_shown) {
    table.note(text::format("{}: {} in every row", head, cells[0]));
    return;
  }
  table.add(head);
  for (const std::string& cell : cells) table.add(cell);
}

PERJOULE_INLINE std::string describe_gain(const Entry& entry) {
  const MeterDescription& meter = entry.meter;
  if (!has_known_gain(meter)) {
    return text::format("the gain of {} is not known, and in none of its intervals", meter.source);
  }
  const auto percent = [](double share) { return text::significant(100.0 * share, 2); };
  const GainShare& gain = entry.samples.gain;
  return text::format(
      "the gain of {} is known to {} %, which is in each ± of energy; of a comparison of two "
      "models by it, {} % remains",
      meter.source, percent(normal_95 * gain.whole), percent(gain_between(entry, entry)));
}

/// @param columns  those that the table shows
PERJOULE_INLINE void add_notes(Table& table, const Entry& entry,
                               const std::vector<ColumnSource>& columns) {
  const bool has_scores = std::any_of(
      columns.begin(), columns.end(),
      [](const ColumnSource& column) { return column.kind == ColumnSource::Kind::score; });
  for (const Quality& quality : entry.quality) {
    if (quality.value.is_known()) continue;
    table.note(text::format(
        "{}: no {}: {}", entry.plan.label(), quality.metric,
        quality.why_no_value.empty() ? "its result has no provenance" : quality.why_no_value));
  }
  if (!entry.quality.empty()) {
    const Quality& quality = entry.quality[0];
    if (quality.skill.is_known()) {
      if (has_scores) {
        table.note(
            text::format("quality is skill, ({} - q)/({} - q), with q = {} of a predictor that "
                         "never looks at its input",
                         quality.metric, text::shortest(quality.perfect),
                         text::significant(quality.trivial, 3)));
      }
    } else if (quality.value.is_known()) {
      table.note(text::format(
          "{}: no skill by {}, and no score of it: {}", entry.plan.label(), quality.metric,
          quality.why_no_skill.empty() ? "its result has none" : quality.why_no_skill));
    }
  }
  if (entry.energy.is_known()) {
    const MeterDescription& meter = entry.meter;
    const std::string place = meter.root.empty() ? "" : " below " + meter.root;
    table.note(text::format("energy is {} by {}{}, scope {}: {}", name(entry.energy.provenance),
                            meter.source, place, name(meter.scope), meter.note));
    if (meter.provenance <= Provenance::estimated) table.note(describe_gain(entry));
  }
  const AbsentMeter* const absent = easiest_meter_to_enable(entry.absent_meters);
  if (absent != nullptr && entry.meter.provenance != Provenance::measured) {
    table.note(
        text::format("no {} ({}); to measure, {}", absent->source, absent->reason, absent->fix));
  }
  if (entry.plan.batch != 1) {
    table.note(text::format("{}: in batches of {}", entry.plan.label(), entry.plan.batch));
  }
  if (entry.plan.callers != 1) {
    table.note(text::format("{}: called by {} threads at once, whose items share time and energy",
                            entry.plan.label(), entry.plan.callers));
  }
  if (entry.prepared) {
    table.note(text::format("{}: without the time and energy in which inputs are prepared",
                            entry.plan.label()));
  }
  if (entry.plan.caches != CacheState::warm) {
    table.note(
        text::format("{}: the CPU's caches are flushed before each pass", entry.plan.label()));
  }
  if (entry.heap.source == HeapSource::allocator && contains(columns, "peak")) {
    table.note("peak is the most that a pass holds at once of what it allocates");
  }
  if (entry.heap.source == HeapSource::resident_set) {
    table.note(text::format("{}: the peak of a pass is how far the resident set grows",
                            entry.plan.label()));
  }
  const Machine& machine = entry.environment.machine;
  table.note(text::format("{}, {} threads, {}, {}", machine.processor, machine.cores,
                          machine.kernel, entry.build.compiler));
}

/// Adds a note for each caveat, with the names of all models that have it.
PERJOULE_INLINE void add_caveats(Table& table, Entries entries) {
  std::vector<Caveat> found;
  std::vector<std::string> models;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    for (const Caveat& caveat : caveats(entries[i])) {
      if (entries[i].energy.is_known() && caveat.flag == CaveatFlag::not_measured) continue;
      const auto same = std::find_if(found.begin(), found.end(), [&](const Caveat& other) {
        return other.reason == caveat.reason;
      });
      const auto at = static_cast<std::size_t>(same - found.begin());
      if (same == found.end()) {
        found.push_back(caveat);
        models.emplace_back(entries[i].plan.label());
      } else {
        models[at] += text::format(", {}", entries[i].plan.label());
      }
    }
  }
  for (std::size_t i = 0; i < found.size(); ++i) {
    const bool is_marked =
        found[i].flag == CaveatFlag::unstable || found[i].flag == CaveatFlag::interrupted;
    table.note(text::format("{}{}: {}", is_marked ? "! " : "", models[i], found[i].reason));
  }
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE Table table(Entries entries, const TableOptions& options) {
  Table result(entries.size() + 1);
  result.add("model");
  for (std::size_t i = 0; i < entries.size(); ++i) result.add(entries[i].plan.label());
  if (entries.size() != 0) result.note("± and [low, high] are 95 % intervals");
  const std::vector<detail::ColumnSource> columns = detail::selected_columns(entries, options);
  for (const detail::ColumnSource& source : columns) detail::add_column(result, entries, source);
  for (std::size_t i = 0; i < entries.size(); ++i) {
    detail::add_notes(result, entries[i], columns);
  }
  detail::add_caveats(result, entries);
  const bool is_selection =
      std::find(options.columns.begin(), options.columns.end(), "default") != options.columns.end();
  const std::string hidden = detail::hidden_columns(entries, columns);
  if (is_selection && !hidden.empty()) {
    result.note(text::format("columns that are not shown: {}", hidden));
  }
  return result;
}

}  // namespace perjoule::inline v0

namespace perjoule::inline v0::detail {

PERJOULE_INLINE std::string escape_pipes(std::string_view cell) {
  std::string escaped;
  for (const char c : cell) {
    if (c == '|') escaped += '\\';
    escaped += c;
  }
  return escaped;
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE std::string markdown(const Table& table) {
  const std::size_t columns = table.columns();
  std::vector<std::size_t> widths(columns, 3);  // minimum width of the rule below the heads
  for (std::size_t column = 0; column < columns; ++column) {
    for (std::size_t row = 0; row < table.rows(); ++row) {
      const std::size_t width = text::width(detail::escape_pipes(table.at(row, column)));
      widths[column] = std::max(widths[column], width);
    }
  }
  std::string out;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    for (std::size_t column = 0; column < columns; ++column) {
      const std::string cell = detail::escape_pipes(table.at(row, column));
      const std::string padding(widths[column] - text::width(cell), ' ');
      const bool is_number = column != 0;
      out += "| " + (is_number ? padding + cell : cell + padding) + ' ';
    }
    out += "|\n";
    if (row != 0) continue;
    for (std::size_t column = 0; column < columns; ++column) {
      const bool is_number = column != 0;
      out += "| " + std::string(widths[column] - 1, '-') + (is_number ? ": " : "- ");
    }
    out += "|\n";
  }
  if (!table.notes().empty()) out += '\n';
  for (const std::string& note : table.notes()) out += "- " + note + '\n';
  return out;
}

PERJOULE_INLINE Table table(Entries entries) { return table(entries, {}); }

PERJOULE_INLINE std::string markdown(Entries entries, const TableOptions& options) {
  return markdown(table(entries, options));
}

PERJOULE_INLINE std::string markdown(Entries entries) { return markdown(table(entries)); }

}  // namespace perjoule::inline v0
