// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>

#include "perjoule/core/config.hpp"
#include "perjoule/core/printable.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/report/html.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE std::string escape_html(std::string_view text) {
  std::string escaped;
  for (const char c : text::printable(text)) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      case '\'':
        escaped += "&#39;";
        break;
      default:
        escaped += c;
    }
  }
  return escaped;
}

/// Returns a cell: its text, in the element that its standing gives it.
PERJOULE_INLINE std::string html_cell(const Table& table, std::size_t row, std::size_t column) {
  const TableCell& cell = table.cell(row, column);
  const std::string shown = escape_html(table.at(row, column));
  if (row == 0) {
    const std::string_view arrow = cell.better == Direction::higher  ? " \u2191"
                                   : cell.better == Direction::lower ? " \u2193"
                                                                     : "";
    return text::format("<th scope=\"col\">{}{}</th>", shown, arrow);
  }
  if (column == 0) return text::format("<th scope=\"row\">{}</th>", shown);
  if (cell.standing == Standing::best) return text::format("<td><strong>{}</strong></td>", shown);
  if (cell.standing == Standing::second) return text::format("<td><u>{}</u></td>", shown);
  return text::format("<td>{}</td>", shown);
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE std::string html(const Table& table) {
  std::string out = "<table>\n<thead>\n";
  for (std::size_t row = 0; row < table.rows(); ++row) {
    if (row == 1) out += "</thead>\n<tbody>\n";
    out += "<tr>";
    for (std::size_t column = 0; column < table.columns(); ++column) {
      out += detail::html_cell(table, row, column);
    }
    out += "</tr>\n";
  }
  out += table.rows() > 1 ? "</tbody>\n</table>\n" : "</thead>\n</table>\n";
  if (table.notes().empty()) return out;
  out += "<ul>\n";
  for (const std::string& note : table.notes()) {
    out += text::format("<li>{}</li>\n", detail::escape_html(note));
  }
  return out + "</ul>\n";
}

}  // namespace perjoule::inline v0
