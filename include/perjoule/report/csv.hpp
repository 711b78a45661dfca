// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/record/entry.hpp"
#include "perjoule/report/entry_numbers.hpp"

namespace perjoule::inline v0::detail {

/// A column of a CSV file, or a key of JSON.
struct DataColumn {
  std::string name;
  std::string_view type;  ///< of Frictionless: "string", "number" or "integer"
  std::string description;
  /// Returns what an entry has there: a text, or the digits of a number; empty if it is not known.
  std::function<std::string(const Entry& entry)> value;
};

/// Returns the columns of some entries: facts, and four for each number.
[[nodiscard]] std::vector<DataColumn> data_columns(Entries entries, double level = 0.95);

/// Returns a name in letters, digits and underscores.
[[nodiscard]] std::string safe_name(std::string_view name);

/// Returns the name of a number's column, which ends in its unit: "energy_j".
[[nodiscard]] std::string csv_name(const EntryNumber& number);

/// Returns a text as a cell that no spreadsheet takes for a formula.
[[nodiscard]] std::string csv_text(std::string_view text);

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

/// Formats entries for data frames: a row for each, and a column for each fact: names, data set,
/// machine, meter, scope; and of each number that some entry has its value, the two ends of its 95
/// % interval, and its provenance. Numbers are in SI units, which the names of columns end in, and
/// are not rounded; a share is one of 1. What is missing is an empty cell.
///
/// RFC 4180, in UTF-8, with \n at the end of a line. A text that a spreadsheet would take for a
/// formula begins with an apostrophe.
/// @unit as the names of the columns say: energy_j, time_s, stored_b
[[nodiscard]] std::string csv(Entries entries, double level = 0.95);

/// Formats the same data as JSON: an array of objects, with null for what is missing.
/// @unit as the keys say
[[nodiscard]] std::string data_json(Entries entries, double level = 0.95);

/// Returns a description of the CSV file: a Frictionless Tabular Data Package, as JSON.
/// @param path    of the file, relative to that of the description
/// @source https://specs.frictionlessdata.io/tabular-data-package/
[[nodiscard]] std::string datapackage_json(Entries entries, std::string_view path,
                                           double level = 0.95);

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/report/csv-inl.hpp"
#endif
