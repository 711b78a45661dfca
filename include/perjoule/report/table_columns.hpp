// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/record/entry.hpp"
#include "perjoule/report/entry_numbers.hpp"

namespace perjoule::inline v0 {

/// What an efficiency table shows.
struct TableOptions {
  /// The columns after the model, in this order, each by its name: that of a metric, `time`,
  /// `cpu_time`, `energy`, `active_energy`, `stored`, `compressed`, `resident`, `inflation`,
  /// `peak`, or that of a score, such as `quality_per_joule`. Some names stand for several columns:
  /// - `default`: at most six, which fit 120 characters: a metric, time, energy, stored bytes,
  ///   memory and quality per joule. Where energy is modelled or missing, CPU time replaces the
  ///   last two. Further metrics take the room that is left, and a note names what is not shown.
  /// - `full`: all of which some entry has a number.
  /// - `paper`: all metrics, time, energy and stored bytes; quality per joule where energy was
  ///   measured.
  /// - `tiny`: the first metric and energy, or CPU time where energy is modelled or missing.
  /// In all of these, a column that is the same in every row is a note instead.
  std::vector<std::string> columns = {"default"};
  /// Whether the table is for readers, who want to see the best number of a column and those that
  /// cannot be told from it, the second, and the models on the Pareto front; and not what whoever
  /// measured could do better.
  bool for_readers = false;
  /// A model that the others are compared with: each cost has a second column, of its ratio to that
  /// model's; empty: none.
  std::string baseline = {};
  double level = 0.95;  ///< of the intervals, and of what can be told apart. @unit a share of 1
};

}  // namespace perjoule::inline v0

namespace perjoule::inline v0::detail {

/// A column of a table.
struct SelectedColumn {
  EntryNumber number;
  bool is_always_shown = false;  ///< even if it is missing, or the same in every row
};

/// Tells whether a list of columns has one of this name.
[[nodiscard]] bool contains(const std::vector<SelectedColumn>& columns, std::string_view name);

/// Returns the columns that some options name, metrics first.
/// @throws Error if there is no column of such a name
[[nodiscard]] std::vector<SelectedColumn> selected_columns(Entries entries,
                                                           const TableOptions& options);

/// Returns the names of columns that are not among the selected ones, though they have something to
/// show.
[[nodiscard]] std::string hidden_columns(Entries entries,
                                         const std::vector<SelectedColumn>& selected);

/// Returns a head such as "energy/item (mJ)", "quality/MB stored", "accuracy (%)".
/// @param factor  value of 1 in the column. @unit SI
[[nodiscard]] std::string column_head(const EntryNumber& number, double factor);

}  // namespace perjoule::inline v0::detail

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/report/table_columns-inl.hpp"
#endif
