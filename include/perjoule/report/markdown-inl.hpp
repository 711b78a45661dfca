// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <string_view>

#include "perjoule/core/config.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/report/markdown.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE text::Long without_bars(const char* cell) noexcept {
  text::Long escaped;
  std::size_t size = 0;
  for (; *cell != '\0' && size + 2 < sizeof escaped.chars; ++cell) {
    if (*cell == '|') escaped.chars[size++] = '\\';
    escaped.chars[size++] = *cell;
  }
  return escaped;
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE std::string markdown(const Table& table) {
  text::Text out;
  const std::size_t rows = table.rows();
  for (std::size_t line = 0; line < rows + 1; ++line) {  // line 1 is the rule below the heads
    for (std::size_t column = 0; column < table.columns(); ++column) {
      std::size_t widest = 3;
      for (std::size_t row = 0; row < rows; ++row) {
        const std::size_t width = text::width(detail::without_bars(table.at(row, column)).chars);
        if (width > widest) widest = width;
      }
      const bool is_number = column != 0;
      out.put("| ");
      if (line == 1) {
        out.put('-', widest - 1);
        out.put(is_number ? ": " : "- ");
        continue;
      }
      const text::Long cell = detail::without_bars(table.at(line == 0 ? 0 : line - 1, column));
      const std::size_t padding = widest - text::width(cell.chars);
      out.put(' ', is_number ? padding : 0);
      out.put(cell.chars);
      out.put(' ', is_number ? 1 : padding + 1);
    }
    out.put("|\n");
  }
  const std::string_view notes = table.notes();
  for (std::size_t i = 0; i < notes.size();) {
    const std::size_t size = notes.find('\n', i) + 1 - i;
    out.put(i == 0 ? "\n- " : "- ");
    out.put(notes.data() + i, size);
    i += size;
  }
  return std::string(out.view());
}

}  // namespace perjoule::inline v0
