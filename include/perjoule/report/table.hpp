// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string.h>

#include <cstddef>
#include <string_view>

#include "perjoule/core/buffer.hpp"
#include "perjoule/core/config.hpp"
#include "perjoule/core/few.hpp"
#include "perjoule/core/line.hpp"
#include "perjoule/core/math.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/record/entry.hpp"
#include "perjoule/report/cell.hpp"

namespace perjoule::inline v0 {

/// Cells that are text already, and what must be said below them: the last form before a format.
class Table {
 public:
  explicit Table(std::size_t rows) noexcept : rows_(rows) {}

  /// Row 0 are the heads, and column 0 is no number.
  [[nodiscard]] std::size_t rows() const noexcept { return rows_; }
  [[nodiscard]] std::size_t columns() const noexcept {
    return rows_ == 0 ? 0 : places_.size() / rows_;
  }
  [[nodiscard]] const char* at(std::size_t row, std::size_t column) const noexcept {
    return cells_.view().data() + places_[column * rows_ + row];
  }
  /// What must be said below, one sentence a line.
  [[nodiscard]] std::string_view notes() const noexcept { return notes_.view(); }

  /// Adds a cell below the last one, or on top of a new column.
  PERJOULE_COLD void add(const char* cell) {
    places_.push_back(cells_.view().size());
    cells_.put(cell, strlen(cell) + 1);
  }

  /// Adds a note, once.
  PERJOULE_COLD void note(const text::Long& sentence) noexcept {
    const text::Long line = text::format("%s.\n", sentence.chars);
    if (notes().find(line.view()) == std::string_view::npos) notes_.put(line.chars);
  }

 private:
  std::size_t rows_;
  text::Text cells_;  // each with a zero behind it
  Buffer<std::size_t> places_;
  text::Text notes_;
};

namespace detail {

/// One number of an entry, with its interval.
struct Number {
  Estimate<double> estimate;
  Interval<double> interval;
};

[[nodiscard]] PERJOULE_COLD inline Number with_interval(const Estimate<double>& estimate) noexcept {
  return {estimate, interval(estimate)};
}

/// Which number of an entry stands in a column.
struct ColumnSource {
  enum class Kind { metric, wall, energy, stored, compressed, resident, inflation, peak, score };
  const char* head;  ///< with %s where the prefix of its unit goes
  Kind kind;
  const char* name = "";  ///< of the metric or the score
  bool per_unit = false;  ///< the unit stands below the line: 1e6/J reads 1/uJ
  bool always = false;    ///< shown even where no entry has it: then its absence is news
  const char* unit = "";  ///< of a metric
};

[[nodiscard]] PERJOULE_COLD inline Number number_of(const Entry& entry,
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
      return with_interval(bare(entry.wall_time));
    case ColumnSource::Kind::energy:
      return with_interval(bare(entry.energy));
    case ColumnSource::Kind::stored:
      return with_interval(bare(entry.footprint.stored));
    case ColumnSource::Kind::compressed:
      return with_interval(bare(entry.footprint.compressed));
    case ColumnSource::Kind::resident:
      return with_interval(bare(entry.footprint.resident));
    case ColumnSource::Kind::peak:
      return with_interval(bare(entry.heap.peak));
    case ColumnSource::Kind::inflation:
      break;
  }
  return with_interval(entry.footprint.inflation);
}

/// A column of the table: its head with one prefix for all, then a cell an entry. Where all numbers
/// are of one provenance the head names it, else each that is not measured does.
PERJOULE_COLD inline void add_column(Table& table, Entries entries, const ColumnSource& source) {
  double largest = 0.0;
  Provenance best = Provenance::missing;
  Provenance least = Provenance::measured;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const Estimate<double> estimate = number_of(entries[i], source).estimate;
    if (!estimate.is_known()) continue;
    if (math::absolute(estimate.value) > largest) largest = math::absolute(estimate.value);
    if (estimate.provenance < best) best = estimate.provenance;
    least = worst(least, estimate.provenance);
  }
  if (best == Provenance::missing && !source.always) return;
  // A metric's name is the user's and never a format.
  const bool is_metric = source.kind == ColumnSource::Kind::metric;
  const bool has_unit = !is_metric && strchr(source.head, '%') != nullptr;
  text::Prefix prefix{"", text::printed_unit(source.unit)};
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
    const auto [estimate, interval] = number_of(entries[i], source);
    const text::Name cell = text::cell(estimate, interval, prefix.factor);
    const bool cell_says =
        !head_says && estimate.is_known() && estimate.provenance != Provenance::measured;
    table.add(cell_says ? text::format("%s (%s)", cell.chars, name(estimate.provenance)).chars
                        : cell.chars);
  }
}

PERJOULE_COLD inline void add_notes(Table& table, const Entry& entry) noexcept {
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
  const AbsentMeter* const absent = nearest_meter(entry.absent_meters);
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
  if (entry.plan.caches != Caches::warm) {
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

}  // namespace detail

/// One row an entry. Columns that no entry has a number for are left out, except energy: that it is
/// missing is news. Scores are those of the first metric.
[[nodiscard]] PERJOULE_COLD inline Table table(Entries entries) {
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
