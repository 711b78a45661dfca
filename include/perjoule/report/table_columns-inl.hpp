// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <algorithm>
#include <cstddef>

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/report/entry_numbers.hpp"
#include "perjoule/report/summary_text.hpp"
#include "perjoule/report/table_columns.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE bool contains(const std::vector<SelectedColumn>& columns, std::string_view name) {
  return std::any_of(columns.begin(), columns.end(),
                     [&](const SelectedColumn& column) { return column.number.name == name; });
}

/// Tells whether a table shows a column even if all of it is missing.
PERJOULE_INLINE bool is_always_shown(const EntryNumber& number) noexcept {
  return number.kind == EntryNumber::Kind::metric || number.name == "energy";
}

/// Tells whether a column of some entries has something to show, if only that a number is missing.
PERJOULE_INLINE bool has_cells(Entries entries, const EntryNumber& number) {
  return is_always_shown(number) || has_number(entries, number);
}

/// Returns the columns that one name stands for, in the order of all numbers; none if it is no such
/// name.
PERJOULE_INLINE std::vector<EntryNumber> preset(Entries entries,
                                                const std::vector<EntryNumber>& all,
                                                std::string_view name) {
  // Where joules cannot rank models, CPU time stands in for scores of them, and for memory.
  const bool by_joules = rank_by_energy(entries);
  std::vector<std::string_view> names;
  std::size_t most = all.size();
  if (name == "full") {
    for (const EntryNumber& number : all) names.push_back(number.name);
  } else if (name == "paper") {
    names = {"time", "energy", "stored"};
    if (by_joules) names.push_back("quality_per_joule");
  } else if (name == "tiny") {
    names = {by_joules ? "energy" : "cpu_time"};
    most = 2;
  } else if (name == "default") {
    names = {"time", "energy", "stored", "cpu_time"};
    most = 5;  // a modelled energy takes the room of two
    if (by_joules) {
      const auto peak = std::find_if(all.begin(), all.end(),
                                     [](const EntryNumber& of) { return of.name == "peak"; });
      names[3] = has_number(entries, *peak) ? "peak" : "resident";
      names.push_back("quality_per_joule");
      most = 6;
    }
  }
  if (names.empty()) return {};
  std::vector<EntryNumber> columns;
  std::vector<EntryNumber> others;
  for (const EntryNumber& number : all) {
    if (number.kind == EntryNumber::Kind::metric) {
      columns.push_back(number);
    } else if (std::find(names.begin(), names.end(), number.name) != names.end() &&
               has_cells(entries, number)) {
      others.push_back(number);
    }
  }
  columns.resize(std::min(columns.size(), most - std::min(most, others.size())));
  columns.insert(columns.end(), others.begin(), others.end());
  return columns;
}

PERJOULE_INLINE std::vector<SelectedColumn> selected_columns(Entries entries,
                                                             const TableOptions& options) {
  const std::vector<EntryNumber> all = entry_numbers(entries, options.level);
  std::vector<SelectedColumn> selected;
  for (const std::string& name : options.columns) {
    const auto named = std::find_if(all.begin(), all.end(),
                                    [&](const EntryNumber& of) { return of.name == name; });
    if (named != all.end()) {  // whoever names a column wants to see it
      if (!contains(selected, name)) selected.push_back({*named, true});
      continue;
    }
    const std::vector<EntryNumber> several = preset(entries, all, name);
    if (several.empty()) {
      std::string names;
      for (const EntryNumber& known : all) names += std::string(known.name) + ", ";
      fail("a column of a table", text::format("there is no '{}'", name),
           text::format("name one of {}default, full, paper and tiny", names));
    }
    for (const EntryNumber& number : several) {
      if (contains(selected, number.name)) continue;
      selected.push_back({number, is_always_shown(number)});
    }
  }
  return selected;
}

PERJOULE_INLINE std::string hidden_columns(Entries entries,
                                           const std::vector<SelectedColumn>& selected) {
  std::string names;
  for (const EntryNumber& number : entry_numbers(entries)) {
    if (contains(selected, number.name) || !has_cells(entries, number)) continue;
    names += (names.empty() ? "" : ", ") + std::string(number.name);
  }
  return names;
}

PERJOULE_INLINE std::string column_head(const EntryNumber& number, double factor) {
  if (number.unit.empty()) return std::string(number.title);
  if (number.kind == EntryNumber::Kind::metric) {
    return text::format("{} ({})", number.title, number.unit);
  }
  if (number.kind == EntryNumber::Kind::score) {  // 1e6/J reads 1/uJ
    return text::format("{}/{}{}{}", number.title, text::prefix_of(1.0 / factor).symbol,
                        number.unit, number.of);
  }
  return text::format("{} ({}{})", number.title, text::prefix_of(factor).symbol, number.unit);
}

}  // namespace perjoule::inline v0::detail
