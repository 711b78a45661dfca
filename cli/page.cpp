// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "cli/page.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <vector>

#include "cli/page_data.hpp"
#include "cli/page_files.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/report/entry_numbers.hpp"
#include "perjoule/report/html.hpp"
#include "perjoule/report/summary_text.hpp"
#include "perjoule/report/table.hpp"
#include "perjoule/report/table_columns.hpp"

namespace perjoule::cli {

namespace {

using detail::EntryNumber;
using detail::escape_html;

/// @param number  that the column shows; nullptr for names
std::string head_cell(const Table& table, std::size_t column, const EntryNumber* number) {
  const TableCell& cell = table.cell(0, column);
  std::string_view better;
  if (number != nullptr && number->better == Direction::higher) better = "higher";
  if (number != nullptr && number->better == Direction::lower) better = "lower";
  std::string out = fmt::format("<th scope=\"col\" data-column=\"{}\"", escape_html(cell.column));
  if (!better.empty()) out += fmt::format(" data-better=\"{}\"", better);
  out += fmt::format("><span>{}</span>", escape_html(table.at(0, column)));
  if (!better.empty()) out += fmt::format("<small>{} is better</small>", better);
  return out + "</th>";
}

/// Returns a cell with the number that its column is sorted by, in SI units and not rounded.
std::string body_cell(const Table& table, std::size_t row, std::size_t column, double number) {
  const std::string shown = escape_html(table.at(row, column));
  if (column == 0) return fmt::format("<th scope=\"row\">{}</th>", shown);
  std::string out = "<td";
  if (is_finite(number)) out += fmt::format(" data-sort=\"{}\"", text::shortest(number));
  switch (table.cell(row, column).standing) {
    case detail::Standing::best:
      return out + fmt::format("><strong>{}</strong></td>", shown);
    case detail::Standing::second:
      return out + fmt::format("><u>{}</u></td>", shown);
    case detail::Standing::none:
      break;
  }
  return out + fmt::format(">{}</td>", shown);
}

std::string table_of(Entries entries, const Table& table) {
  const std::vector<EntryNumber> all = detail::entry_numbers(entries);
  std::vector<const EntryNumber*> numbers(table.columns(), nullptr);
  for (std::size_t column = 1; column < table.columns(); ++column) {
    for (const EntryNumber& number : all) {
      if (number.name == table.cell(0, column).column) numbers[column] = &number;
    }
  }
  std::string out = "<table id=\"records\">\n<thead>\n<tr>";
  for (std::size_t column = 0; column < table.columns(); ++column) {
    out += head_cell(table, column, numbers[column]);
  }
  out += "</tr>\n</thead>\n<tbody>\n";
  for (std::size_t row = 1; row < table.rows(); ++row) {
    out += "<tr>";
    for (std::size_t column = 0; column < table.columns(); ++column) {
      const EntryNumber* const number = numbers[column];
      out += body_cell(
          table, row, column,
          number == nullptr ? detail::quiet_nan() : number->in(entries[row - 1]).estimate.value);
    }
    out += "</tr>\n";
  }
  return out + "</tbody>\n</table>\n";
}

std::string notes_of(const Table& table) {
  if (table.notes().empty()) return "";
  std::string out = "<h2>Notes</h2>\n<ul id=\"notes\">\n";
  for (const std::string& note : table.notes()) {
    // Thousands of names may have one caveat; then the note scrolls.
    const bool is_long = note.size() > 600;
    out += is_long ? "<li><div>" : "<li>";
    out += escape_html(note);
    out += is_long ? "</div></li>\n" : "</li>\n";
  }
  return out + "</ul>\n";
}

/// Returns a text with all of a part replaced.
std::string replaced(std::string_view in, std::string_view part, std::string_view by) {
  std::string out;
  for (std::size_t at = in.find(part); at != in.npos; at = in.find(part)) {
    out += in.substr(0, at);
    out += by;
    in.remove_prefix(at + part.size());
  }
  return out += in;
}

/// Returns the figure as an element whose names are not those of the page.
std::string figure_of(const std::string& svg) {
  const std::size_t begin = svg.find("<svg");
  if (begin == svg.npos) return "";
  std::string element = replaced(svg.substr(begin), "<svg",
                                 "<svg role=\"img\" aria-label=\"Quality against cost, with the "
                                 "Pareto front: numbers of the table\"");
  // gnuplot quotes either way. In a label, these could only be part of a metric's name.
  for (const char quote : {'\'', '"'}) {
    element = replaced(element, fmt::format(" id={}", quote), fmt::format(" id={}figure-", quote));
    element =
        replaced(element, fmt::format(":href={}#", quote), fmt::format(":href={}#figure-", quote));
  }
  element = replaced(element, "url(#", "url(#figure-");
  return fmt::format("<figure id=\"figure\">\n{}</figure>\n", element);
}

/// Returns the source of a script for a Content-Security-Policy.
/// @source RFC 4648 4: base64, of 32 bytes
std::string hash_source(std::string_view hex) {
  constexpr std::string_view digits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string bits;
  for (const char c : hex) {
    const unsigned value =
        static_cast<unsigned>(c <= '9' ? c - '0' : c - 'a' + 10);  // as CMake writes it
    for (const unsigned bit : {8U, 4U, 2U, 1U}) bits += (value & bit) != 0 ? '1' : '0';
  }
  std::string out = "'sha256-";
  for (std::size_t at = 0; at < bits.size(); at += 6) {
    std::string group = bits.substr(at, 6);
    group.resize(6, '0');
    out += digits[std::stoul(group, nullptr, 2)];
  }
  return out + "='";
}

std::string script_element(const PageFile& file) {
  return file.text.empty() ? "" : fmt::format("<script>{}</script>\n", file.text);
}

}  // namespace

bool page_has_chart() noexcept { return !page_libraries().text.empty(); }

std::string page(Entries entries, const std::string& figure_svg) {
  const std::vector<std::size_t> groups = comparable_groups(entries);
  const bool is_comparable =
      std::all_of(groups.begin(), groups.end(), [](std::size_t group) { return group == 0; });
  // Readers want the best marked; but among entries that cannot be compared, there is no best.
  const Table table = perjoule::table(entries, {{"full"}, is_comparable, ""});
  std::vector<std::string> letters;
  for (std::size_t row = 1; row < table.rows(); ++row) letters.push_back(table.cell(row, 0).front);
  const std::string lead = is_comparable ? headline(entries) : "";
  const std::string title = fmt::format("{} {} of quality and energy", entries.size(),
                                        entries.size() == 1 ? "run record" : "run records");
  std::string out = "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n";
  out += "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; ";
  out += "base-uri 'none'; form-action 'none'; img-src data:; style-src 'unsafe-inline'; ";
  out += "script-src " + hash_source(page_script().sha256);
  if (page_has_chart()) out += ' ' + hash_source(page_libraries().sha256);
  out += "\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n";
  out +=
      "<meta name=\"color-scheme\" content=\"light dark\">\n<link rel=\"icon\" href=\"data:,\">\n";
  out += fmt::format("<title>perjoule: {}</title>\n<style>{}</style>\n</head>\n<body>\n", title,
                     page_style().text);
  out += fmt::format("<header>\n<h1>{}</h1>\n", title);
  if (!lead.empty()) out += fmt::format("<p>{}</p>\n", escape_html(lead));
  out += "</header>\n<main>\n<div id=\"controls\"></div>\n<div id=\"chart\"></div>\n";
  out += figure_of(figure_svg);
  out += "<div id=\"scroll\" role=\"region\" aria-label=\"Table of run records\" tabindex=\"0\">\n";
  out += table_of(entries, table) + "</div>\n" + notes_of(table) + "</main>\n";
  out += "<script type=\"application/json\" id=\"data\">";
  out += page_data(entries, groups, letters) + "</script>\n";
  return out + script_element(page_libraries()) + script_element(page_script()) +
         "</body>\n</html>\n";
}

}  // namespace perjoule::cli
