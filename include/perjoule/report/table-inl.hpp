// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <algorithm>
#include <cmath>
#include <functional>
#include <utility>

#include "perjoule/core/config.hpp"
#include "perjoule/core/printable.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/engine/environment.hpp"
#include "perjoule/engine/measure_options.hpp"
#include "perjoule/meters/find_meter.hpp"
#include "perjoule/meters/meter_sources.hpp"
#include "perjoule/quality/metric.hpp"
#include "perjoule/report/entry_numbers.hpp"
#include "perjoule/report/summary_text.hpp"
#include "perjoule/report/table.hpp"
#include "perjoule/report/table_columns.hpp"
#include "perjoule/report/to_string.hpp"
#include "perjoule/stats/distributions.hpp"
#include "perjoule/stats/ratio.hpp"
#include "perjoule/units/scope.hpp"

namespace perjoule::inline v0::detail {

/// Returns a cell with its marks as text.
PERJOULE_INLINE std::string plain(const TableCell& cell, bool is_head) {
  std::string text = cell.text;
  if (cell.provenance != Provenance::measured && cell.provenance != Provenance::missing) {
    text += is_head ? text::format(", {}", name(cell.provenance))
                    : text::format(" ({})", name(cell.provenance));
  }
  if (!cell.front.empty()) text += text::format(" ({})", cell.front);
  if (cell.is_disturbed) text += " !";
  return text;
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE void Table::add(TableCell cell) {
  cell.text = text::printable(cell.text);
  cells_.push_back(std::move(cell));
}

PERJOULE_INLINE std::string Table::at(std::size_t row, std::size_t column) const {
  return detail::plain(cell(row, column), row == 0);
}

PERJOULE_INLINE void Table::note(std::string_view sentence) {
  const std::string note = text::printable(sentence) + '.';
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
PERJOULE_INLINE void add_column(Table& table, Entries entries, const SelectedColumn& column,
                                bool marks) {
  const EntryNumber& number = column.number;
  std::vector<IntervalEstimate<double>> values;
  for (std::size_t i = 0; i < entries.size(); ++i) values.push_back(number.in(entries[i]));
  double largest = 0.0;
  Provenance best = Provenance::missing;
  Provenance least = Provenance::measured;
  for (const auto& [estimate, interval] : values) {
    if (!estimate.is_known()) continue;
    largest = std::max(largest, std::abs(estimate.value));
    best = std::min(best, estimate.provenance);
    least = worst(least, estimate.provenance);
  }
  const double factor = display_unit(number, largest);
  const bool head_says = best == least;
  TableCell head{column_head(number, factor)};
  head.column = number.name;
  if (head_says) head.provenance = best;
  if (marks) head.better = number.better;
  const std::vector<Standing> standing =
      marks ? standings(entries, number) : std::vector<Standing>(entries.size(), Standing::none);
  std::vector<TableCell> cells;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const auto& [estimate, interval] = values[i];
    const bool is_score = number.kind == EntryNumber::Kind::score;
    TableCell& cell = cells.emplace_back();
    cell.text = is_score ? text::score_cell(estimate, interval, factor)
                         : text::cell(estimate, interval, factor);
    if (!estimate.is_known()) continue;
    if (!head_says) cell.provenance = estimate.provenance;
    cell.is_disturbed = is_disturbed(entries[i], number);
    cell.standing = standing[i];
  }
  const bool is_constant =
      cells.size() > 1 && std::all_of(cells.begin(), cells.end(), [&](const TableCell& cell) {
        return cell.text == cells[0].text && cell.provenance == cells[0].provenance &&
               cell.is_disturbed == cells[0].is_disturbed;
      });
  if (is_constant && !column.is_always_shown) {
    table.note(text::format("{}: {} in every row", plain(head, true), plain(cells[0], false)));
    return;
  }
  table.add(head);
  for (const TableCell& cell : cells) table.add(cell);
}

/// Returns the cost of an entry over that of another: of the meter's gain, only what differs
/// between workloads counts.
PERJOULE_INLINE IntervalEstimate<double> times_as_much(const Entry& entry, const Entry& baseline,
                                                       const EntryNumber& number) {
  if (number.is_of_energy && !rank_by_energy({entry, baseline})) return {};
  return ratio(comparable(entry, number), comparable(baseline, number), number.level);
}

/// Adds the column of a cost over that of the baseline.
PERJOULE_INLINE void add_ratios(Table& table, Entries entries, const Entry& baseline,
                                const EntryNumber& number) {
  TableCell head{text::format("{} (x {}'s)", number.title, baseline.plan.label())};
  head.column = text::format("{}_of_baseline", number.name);
  table.add(head);
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const auto [times, interval] = times_as_much(entries[i], baseline, number);
    TableCell cell{text::cell(times, interval)};
    if (&entries[i] == &baseline) cell.text = "1";
    if (times.is_known()) cell.provenance = times.provenance;
    table.add(cell);
  }
}

/// Returns the entry that a table's options name as baseline.
PERJOULE_INLINE const Entry& baseline_of(Entries entries, std::string_view name) {
  std::string names;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (entries[i].plan.label() == name) return entries[i];
    names += text::format("{}'{}'", i == 0 ? "" : ", ", entries[i].plan.label());
  }
  fail("no baseline", text::format("there is no model '{}'", name),
       text::format("name one of {}", names));
}

