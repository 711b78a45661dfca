// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/record/entry.hpp"
#include "perjoule/units/estimate.hpp"

namespace perjoule::inline v0 {

/// What an efficiency table shows.
struct TableOptions {
  /// The columns after the model, in this order, each by its name: that of a metric, `time`,
  /// `cpu_time`, `energy`, `active_energy`, `stored`, `compressed`, `resident`, `inflation`,
  /// `peak`, or that of a score, such as `quality_per_joule`. Two names stand for several columns:
  /// - `default`: at most six, which fit 120 characters: a metric, time, energy, stored bytes,
  ///   memory and quality per joule. Where energy is modelled or missing, CPU time replaces the
  ///   last two. Further metrics take the room that is left, and a note names what is not shown.
  /// - `full`: all of which some entry has a number.
  /// In both, a column that is the same in every row is a note instead.
  std::vector<std::string> columns = {"default"};
};

}  // namespace perjoule::inline v0

namespace perjoule::inline v0::detail {

/// Returns an estimate of what cannot be negative, with its interval.
/// @unit  same as the estimate
/// @error 95 % interval
[[nodiscard]] IntervalEstimate<double> with_interval(const Estimate<double>& estimate) noexcept;

/// Number of an entry that a column shows, and the head of the column.
struct ColumnSource {
  enum class Kind {
    metric,
    time,
    cpu_time,
    energy,
    active_energy,
    stored,
    compressed,
    resident,
    inflation,
    peak,
    score
  };
  Kind kind;
  std::string_view name;         ///< in TableOptions: "energy"; for a metric its own
  std::string_view title;        ///< "energy/item"
  std::string_view unit = {};    ///< "J"; the head adds a prefix, except for a metric
  std::string_view suffix = {};  ///< " stored", as in "quality/MB stored"
  bool is_always_shown = false;  ///< even if it is missing, or the same in every row
};

[[nodiscard]] IntervalEstimate<double> column_value(const Entry& entry,
                                                    const ColumnSource& source) noexcept;

/// Tells whether a list of columns has one of this name.
[[nodiscard]] bool contains(const std::vector<ColumnSource>& columns, std::string_view name);

/// Returns the columns that some options name, metrics first.
/// @throws Error if there is no column of such a name
[[nodiscard]] std::vector<ColumnSource> selected_columns(Entries entries,
                                                         const TableOptions& options);

/// Returns the names of columns that are not among the selected ones, though they have something to
/// show.
[[nodiscard]] std::string hidden_columns(Entries entries,
                                         const std::vector<ColumnSource>& selected);

/// Returns a head such as "energy/item (mJ)", "quality/MB stored", "accuracy (%)".
/// @param factor  value of 1 in the column. @unit SI
[[nodiscard]] std::string column_head(const ColumnSource& source, double factor);

/// Tells whether a number of an entry changed while it was measured, or has other programs' turns
/// in it.
[[nodiscard]] bool is_disturbed(const Entry& entry, const ColumnSource& source);

}  // namespace perjoule::inline v0::detail

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/report/table_columns-inl.hpp"
#endif
