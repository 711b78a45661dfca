// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "cli/report.hpp"

#include <errno.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <map>
#include <span>
#include <string_view>
#include <utility>

#include "cli/checklist.hpp"
#include "cli/comparable.hpp"
#include "cli/exports.hpp"
#include "cli/figures.hpp"
#include "cli/page.hpp"
#include "cli/print.hpp"
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

namespace perjoule::cli {

namespace {

/// Entries that may stand in one table.
struct Group {
  std::string title;  ///< what they have in common
  std::span<const Entry> entries;
};

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

/// Returns entries that may stand in one table, and moves those of each next to each other.
std::vector<Group> groups_of(std::vector<Entry>& entries) {
  std::vector<Group> groups;
  std::vector<std::vector<std::size_t>> members;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const std::string title = comparison_basis(entries[i]);
    const auto group = std::find_if(groups.begin(), groups.end(),
                                    [&](const Group& other) { return other.title == title; });
    const auto place = static_cast<std::size_t>(group - groups.begin());
    if (group == groups.end()) {
      groups.push_back({title, {}});
      members.emplace_back();
    }
    members[place].push_back(i);
  }
  std::vector<Entry> sorted;
  sorted.reserve(entries.size());
  for (const std::vector<std::size_t>& group : members) {
    for (const std::size_t i : group) sorted.push_back(std::move(entries[i]));
  }
  entries = std::move(sorted);
  std::size_t begin = 0;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    groups[i].entries = std::span<const Entry>(entries).subspan(begin, members[i].size());
    begin += members[i].size();
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
    const double sign = (number.better == Direction::higher) != is_reversed ? -1.0 : 1.0;
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

using FormatWriter = std::function<std::string(Entries, const TableOptions&)>;

std::string markdown_of(Entries entries, const TableOptions& options) {
  return markdown(entries, options);
}

std::string latex_of(Entries entries, TableOptions options) {
  if (options.columns[0] == "default") options.columns[0] = "paper";  // a page is narrow
  return latex(entries, options);
}

std::string html_of(Entries entries, const TableOptions& options) {
  return html(table(entries, options));
}

std::string methods_of(Entries entries, double level) {
  std::string paragraph;
  for (const std::string& sentence : methods(entries, level)) paragraph += sentence + '\n';
  return paragraph;
}

/// A file that a name after --with stands for.
struct File {
  std::string_view with;
  std::string_view name;
  std::string_view extension;
  bool is_of_table;  ///< one for each table, instead of one for all entries
  FormatWriter format;
};

const std::vector<File>& files() {
  using Options = const TableOptions&;
  static const std::vector<File> all = {
      {"md", "table", "md", true, markdown_of},
      {"tex", "table", "tex", true, latex_of},
      {"html", "table", "html", true, html_of},
      {"macros", "macros", "tex", true,
       [](Entries of, Options how) { return latex_macros(of, how.level); }},
      {"csv", "data", "csv", false, [](Entries of, Options how) { return csv(of, how.level); }},
      {"csv", "datapackage", "json", false,
       [](Entries of, Options how) { return datapackage_json(of, "data.csv", how.level); }},
      {"data", "data", "json", false,
       [](Entries of, Options how) { return data_json(of, how.level); }},
      {"methods", "methods", "txt", false,
       [](Entries of, Options how) { return methods_of(of, how.level); }},
      {"methods", "methods", "tex", false,
       [](Entries of, Options how) { return latex_methods(of, how.level); }},
      {"methods", "references", "bib", false, [](Entries of, Options) { return bibtex(of); }},
      {"checklist", "checklist", "md", false, [](Entries of, Options) { return checklist(of); }},
      {"codecarbon", "emissions", "csv", false,
       [](Entries of, Options) { return codecarbon_csv(of); }},
      {"model-card", "model-card", "md", false, [](Entries of, Options) { return model_card(of); }},
      {"google-benchmark", "google-benchmark", "json", false,
       [](Entries of, Options) { return google_benchmark_output(of); }},
      {"openmetrics", "metrics", "prom", false,
       [](Entries of, Options) { return openmetrics(of); }},
      {"mlflow", "mlflow", "json", false, [](Entries of, Options) { return mlflow_metrics(of); }}};
  return all;
}

constexpr std::string_view image_formats[] = {"svg", "pdf", "png"};

/// Of this format, an entry is a file.
constexpr std::string_view one_for_each = "every-eval-ever";

bool has(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// Writes files, and tells their paths.
class Writer {
 public:
  Writer(const ReportOptions& options, const TableOptions& columns)
      : options_(options), columns_(columns) {}

  /// Writes the files of some entries.
  /// @param suffix  of the names: "-2" for the second of several tables
  void write(Entries entries, bool of_table, std::string_view suffix) const {
    for (const File& file : files()) {
      if (file.is_of_table != of_table || !has(options_.with, file.with)) continue;
      write(fmt::format("{}{}.{}", file.name, suffix, file.extension),
            file.format(entries, columns_));
    }
    if (of_table || !has(options_.with, one_for_each)) return;
    for (std::size_t i = 0; i < entries.size(); ++i) {
      write(fmt::format("{}-{}.json", one_for_each, i + 1), every_eval_ever(entries[i]));
    }
  }

  /// Writes the page, with the first figure of the entries of one table.
  void write_page(Entries entries, Entries of_table) {
    if (!has(options_.with, "page")) return;
    const std::vector<Figure> figures = figures_of(of_table, columns_.level);
    std::string svg;
    if (!figures.empty()) draw_into(svg, figures[0], "svg");
    write("page.html", page(entries, svg));
    if (page_has_chart()) return;
    fmt::print(stderr,
               "perjoule: the page has no interactive chart, since this program was built without "
               "npm\n");
  }

  /// Writes figures, as far as they can be drawn.
  void write(const Figure& figure, std::string_view suffix) {
    if (has(options_.with, "pgf")) {
      write(fmt::format("{}{}.tex", figure.name, suffix), pgfplots_source(figure));
    }
    for (const std::string_view format : image_formats) {
      std::string drawn;
      if (!has(options_.with, format) || !draw_into(drawn, figure, format)) continue;
      write(fmt::format("{}{}.{}", figure.name, suffix, format), drawn);
    }
  }

  /// Draws the first figure of some entries with characters.
  void plot(Entries entries) {
    const std::vector<Figure> figures = figures_of(entries, columns_.level);
    std::string drawn;
    if (!figures.empty() && draw_into(drawn, figures[0], "dumb")) print(drawn, "leave --plot out");
  }

  [[nodiscard]] bool can_draw() const noexcept { return can_draw_; }

 private:
  /// Draws a figure, or says why it can't: once, since all others will fail for the same reason.
  bool draw_into(std::string& drawn, const Figure& figure, std::string_view format) {
    if (!can_draw_) return false;
    try {
      drawn = draw(figure, format);
    } catch (const CannotDraw& reason) {
      fmt::print(stderr, "{}\n", reason.what());
      can_draw_ = false;
    }
    return can_draw_;
  }

  void write(const std::string& name, const std::string& content) const {
    const std::string path = (std::filesystem::path(options_.folder) / name).string();
    write_file(path, content);
    print(path + "\n");
  }

  const ReportOptions& options_;
  const TableOptions& columns_;
  bool can_draw_ = true;
};

/// Returns what standard output shows of some entries.
std::string shown(Entries entries, const ReportOptions& options, const TableOptions& columns) {
  if (options.format == "csv") return csv(entries, columns.level);
  if (options.format == "json") return data_json(entries, columns.level);
  if (options.format == "tex") return latex_of(entries, columns);
  if (options.format == "html") return html_of(entries, columns);
  return markdown_of(entries, columns);
}

}  // namespace

const std::vector<std::string>& report_formats() {
  static const std::vector<std::string> formats = {"md", "tex", "csv", "json", "html"};
  return formats;
}

const std::vector<std::string>& report_files() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all(std::begin(image_formats), std::end(image_formats));
    all.insert(all.end(), {"pgf", "page", std::string(one_for_each)});
    for (const File& file : files()) {
      if (!has(all, file.with)) all.emplace_back(file.with);
    }
    return all;
  }();
  return names;
}

