// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "perjoule/core/buffer.hpp"
#include "perjoule/core/config.hpp"
#include "perjoule/core/line.hpp"
#include "perjoule/record/entry.hpp"
#include "perjoule/units/estimate.hpp"

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
  void add(const char* cell);

  /// Adds a note, once.
  void note(const text::Long& sentence) noexcept;

 private:
  std::size_t rows_;
  text::Text cells_;  // each with a zero behind it
  Buffer<std::size_t> places_;
  text::Text notes_;
};

namespace detail {

[[nodiscard]] IntervalEstimate with_interval(const Estimate<double>& estimate) noexcept;

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

[[nodiscard]] IntervalEstimate column_value(const Entry& entry,
                                            const ColumnSource& source) noexcept;

/// A column of the table: its head with one prefix for all, then a cell an entry. Where all numbers
/// are of one provenance the head names it, else each that is not measured does.
void add_column(Table& table, Entries entries, const ColumnSource& source);

void add_notes(Table& table, const Entry& entry) noexcept;

}  // namespace detail

/// One row an entry. Columns that no entry has a number for are left out, except energy: that it is
/// missing is news. Scores are those of the first metric.
[[nodiscard]] Table table(Entries entries);

namespace detail {

/// A cell in which no bar opens a column of its own.
[[nodiscard]] text::Long escape_pipes(const char* cell) noexcept;

}  // namespace detail

/// A table for a terminal and a README alike: GitHub Markdown, padded so that columns stand below
/// each other.
[[nodiscard]] std::string markdown(const Table& table);

/// The efficiency table of some entries.
[[nodiscard]] inline std::string markdown(Entries entries) { return markdown(table(entries)); }

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/report/table-inl.hpp"
#endif
