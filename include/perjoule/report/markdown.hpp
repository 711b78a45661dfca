// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string>
#include <string_view>

#include "perjoule/core/config.hpp"
#include "perjoule/record/entry.hpp"
#include "perjoule/report/table.hpp"
#include "perjoule/report/table_columns.hpp"

namespace perjoule::inline v0::detail {

/// Returns a text as it is shown in a cell of Markdown, on one line.
[[nodiscard]] std::string escape_markdown(std::string_view cell);

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

/// Formats a table for terminals and READMEs alike: GitHub Markdown, padded so that columns are
/// aligned. Marks of the best numbers are left out, which would only clutter a terminal.
[[nodiscard]] std::string markdown(const Table& table);

/// Formats the efficiency table of some entries.
/// @throws as table()
[[nodiscard]] std::string markdown(Entries entries, const TableOptions& options);

/// Formats the efficiency table with its default columns.
/// @throws as table()
[[nodiscard]] std::string markdown(Entries entries);

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/report/markdown-inl.hpp"
#endif
