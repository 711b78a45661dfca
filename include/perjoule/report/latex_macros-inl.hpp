// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/printable.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/report/entry_numbers.hpp"
#include "perjoule/report/latex.hpp"
#include "perjoule/report/latex_macros.hpp"
#include "perjoule/report/table.hpp"

namespace perjoule::inline v0::detail {

/// Returns a name in characters that a macro's argument may have.
PERJOULE_INLINE std::string macro_key(std::string_view name) {
  std::string key;
  for (const char c : name) {
    const bool is_kept = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                         (c >= '0' && c <= '9') || c == '.' || c == '+' || c == '-' || c == '_';
    key += is_kept ? c : '-';
  }
  return key;
}

/// Returns a name that none of the others has.
PERJOULE_INLINE std::string unique(std::string key, const std::vector<std::string>& others) {
  const std::string wanted = key;
  for (std::size_t i = 2; std::find(others.begin(), others.end(), key) != others.end(); ++i) {
    key = text::format("{}-{}", wanted, i);
  }
  return key;
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE std::string latex_macros(Entries entries, double level) {
  TableOptions options{.columns = {}, .level = level};
  for (const detail::EntryNumber& number : detail::entry_numbers(entries)) {
    if (!detail::has_number(entries, number)) continue;
    const std::string name(number.name);
    if (std::find(options.columns.begin(), options.columns.end(), name) != options.columns.end()) {
      detail::fail("two numbers of one name", name, "give the metric another name");
    }
    options.columns.push_back(name);
  }
  const Table all = table(entries, options);
  std::string out =
      "% \\perjoule{model}{number} is a number with its interval and unit,\n"
      "% \\perjoulevalue{model}{number} the number alone. All are listed below.\n"
      "\\makeatletter\n"
      "\\newcommand{\\perjoule@use}[3]{\\ifcsname perjoule@#1@#2@#3\\endcsname\n"
      "  \\csname perjoule@#1@#2@#3\\endcsname\n"
      "  \\else\\PackageError{perjoule}{There is no number '#3' of a model '#2'}\n"
      "  {The file with the macros lists what there is.}\\fi}\n"
      "\\newcommand{\\perjoule}[2]{\\perjoule@use{full}{#1}{#2}}\n"
      "\\newcommand{\\perjoulevalue}[2]{\\perjoule@use{value}{#1}{#2}}\n"
      "\\newcommand{\\perjoule@number}[4]{%\n"
      "  \\expandafter\\def\\csname perjoule@full@#1@#2\\endcsname{#3#4}%\n"
      "  \\expandafter\\def\\csname perjoule@value@#1@#2\\endcsname{#3}}\n";
  std::vector<std::string> columns;
  for (std::size_t column = 1; column < all.columns(); ++column) {
    columns.push_back(detail::unique(detail::macro_key(all.cell(0, column).column), columns));
  }
  std::vector<std::string> models;
  for (std::size_t row = 1; row < all.rows(); ++row) {
    models.push_back(detail::unique(detail::macro_key(all.cell(row, 0).text), models));
    out += text::format("% {}\n", all.cell(row, 0).text);
    for (std::size_t column = 1; column < all.columns(); ++column) {
      const std::string& number = all.cell(row, column).text;
      const std::string unit = detail::latex_head(all.cell(0, column)).unit;
      const std::size_t space = std::min(number.find(' '), number.size());
      const std::string shown = detail::latex_number(number.substr(0, space));
      std::string rest = detail::latex_number(number.substr(space));
      if (unit.size() > 2 && number != "n/a") {
        rest += text::format("\\,{}", unit.substr(1, unit.size() - 2));
      }
      out += text::format("\\perjoule@number{{{}}}{{{}}}{{{}}}{{{}}}\n", models.back(),
                          columns[column - 1], shown, rest);
    }
  }
  return out + "\\makeatother\n";
}

}  // namespace perjoule::inline v0