int report(const ReportOptions& options) {
  if (options.folder.empty() && !options.with.empty()) {
    throw Error("nowhere to write files", "--with names some", "name a folder for them: -o FOLDER");
  }
  if (options.level != 0.95 && has(options.with, "page")) {
    throw Error("no page at another level", "--level", "leave it out: the page's are at 95 %");
  }
  std::vector<Entry> entries = read(options.files);
  if (!options.sort.empty()) sort_by(entries, options.sort);
  const std::vector<Group> groups = groups_of(entries);
  TableOptions columns{{"default"}, true, options.baseline, options.level};
  if (!options.columns.empty()) columns.columns = options.columns;
  const bool writes = !options.folder.empty();
  // Data frames take everything: their columns say what cannot be compared.
  const bool is_data = !writes && (options.format == "csv" || options.format == "json");
  if (is_data) print(shown(entries, options, columns), "use -o FOLDER");
  Writer writer(options, columns);
  if (writes) writer.write(entries, false, "");
  if (writes) writer.write_page(entries, groups[0].entries);
  for (std::size_t i = 0; i < groups.size(); ++i) {
    const auto& [title, members] = groups[i];
    const bool is_one_of_several = groups.size() > 1;
    if (is_one_of_several && !is_data) {
      fmt::print(stderr, "perjoule: table {} of {}, set apart since it can't be compared: {}\n",
                 i + 1, groups.size(), title);
    }
    if (writes) {
      const std::string suffix = is_one_of_several ? fmt::format("-{}", i + 1) : "";
      writer.write(members, true, suffix);
      for (const Figure& figure : figures_of(members, columns.level)) writer.write(figure, suffix);
    } else if (!is_data) {
      const bool has_title = is_one_of_several && options.format == "md";
      if (has_title) print(fmt::format("{}**{}**\n\n", i == 0 ? "" : "\n", title), "use -o FOLDER");
      print(shown(members, options, columns), "use -o FOLDER");
    }
    if (options.plot) writer.plot(members);
  }
  return writer.can_draw() ? 0 : 2;
}

}  // namespace perjoule::cli
