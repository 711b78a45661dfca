// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string.h>

#include <cstddef>
#include <initializer_list>
#include <span>
#include <string>

#include "perjoule/core/config.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/record/entry.hpp"
#include "perjoule/report/table.hpp"

namespace perjoule::inline v0 {

namespace detail {

/// A cell in which no bar opens a column of its own.
[[nodiscard]] PERJOULE_COLD inline text::Long without_bars(const char* cell) noexcept {
  text::Long escaped;
  std::size_t size = 0;
  for (; *cell != '\0' && size + 2 < sizeof escaped.chars; ++cell) {
    if (*cell == '|') escaped.chars[size++] = '\\';
    escaped.chars[size++] = *cell;
  }
  return escaped;
}

}  // namespace detail

/// A table for a terminal and a README alike: GitHub Markdown, padded so that columns stand below
/// each other.
[[nodiscard]] PERJOULE_COLD inline std::string markdown(const Table& table) {
  std::string out;
  const std::size_t rows = table.rows();
  for (std::size_t line = 0; line < rows + 1; ++line) {  // line 1 is the rule below the heads
    for (std::size_t column = 0; column < table.columns(); ++column) {
      std::size_t widest = 3;
      for (std::size_t row = 0; row < rows; ++row) {
        const std::size_t width = text::width(detail::without_bars(table.at(row, column)).chars);
        if (width > widest) widest = width;
      }
      const bool is_number = column != 0;
      text::put(out, "| ");
      if (line == 1) {
        out.append(widest - 1, '-');
        text::put(out, is_number ? ": " : "- ");
        continue;
      }
      const text::Long cell = detail::without_bars(table.at(line == 0 ? 0 : line - 1, column));
      const std::size_t padding = widest - text::width(cell.chars);
      out.append(is_number ? padding : 0, ' ');
      text::put(out, cell.chars);
      out.append(is_number ? 1 : padding + 1, ' ');
    }
    text::put(out, "|\n");
  }
  for (const char* note = table.notes().c_str(); *note != '\0';) {
    const std::size_t size = strcspn(note, "\n") + 1;
    text::put(out, note == table.notes().c_str() ? "\n- " : "- ");
    out.append(note, size);
    note += size;
  }
  return out;
}

/// The efficiency table of some entries.
[[nodiscard]] inline std::string markdown(std::span<const Entry> entries) {
  return markdown(table(detail::refs_to(entries)));
}

/// @copydoc markdown(std::span<const Entry>)
[[nodiscard]] inline std::string markdown(std::initializer_list<EntryRef> entries) {
  return markdown(table(detail::refs_to(entries)));
}

}  // namespace perjoule::inline v0
