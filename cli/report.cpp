// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "cli/report.hpp"

#include <errno.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <map>
#include <string_view>
#include <utility>

#include "cli/figures.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/printable.hpp"
#include "perjoule/core/write_file.hpp"
#include "perjoule/integrations/read_json.hpp"
#include "perjoule/report/csv.hpp"
#include "perjoule/report/entry_numbers.hpp"
#include "perjoule/report/html.hpp"
#include "perjoule/report/latex.hpp"
#include "perjoule/report/latex_macros.hpp"
#include "perjoule/report/markdown.hpp"
#include "perjoule/report/methods.hpp"
#include "perjoule/report/table.hpp"
#include "perjoule/units/scope.hpp"

namespace perjoule::cli {

namespace {

/// Entries that may stand in one table.
struct Group {
  std::string title;  ///< what they have in common
  std::vector<Entry> entries;
};

/// Returns what two entries must have in common to stand in one table.
std::string title_of(const Entry& entry) {
  const MeterDescription& meter = entry.meter;
  const std::string_view kind = meter.provenance == Provenance::estimated
                                    ? name(Provenance::measured)
                                    : name(meter.provenance);
  std::string title = fmt::format("energy of {}, {}", name(meter.scope), kind);
  if (meter.scope == Scope::none) title = "no energy";
  if (!entry.quality.empty()) {
    const Quality& quality = entry.quality[0];
    title = fmt::format("{} ({}), {}", quality.metric, quality.signature, title);
  }
  if (!entry.plan.dataset.empty()) title = fmt::format("{}: {}", entry.plan.dataset, title);
  return text::printable(title);
}

/// Tells models of one name apart by the file that each came from.
void name_by_file(std::vector<Entry>& entries, const std::vector<std::string>& files) {
  std::map<std::string, std::size_t> counts;
  for (const Entry& entry : entries) ++counts[entry.plan.name];
  std::map<std::string, std::size_t> seen;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    std::string& name = entries[i].plan.name;
    if (counts[name] == 1) continue;
    std::string longer =
        fmt::format("{} [{}]", name, std::filesystem::path(files[i]).stem().string());
    const std::size_t place = ++seen[longer];
    if (place > 1) longer += fmt::format(" #{}", place);
    name = longer;
  }
}

std::vector<Entry> read(const std::vector<std::string>& paths) {
  std::vector<Entry> entries;
  std::vector<std::string> files;
  for (const std::string& path : paths) {
    for (Entry& entry : read_json(path)) {
      for (const std::string& key : entry.ignored_keys) {
        fmt::print(stderr, "perjoule: {}: this version does not know {}, and leaves it out\n", path,
                   text::printable(key));
      }
      entries.push_back(std::move(entry));
      files.push_back(path);
    }
  }
  name_by_file(entries, files);
  return entries;
}

std::vector<Group> groups_of(std::vector<Entry>&& entries) {
  std::vector<Group> groups;
  for (Entry& entry : entries) {
    const std::string title = title_of(entry);
    auto group = std::find_if(groups.begin(), groups.end(),
                              [&](const Group& other) { return other.title == title; });
    if (group == groups.end()) group = groups.insert(group, {title, {}});
    group->entries.push_back(std::move(entry));
  }
  return groups;
}

/// Sorts by a number that some entry has: the best first, and what has none last.
void sort_by(std::vector<Entry>& entries, std::string_view column) {
  const bool is_reversed = column.starts_with('-');
  if (is_reversed) column.remove_prefix(1);
  std::string names;
  for (const detail::EntryNumber& number : detail::entry_numbers(entries)) {
    names += fmt::format("{}, ", number.name);
    if (number.name != column) continue;
    const double sign = (number.better == detail::Direction::higher) != is_reversed ? -1.0 : 1.0;
    std::vector<std::pair<double, std::size_t>> keys;
    for (std::size_t i = 0; i < entries.size(); ++i) {
      const Estimate<double> estimate = number.in(entries[i]).estimate;
      keys.emplace_back(estimate.is_known() ? sign * estimate.value : 1e308, i);
    }
    std::sort(keys.begin(), keys.end());
    std::vector<Entry> sorted;
    for (const auto& [key, i] : keys) sorted.push_back(std::move(entries[i]));
    entries = std::move(sorted);
    return;
  }
  throw Error("cannot sort", fmt::format("there is no '{}'", column),
              fmt::format("name one of {}or one of them after a -", names));
}

using Format = std::function<std::string(const std::vector<Entry>&, const TableOptions&)>;

std::string html_of(const std::vector<Entry>& entries, const TableOptions& options) {
  return html(table(entries, options));
}

std::string methods_of(const std::vector<Entry>& entries, const TableOptions&) {
  std::string paragraph;
  for (const std::string& sentence : methods(entries)) paragraph += sentence + '\n';
  return paragraph;
}

std::string latex_of(const std::vector<Entry>& entries, TableOptions options) {
  if (options.columns[0] == "default") options.columns[0] = "paper";  // a page is narrow
  return latex(entries, options);
}

std::string markdown_of(const std::vector<Entry>& entries, const TableOptions& options) {
  return markdown(entries, options);
}

/// A file that a name after --with stands for.
struct File {
  std::string_view with;
  std::string_view stem;
  std::string_view extension;
  Format format;
};

const std::vector<File>& files() {
  static const std::vector<File> all = {
      {"md", "table", "md", markdown_of},
      {"tex", "table", "tex", latex_of},
      {"html", "table", "html", html_of},
      {"csv", "data", "csv", [](const auto& entries, const auto&) { return csv(entries); }},
      {"csv", "datapackage", "json",
       [](const auto& entries, const auto&) { return datapackage_json(entries, "data.csv"); }},
      {"data", "data", "json", [](const auto& entries, const auto&) { return data_json(entries); }},
      {"macros", "macros", "tex",
       [](const auto& entries, const auto&) { return latex_macros(entries); }},
      {"methods", "methods", "txt", methods_of},
      {"methods", "methods", "tex",
       [](const auto& entries, const auto&) { return latex_methods(entries); }},
      {"methods", "references", "bib",
       [](const auto& entries, const auto&) { return bibtex(entries); }}};
  return all;
}

constexpr std::string_view image_formats[] = {"svg", "pdf", "png"};

bool has(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// Writes the files of a group. Returns whether all figures could be drawn.
bool write_files(const Group& group, std::string_view suffix, const ReportOptions& options,
                 const TableOptions& columns) {
  const auto path_of = [&](std::string_view stem, std::string_view extension) {
    return (std::filesystem::path(options.folder) / fmt::format("{}{}.{}", stem, suffix, extension))
        .string();
  };
  for (const File& file : files()) {
    if (!has(options.with, file.with)) continue;
    const std::string path = path_of(file.stem, file.extension);
    write_file(path, file.stem == "datapackage"
                         ? datapackage_json(group.entries, fmt::format("data{}.csv", suffix))
                         : file.format(group.entries, columns));
    fmt::print("{}\n", path);
  }
  bool are_drawn = true;
  for (const Figure& figure : figures_of(group.entries)) {
    if (has(options.with, "pgf")) {
      const std::string path = path_of(figure.name, "tex");
      write_file(path, pgfplots_source(figure));
      fmt::print("{}\n", path);
    }
    for (const std::string_view format : image_formats) {
      if (!has(options.with, format) || !are_drawn) continue;
      const std::string path = path_of(figure.name, format);
      try {
        write_file(path, draw(figure, format));
        fmt::print("{}\n", path);
      } catch (const CannotDraw& reason) {
        fmt::print(stderr, "{}\n", reason.what());
        are_drawn = false;
      }
    }
  }
  return are_drawn;
}

std::string shown(const Group& group, const ReportOptions& options, const TableOptions& columns) {
  if (options.format == "csv") return csv(group.entries);
  if (options.format == "json") return data_json(group.entries);
  if (options.format == "tex") return latex_of(group.entries, columns);
  if (options.format == "html") return html_of(group.entries, columns);
  return markdown_of(group.entries, columns);
}

}  // namespace

const std::vector<std::string>& report_formats() {
  static const std::vector<std::string> formats = {"md", "tex", "csv", "json", "html"};
  return formats;
}

const std::vector<std::string>& report_files() {
  static const std::vector<std::string> names = {"tex", "md",  "csv",    "html",    "svg", "pdf",
                                                 "png", "pgf", "macros", "methods", "data"};
  return names;
}

int report(const ReportOptions& options) {
  std::vector<Entry> entries = read(options.files);
  if (!options.sort.empty()) sort_by(entries, options.sort);
  // Data frames take everything: their columns say what cannot be compared.
  const bool is_data =
      options.folder.empty() && (options.format == "csv" || options.format == "json");
  std::vector<Group> groups;
  if (is_data) {
    groups.push_back({"", std::move(entries)});
  } else {
    groups = groups_of(std::move(entries));
  }
  TableOptions columns{{"default"}, true, options.baseline};
  if (!options.columns.empty()) columns.columns = options.columns;
  bool are_drawn = true;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    const Group& group = groups[i];
    const bool is_one_of_several = groups.size() > 1;
    if (is_one_of_several) {
      fmt::print(stderr, "perjoule: table {} of {}, set apart since it can't be compared: {}\n",
                 i + 1, groups.size(), group.title);
    }
    if (!options.folder.empty()) {
      const std::string suffix = is_one_of_several ? fmt::format("-{}", i + 1) : "";
      are_drawn = write_files(group, suffix, options, columns) && are_drawn;
    } else {
      if (is_one_of_several && options.format == "md") {
        fmt::print("{}**{}**\n\n", i == 0 ? "" : "\n", group.title);
      }
      const std::string text = shown(group, options, columns);
      if (std::fputs(text.c_str(), stdout) == EOF || std::fflush(stdout) != 0) {
        throw Error("cannot write the report to standard output", detail::errno_message(errno),
                    "use -o FOLDER");
      }
    }
    if (!options.plot) continue;
    const std::vector<Figure> figures = figures_of(group.entries);
    try {
      if (!figures.empty()) fmt::print("{}", draw(figures[0], "dumb"));
    } catch (const CannotDraw& reason) {
      fmt::print(stderr, "{}\n", reason.what());
      are_drawn = false;
    }
  }
  return are_drawn ? 0 : 2;
}

}  // namespace perjoule::cli
