// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/record/entry.hpp"
#include "perjoule/report/table_columns.hpp"

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

/// Returns what of the interval of an entry's energy is the meter's gain, at 95 %.
[[nodiscard]] std::string describe_gain(const Entry& entry);

}  // namespace detail

/// Returns the efficiency table, with a row for each entry. Scores use the first metric. A cell
/// that ends in ! is explained by a note that begins with it: its time or energy changed while it
/// was measured, or has other programs' turns in it.
/// @throws Error if there is no column of such a name
[[nodiscard]] Table table(Entries entries, const TableOptions& options);

/// Returns the efficiency table with its default columns.
[[nodiscard]] Table table(Entries entries);

namespace detail {

/// Escapes the bars in a cell, so that none begins another column.
[[nodiscard]] std::string escape_pipes(std::string_view cell);

}  // namespace detail

/// Formats a table for terminals and READMEs alike: GitHub Markdown, padded so that columns are
/// aligned.
[[nodiscard]] std::string markdown(const Table& table);

/// Formats the efficiency table of some entries.
/// @throws as table()
[[nodiscard]] std::string markdown(Entries entries, const TableOptions& options);

/// Formats the efficiency table with its default columns.
/// @throws as table()
[[nodiscard]] std::string markdown(Entries entries);

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/report/table-inl.hpp"
#endif