/// Adds the names of the models.
PERJOULE_INLINE void add_models(Table& table, Entries entries, bool marks) {
  Front front;
  if (marks) front = front_of(entries);
  table.add("model");
  for (std::size_t i = 0; i < entries.size(); ++i) {
    TableCell cell{std::string(entries[i].plan.label())};
    if (marks) cell.front = front.letters[i];
    table.add(cell);
  }
  const bool has_front = std::any_of(front.letters.begin(), front.letters.end(),
                                     [](const std::string& letter) { return !letter.empty(); });
  if (!has_front || entries.size() < 2) return;
  table.note(text::format("letters: on the Pareto front of {} and {}, from the cheapest",
                          front.metric, front.cost));
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
                               const std::vector<SelectedColumn>& columns, bool for_readers) {
  const bool has_scores = std::any_of(
      columns.begin(), columns.end(),
      [](const SelectedColumn& column) { return column.number.kind == EntryNumber::Kind::score; });
  for (const Quality& quality : entry.quality) {
    if (!quality.why_no_interval.empty()) {
      table.note(text::format("{}: no interval of {}: {}", entry.plan.label(), quality.metric,
                              quality.why_no_interval));
    }
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
  if (absent != nullptr && entry.meter.provenance != Provenance::measured && !for_readers) {
    table.note(
        text::format("no {} ({}); to measure, {}", absent->source, absent->reason, absent->fix));
  }
  if (entry.plan.batch != 1) {
    table.note(text::format("{}: in batches of {}", entry.plan.label(), entry.plan.batch));
  }
  if (entry.ranks != 1) {
    const std::size_t machines = entry.nodes.size();
    const std::string where = machines == 1 ? "one machine" : text::format("{} machines", machines);
    const std::string_view how_read = entry.meter.scope == Scope::process ? ""
                                      : machines == 1                     ? ", metered once"
                                                                          : ", each metered once";
    table.note(text::format("{}: over {} ranks on {}{}", entry.plan.label(), entry.ranks, where,
                            how_read));
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
  const std::string threads =
      machine.cores == 0 ? "threads of unknown number" : text::format("{} threads", machine.cores);
  table.note(text::format("{}, {}, {}, {}", machine.processor, threads, machine.kernel,
                          entry.build.compiler));
}

PERJOULE_INLINE std::vector<SharedCaveat> shared_caveats(Entries entries) {
  std::vector<SharedCaveat> found;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    for (const Caveat& caveat : caveats(entries[i])) {
      if (entries[i].energy.is_known() && caveat.flag == CaveatFlag::not_measured) continue;
      const auto same = std::find_if(found.begin(), found.end(), [&](const SharedCaveat& other) {
        return other.caveat.reason == caveat.reason;
      });
      if (same == found.end()) {
        found.push_back({caveat, std::string(entries[i].plan.label())});
      } else {
        same->models += text::format(", {}", entries[i].plan.label());
      }
    }
  }
  return found;
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE Table table(Entries entries, const TableOptions& options) {
  expect_whole(entries);
  Table result(entries.size() + 1);
  if (entries.size() != 0) {
    result.note(text::format("± and [low, high] are {} intervals", text::percent(options.level)));
  }
  detail::add_models(result, entries, options.for_readers);
  const std::vector<detail::SelectedColumn> columns = detail::selected_columns(entries, options);
  const Entry* const baseline =
      options.baseline.empty() ? nullptr : &detail::baseline_of(entries, options.baseline);
  for (const detail::SelectedColumn& column : columns) {
    detail::add_column(result, entries, column, options.for_readers);
    if (baseline == nullptr || column.number.kind != detail::EntryNumber::Kind::cost) continue;
    detail::add_ratios(result, entries, *baseline, column.number);
  }
  for (std::size_t i = 0; i < entries.size(); ++i) {
    detail::add_notes(result, entries[i], columns, options.for_readers);
  }
  for (const auto& [caveat, models] : detail::shared_caveats(entries)) {
    const bool is_marked =
        caveat.flag == CaveatFlag::unstable || caveat.flag == CaveatFlag::interrupted;
    result.note(text::format("{}{}: {}", is_marked ? "! " : "", models, caveat.reason));
  }
  const bool is_selection =
      std::find(options.columns.begin(), options.columns.end(), "default") != options.columns.end();
  const std::string hidden = detail::hidden_columns(entries, columns);
  if (is_selection && !hidden.empty() && !options.for_readers) {
    result.note(text::format("columns that are not shown: {}", hidden));
  }
  return result;
}

PERJOULE_INLINE Table table(Entries entries) { return table(entries, {}); }

}  // namespace perjoule::inline v0
