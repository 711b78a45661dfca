// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "cli/verify_markdown.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>

#include "perjoule/core/printable.hpp"
#include "perjoule/report/table.hpp"

namespace perjoule::cli {

namespace {

/// Tells whether a text means nothing but itself wherever it stands in a comment. Of letters alone,
/// "www.x.org" would become a link, and "GH-1" another one.
[[nodiscard]] bool is_plain(std::string_view text) {
  char before = ' ';
  for (const char c : text) {
    const auto is_letter = [](char of) { return (of | 0x20) >= 'a' && (of | 0x20) <= 'z'; };
    const bool is_word = is_letter(c) || (c >= '0' && c <= '9') || static_cast<signed char>(c) < 0;
    const bool is_mark = std::string_view(" %,+)/").find(c) != std::string_view::npos;
    const bool is_sign = (c == '.' || c == '-') && !is_letter(before);
    const bool is_bracket = c == '[' || c == ']' || (c == '(' && before != ']');
    if (!is_word && !is_mark && !is_sign && !is_bracket) return false;
    before = c;
  }
  return true;
}

[[nodiscard]] std::string in_markdown(const std::string& text) {
  return is_plain(text) ? text : markdown_code(text);
}

/// Adds lines of a list, of which a comment does not need all if there are many.
template <class Items, class Line>
void add_list(std::string& out, const Items& items, const Line& line) {
  constexpr std::size_t most = 20;
  for (std::size_t i = 0; i < std::min(items.size(), most); ++i) out += "  - " + line(items[i]);
  if (items.size() > most) out += fmt::format("  - and {} more\n", items.size() - most);
}

void add_verdict(std::string& out, const Verification& found) {
  const char* const verdict = found.is_accepted() ? "accepted" : "**refused**";
  out += fmt::format("- {}: {}\n", markdown_code(found.file), verdict);
  if (!found.why_not_read.empty()) {
    out += fmt::format("  - {}\n", markdown_code(found.why_not_read));
  }
  add_list(out, found.findings, [](const Finding& one) {
    const std::string place =
        one.pointer.empty() ? "" : fmt::format(" at {}", markdown_code(one.pointer));
    return fmt::format("**{}**{}: {}\n", one.code, place, markdown_code(one.why));
  });
  add_list(out, found.not_checked, [](const std::string& what) {
    return fmt::format("not checked: {}\n", markdown_code(what));
  });
}

}  // namespace

std::string markdown_code(std::string_view text) {
  constexpr std::size_t most = 400;
  std::string shown = text::printable(text);
  if (shown.size() > most) {
    std::size_t end = most;
    while ((static_cast<unsigned char>(shown[end]) & 0xC0U) == 0x80U) --end;
    shown.resize(end);
    shown += "...";
  }
  std::string code = "`";
  for (const char c : shown) {
    if (c == '`' || c == '|') {
      code += fmt::format("<U+{:04X}>", static_cast<unsigned>(c));
    } else {
      code += c;
    }
  }
  return code + '`';
}

std::string markdown_table(const std::vector<Entry>& entries) {
  const Table of = table(entries);
  std::string out;
  for (std::size_t row = 0; row < of.rows(); ++row) {
    for (std::size_t column = 0; column < of.columns(); ++column) {
      out += "| " + in_markdown(of.at(row, column)) + ' ';
    }
    out += "|\n";
    if (row != 0) continue;
    for (std::size_t column = 0; column < of.columns(); ++column) {
      out += column == 0 ? "| --- " : "| ---: ";
    }
    out += "|\n";
  }
  if (!of.notes().empty()) out += '\n';
  for (const std::string& note : of.notes()) out += "- " + in_markdown(note) + '\n';
  return out;
}

std::string markdown_comment(const std::vector<Verification>& all,
                             const std::vector<std::string>& tables) {
  const auto accepted = std::count_if(all.begin(), all.end(),
                                      [](const Verification& of) { return of.is_accepted(); });
  std::string out =
      fmt::format("**perjoule: {} of {} records accepted**\n\n", accepted, all.size());
  for (const Verification& found : all) add_verdict(out, found);
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (!all[i].is_accepted()) continue;
    out += fmt::format("\n{}:\n\n{}", markdown_code(all[i].file), tables[i]);
  }
  return out;
}

}  // namespace perjoule::cli
