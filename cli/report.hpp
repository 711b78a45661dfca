// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string>
#include <vector>

namespace perjoule::cli {

struct ReportOptions {
  std::vector<std::string> files;    ///< run records
  std::string format = "md";         ///< of standard output: report_formats
  std::string folder;                ///< for files; empty: none is written
  std::vector<std::string> with;     ///< the files to write: report_files
  std::vector<std::string> columns;  ///< as TableOptions has them; empty: as fits
  std::string sort;      ///< a column; the best comes first, or the worst if it begins with -
  std::string baseline;  ///< a model that the others are compared with; empty: none
  double level = 0.95;   ///< of intervals. @unit a share of 1
  bool plot = false;     ///< draw the front in the terminal
};

/// Formats of standard output.
const std::vector<std::string>& report_formats();

/// Names of what can be written into a folder.
const std::vector<std::string>& report_files();

/// Reads records, and shows or writes what their entries say. Entries that cannot stand in one
/// table (another data set or metric, joules of another scope or kind) have a table each.
/// @return the exit code: 2 if a figure could not be drawn
/// @throws Error for a record that cannot be read, a column or a model that does not exist, and a
///         file that cannot be written
int report(const ReportOptions& options);

}  // namespace perjoule::cli
