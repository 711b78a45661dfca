// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/record/entry.hpp"
#include "perjoule/units/estimate.hpp"

namespace perjoule::inline v0 {

/// Table of text cells, with notes below it: the input of markdown().
class Table {
 public:
  explicit Table(std::size_t rows) : rows_(rows) {}

  /// Row 0 holds the heads, and column 0 holds names and no numbers.
  [[nodiscard]] std::size_t rows() const noexcept { return rows_; }
  [[nodiscard]] std::size_t columns() const noexcept {
    return rows_ == 0 ? 0 : cells_.size() / rows_;
  }
  [[nodiscard]] const std::string& at(std::size_t row, std::size_t column) const noexcept {
    return cells_[column * rows_ + row];
  }
  /// Returns the notes, one sentence each, in the order in which they were added.
  [[nodiscard]] const std::vector<std::string>& notes() const noexcept { return notes_; }

  /// Adds a cell below the last one, or at the top of a new column.
  void add(std::string_view cell);

  /// Adds a note, unless the table already has it.
  /// @param sentence  without its full stop
  void note(std::string_view sentence);

 private:
  std::size_t rows_;
  std::vector<std::string> cells_;  // column by column
  std::vector<std::string> notes_;
  std::vector<std::size_t> note_hashes_;  // long notes often differ in their ends alone
};

namespace detail {

/// Returns an estimate of what cannot be negative, with its interval.
/// @unit  same as the estimate
/// @error 95 % interval
[[nodiscard]] IntervalEstimate<double> with_interval(const Estimate<double>& estimate) noexcept;

/// Number of an entry that a column shows, and the head of the column.
struct ColumnSource {
  enum class Kind { metric, wall, energy, stored, compressed, resident, inflation, peak, score };
  Kind kind;
  std::string_view title;        ///< "energy/item"; for a metric its name
  std::string_view unit = {};    ///< "J"; the head adds a prefix, except for a metric
  std::string_view score = {};   ///< "quality_per_stored_byte"
  std::string_view suffix = {};  ///< " stored", as in "quality/MB stored"
  bool is_always_shown = false;  ///< for numbers that are shown even if missing
};

[[nodiscard]] IntervalEstimate<double> column_value(const Entry& entry,
                                                    const ColumnSource& source) noexcept;

/// Returns a head such as "energy/item (mJ)", "quality/MB stored", "accuracy (%)".
/// @param factor  value of 1 in the column. @unit SI
[[nodiscard]] std::string column_head(const ColumnSource& source, double factor);

/// Adds a column: its head, with one prefix for all cells, then a cell for each entry. If all
/// numbers have the same provenance, the head names it. Otherwise each cell that is not measured
/// does.
void add_column(Table& table, Entries entries, const ColumnSource& source);

/// Returns what of the interval of an entry's energy is the meter's gain, at 95 %.
[[nodiscard]] std::string describe_gain(const Entry& entry);

void add_notes(Table& table, const Entry& entry);

}  // namespace detail

/// Returns the efficiency table, with a row for each entry. Columns without any number are left
/// out, except energy: a reader must know that it is missing. Scores use the first metric.
[[nodiscard]] Table table(Entries entries);

namespace detail {

/// Escapes the bars in a cell, so that none begins another column.
[[nodiscard]] std::string escape_pipes(std::string_view cell);

}  // namespace detail

/// Formats a table for terminals and READMEs alike: GitHub Markdown, padded so that columns are
/// aligned.
[[nodiscard]] std::string markdown(const Table& table);

/// Formats the efficiency table of some entries.
[[nodiscard]] inline std::string markdown(Entries entries) { return markdown(table(entries)); }

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/report/table-inl.hpp"
#endif
