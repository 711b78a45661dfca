// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/report/markdown.hpp"

namespace perjoule::inline v0::detail {

/// Escapes what would begin another column, HTML or a link. A backslash is one already, unless it
/// escapes what follows.
PERJOULE_INLINE std::string escape_markdown(std::string_view cell) {
  constexpr std::string_view special = "|<\\(";
  std::string escaped;
  for (std::size_t i = 0; i < cell.size(); ++i) {
    const bool is_last = i + 1 == cell.size();
    const bool is_link = cell[i] == '(' && i != 0 && cell[i - 1] == ']';
    const bool is_escape =
        cell[i] == '\\' && (is_last || special.find(cell[i + 1]) != special.npos);
    if (cell[i] == '|' || cell[i] == '<' || is_link || is_escape) escaped += '\\';
    escaped += cell[i];
  }
  return escaped;
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE std::string markdown(const Table& table) {
  const std::size_t columns = table.columns();
  const auto cell_at = [&](std::size_t row, std::size_t column) {
    return detail::escape_markdown(table.at(row, column));
  };
  std::vector<std::size_t> widths(columns, 3);  // minimum width of the rule below the heads
  for (std::size_t column = 0; column < columns; ++column) {
    for (std::size_t row = 0; row < table.rows(); ++row) {
      widths[column] = std::max(widths[column], text::width(cell_at(row, column)));
    }
  }
  std::string out;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    for (std::size_t column = 0; column < columns; ++column) {
      const std::string cell = cell_at(row, column);
      const std::string padding(widths[column] - text::width(cell), ' ');
      const bool is_number = column != 0;
      out += "| " + (is_number ? padding + cell : cell + padding) + ' ';
    }
    out += "|\n";
    if (row != 0) continue;
    for (std::size_t column = 0; column < columns; ++column) {
      const bool is_number = column != 0;
      out += "| " + std::string(widths[column] - 1, '-') + (is_number ? ": " : "- ");
    }
    out += "|\n";
  }
  if (!table.notes().empty()) out += '\n';
  for (const std::string& note : table.notes()) out += "- " + detail::escape_markdown(note) + '\n';
  return out;
}

PERJOULE_INLINE std::string markdown(Entries entries, const TableOptions& options) {
  return markdown(table(entries, options));
}

PERJOULE_INLINE std::string markdown(Entries entries) { return markdown(table(entries)); }

}  // namespace perjoule::inline v0
