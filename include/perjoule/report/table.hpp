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

/// Cells that are text already, and notes to stand below them: what markdown() writes.
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
  /// A sentence each, in the order in which they were added.
  [[nodiscard]] const std::vector<std::string>& notes() const noexcept { return notes_; }

  /// Adds a cell below the last one, or at the top of a new column.
  void add(std::string_view cell);

  /// Adds a note, unless the table has it already.
  /// @param sentence  without its full stop
  void note(std::string_view sentence);

 private:
  std::size_t rows_;
  std::vector<std::string> cells_;  // column by column
  std::vector<std::string> notes_;
};

namespace detail {

[[nodiscard]] Measured<double> with_interval(const Estimate<double>& estimate) noexcept;

/// Which number of an entry stands in a column, and under which head.
struct ColumnSource {
  enum class Kind { metric, wall, energy, stored, compressed, resident, inflation, peak, score };
  Kind kind;
  std::string_view title;        ///< "energy/item"; for a metric its name
  std::string_view unit = {};    ///< "J", which has a prefix in the head unless it is a metric's
  std::string_view score = {};   ///< "quality_per_stored_byte"
  std::string_view suffix = {};  ///< " stored", as in "quality/MB stored"
  bool is_always_shown = false;  ///< for what a reader must know to be missing
};

[[nodiscard]] Measured<double> column_value(const Entry& entry,
                                            const ColumnSource& source) noexcept;

/// "energy/item (mJ)", "quality/MB stored", "accuracy (%)".
/// @param factor  what 1 in the column stands for. @unit of the SI unit
[[nodiscard]] std::string column_head(const ColumnSource& source, double factor);

/// Adds a column: its head, with one prefix for all cells, then a cell for each entry. If all
/// numbers have the same provenance the head names it, otherwise each cell that is not measured
/// does.
void add_column(Table& table, Entries entries, const ColumnSource& source);

void add_notes(Table& table, const Entry& entry);

}  // namespace detail

/// A row for each entry. Columns without a single number are left out, except energy: a reader must
/// know that it is missing. Scores are those of the first metric.
[[nodiscard]] Table table(Entries entries);

namespace detail {

/// A cell in which no bar begins another column.
[[nodiscard]] std::string escape_pipes(std::string_view cell);

}  // namespace detail

/// A table for terminals and READMEs alike: GitHub Markdown, padded so that columns are aligned.
[[nodiscard]] std::string markdown(const Table& table);

/// The efficiency table of some entries.
[[nodiscard]] inline std::string markdown(Entries entries) { return markdown(table(entries)); }

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/report/table-inl.hpp"
#endif
