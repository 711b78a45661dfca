// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/record/entry.hpp"
#include "perjoule/report/entry_numbers.hpp"
#include "perjoule/report/table_columns.hpp"
#include "perjoule/units/estimate.hpp"

namespace perjoule::inline v0 {

/// A cell of a table: a text that was rounded once, for all formats, and what each of these shows
/// in its own way.
struct TableCell {
  std::string text;
  Provenance provenance = Provenance::measured;           ///< told unless it is this one
  bool is_disturbed = false;                              ///< the note that begins with ! says why
  detail::Standing standing = detail::Standing::none;     ///< among the numbers of its column
  std::string front = {};                                 ///< of a model: its letter on the front
  Direction better = Direction::unknown;  ///< of a head
  std::string column = {};                                ///< of a head: "energy"
};

/// Table of text cells, with notes below it: the input of markdown(), latex() and html().
class Table {
 public:
  explicit Table(std::size_t rows) : rows_(rows) {}

  /// Row 0 holds the heads, and column 0 holds names and no numbers.
  [[nodiscard]] std::size_t rows() const noexcept { return rows_; }
  [[nodiscard]] std::size_t columns() const noexcept {
    return rows_ == 0 ? 0 : cells_.size() / rows_;
  }
  [[nodiscard]] const TableCell& cell(std::size_t row, std::size_t column) const noexcept {
    return cells_[column * rows_ + row];
  }
  /// Returns a cell as plain text: "2.0 [0.7, 6.0] (modelled) !", "energy/item (mJ), modelled".
  [[nodiscard]] std::string at(std::size_t row, std::size_t column) const;
  /// Returns the notes, one sentence each, in the order in which they were added.
  [[nodiscard]] const std::vector<std::string>& notes() const noexcept { return notes_; }

  /// Adds a cell below the last one, or at the top of a new column. What cannot be shown in it is
  /// replaced, see text::printable().
  void add(TableCell cell);
  void add(std::string_view text) { add(TableCell{std::string(text)}); }

  /// Adds a note, unless the table already has it.
  /// @param sentence  without its full stop
  void note(std::string_view sentence);

 private:
  std::size_t rows_;
  std::vector<TableCell> cells_;  // column by column
  std::vector<std::string> notes_;
  std::vector<std::size_t> note_hashes_;  // long notes often differ in their ends alone
};

namespace detail {

/// Returns what of the interval of an entry's energy is the meter's gain, at 95 %.
[[nodiscard]] std::string describe_gain(const Entry& entry);

/// A caveat with the names of all models that have it.
struct SharedCaveat {
  Caveat caveat;
  std::string models;  ///< "fp32, int8"
};

/// Returns the caveats of some entries, each once. That a known energy was not measured is said of
/// the energy, and not here.
[[nodiscard]] std::vector<SharedCaveat> shared_caveats(Entries entries);

}  // namespace detail

/// Returns the efficiency table, with a row for each entry. Scores use the first metric. A cell
/// that ends in ! is explained by a note that begins with it: its time or energy changed while it
/// was measured, or has other programs' turns in it.
/// @throws Error if there is no column of such a name
[[nodiscard]] Table table(Entries entries, const TableOptions& options);

/// Returns the efficiency table with its default columns.
[[nodiscard]] Table table(Entries entries);

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/report/table-inl.hpp"
#endif
