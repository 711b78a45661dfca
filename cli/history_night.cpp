// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "cli/history_night.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <tuple>
#include <utility>

#include "cli/observations.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/core/printable.hpp"
#include "perjoule/quality/recorded_formula.hpp"
#include "perjoule/record/record_fields.hpp"

namespace perjoule::cli {
namespace {

using detail::record::Layout;
using detail::record::reads;

constexpr std::string_view directions[] = {"unknown", "higher", "lower"};

template <class Fields, class Of>
void direction_field(Fields& fields, Of& better) {
  if constexpr (reads<Fields>) {
    std::string word;
    fields.text("better", word);
    const auto found = std::find(std::begin(directions), std::end(directions), word);
    if (found == std::end(directions)) {
      throw Refusal{"better", text::format("this version knows no '{}'", word)};
    }
    better = static_cast<Direction>(found - std::begin(directions));
  } else {
    fields.text("better", directions[static_cast<std::size_t>(better)]);
  }
}

/// A metric's result in some processes, one after the other, in which it was the same to the last
/// item: most models give the same outputs each time.
struct RepeatedQuality {
  ObservedQuality in_each;
  std::size_t processes = 1;
};

template <class Fields, class Of>
void quality_fields(Fields& fields, Of& of) {
  auto& [quality, rows] = of.in_each;
  fields.count("processes", of.processes, 1);
  detail::record::quality_fields(fields, quality, rows);
  fields.count("columns", quality.columns);
  if constexpr (reads<Fields>) {
    const std::size_t columns = quality.columns;
    const bool is_table = columns == 0 ? rows.empty() : rows.size() % columns == 0;
    if (!is_table) throw Refusal{"/quality/per_item", "it has no whole number of rows"};
    detail::restore_formula(quality, rows);
  }
}

[[nodiscard]] std::string to_json(const ObservedQuality& quality) {
  JsonWriter json;
  {
    detail::record::FieldWriter fields(json);
    const RepeatedQuality once{quality, 1};
    quality_fields(fields, once);
  }
  return json.text();
}

[[nodiscard]] std::vector<RepeatedQuality> repeated(const std::vector<ObservedQuality>& all) {
  std::vector<RepeatedQuality> groups;
  std::string last;
  for (const ObservedQuality& one : all) {
    std::string json = to_json(one);
    if (groups.empty() || json != last) {
      groups.push_back({one, 1});
    } else {
      ++groups.back().processes;
    }
    last = std::move(json);
  }
  return groups;
}

/// @param processes  how many there are
[[nodiscard]] std::vector<ObservedQuality> in_each_process(
    const std::vector<RepeatedQuality>& groups, std::size_t processes) {
  // A file of a few bytes shall not become gigabytes.
  constexpr std::size_t max_numbers = std::size_t{1} << 27U;
  std::vector<ObservedQuality> all;
  std::size_t numbers = 0;
  for (const RepeatedQuality& group : groups) {
    if (group.processes > processes - all.size()) {
      throw Refusal{"/quality", "it is of more processes than the values"};
    }
    if (group.in_each.rows.size() > (max_numbers - numbers) / group.processes) {
      throw Refusal{"/quality", "it has more than 2^27 numbers"};
    }
    numbers += group.in_each.rows.size() * group.processes;
    all.insert(all.end(), group.processes, group.in_each);
  }
  if (all.size() == processes) return all;
  throw Refusal{"/quality", "it is of fewer processes than the values"};
}

/// A series. A field that has its usual value is left out: most have, and a night has a thousand
/// series.
template <class Fields, class Of>
void series_fields(Fields& fields, Of& of) {
  const auto has = [&]([[maybe_unused]] std::string_view key, [[maybe_unused]] bool is_unusual) {
    if constexpr (reads<Fields>) {
      return fields.has(key);
    } else {
      return is_unusual;
    }
  };
  fields.text_or_null("benchmark", of.benchmark).text_or_null("metric", of.metric);
  if (has("unit", !of.unit.empty())) fields.text("unit", of.unit);
  if (has("better", of.better != Direction::lower)) direction_field(fields, of.better);
  if (has("counted", of.is_counted)) fields.flag("counted", of.is_counted);
  if (has("provenance", of.provenance != Provenance::measured)) {
    fields.name("provenance", of.provenance, Provenance::missing);
  }
  if (has("scope", of.scope != Scope::none)) {
    fields.name("scope", of.scope, Scope(2 * static_cast<unsigned>(Scope::node) - 1));
  }
  if (has("workload", !of.workload.empty())) fields.text("workload", of.workload);
  fields.numbers("values", of.values);
  if (!has("quality", !of.qualities.empty())) return;
  std::vector<RepeatedQuality> groups;
  if constexpr (!reads<Fields>) groups = repeated(of.qualities);
  fields.list("quality", Layout::line, groups,
              [](auto&& written, auto& one) { quality_fields(written, one); });
  if constexpr (reads<Fields>) of.qualities = in_each_process(groups, of.values.size());
}

[[nodiscard]] auto key_of(const Observations& series) {
  return std::tie(series.benchmark, series.metric);
}

}  // namespace

template <class Fields, class Of>
void document_fields(Fields& fields, Of& night) {
  auto& [machine, run] = night.environment;
  fields.name("role", night.role, NightRole::anchor)
      .text("started_utc", run.utc)
      .text_or_null("git_commit", run.commit);
  bool is_dirty = run.dirty.value_or(false);
  const bool is_known = fields.flag_or_null("git_dirty", is_dirty, run.dirty.has_value());
  if constexpr (reads<Fields>) {
    if (is_known) run.dirty = is_dirty;
  }
  fields.text("perjoule_version", run.perjoule_version).count("processes", night.processes, 1);
  detail::record::machine_fields(fields.object("machine", Layout::line), machine);
  fields.list("series", Layout::line, night.series,
              [](auto&& written, auto& of) { series_fields(written, of); });
}

namespace {

/// Refuses files of one night that differ in what a night has once.
void expect_alike(const Environment& a, const std::string& file_a, const Environment& b,
                  const std::string& file_b) {
  std::string differing;
  const auto compare = [&](std::string_view field, const std::string& in_a,
                           const std::string& in_b) {
    if (in_a == in_b) return;
    differing += fmt::format("{}{} ('{}' and '{}')", differing.empty() ? "" : ", ", field,
                             text::printable(in_a), text::printable(in_b));
  };
  const auto flag = [](const std::optional<bool>& dirty) {
    return std::string(!dirty ? "not known" : *dirty ? "true" : "false");
  };
  compare("machine", a.machine.key, b.machine.key);
  compare("processor", a.machine.processor, b.machine.processor);
  compare("cores", fmt::to_string(a.machine.cores), fmt::to_string(b.machine.cores));
  compare("memory", text::shortest(a.machine.memory.si()), text::shortest(b.machine.memory.si()));
  compare("operating system", a.machine.kernel, b.machine.kernel);
  compare("frequency governor", a.machine.governor, b.machine.governor);
  compare("git commit", a.run.commit, b.run.commit);
  compare("uncommitted changes", flag(a.run.dirty), flag(b.run.dirty));
  compare("perjoule version", a.run.perjoule_version, b.run.perjoule_version);
  if (differing.empty()) return;
  detail::fail("the files are not of one night",
               fmt::format("{} and {} differ in {}", text::printable(file_a),
                           text::printable(file_b), differing),
               "add those of one machine and one commit; others are a night of their own");
}

/// Refuses a file that is named twice, whose process would count twice.
void expect_different(const std::vector<std::string>& files) {
  for (std::size_t i = 0; i < files.size(); ++i) {
    for (std::size_t k = 0; k < i; ++k) {
      std::error_code ignored;
      const bool is_same =
          files[i] == files[k] || std::filesystem::equivalent(files[i], files[k], ignored);
      if (is_same) {
        detail::fail("a file is named twice", text::printable(files[i]),
                     "name each process's file once");
      }
    }
  }
}

/// Refuses a copy of a file under another name.
void expect_no_copy(const std::vector<ObservedRun>& runs) {
  const auto is_alike = [](const Observations& a, const Observations& b) {
    return key_of(a) == key_of(b) && a.values == b.values;
  };
  for (std::size_t i = 0; i < runs.size(); ++i) {
    for (std::size_t k = 0; k < i; ++k) {
      const bool is_same = runs[i].environment.run.id == runs[k].environment.run.id &&
                           std::equal(runs[i].numbers.begin(), runs[i].numbers.end(),
                                      runs[k].numbers.begin(), runs[k].numbers.end(), is_alike);
      if (!is_same) continue;
      detail::fail(
          "two files are of one process",
          fmt::format("{} and {} have the same numbers", runs[k].files[0], runs[i].files[0]),
          "name one of them");
    }
  }
}

}  // namespace

bool is_utc(std::string_view text) {
  constexpr std::string_view form = "dddd-dd-ddTdd:dd:ddZ";
  if (text.size() != form.size()) return false;
  for (std::size_t i = 0; i < form.size(); ++i) {
    const bool is_digit = text[i] >= '0' && text[i] <= '9';
    if (form[i] == 'd' ? !is_digit : text[i] != form[i]) return false;
  }
  const auto two = [&](std::size_t i) { return (text[i] - '0') * 10 + (text[i + 1] - '0'); };
  return two(5) >= 1 && two(5) <= 12 && two(8) >= 1 && two(8) <= 31 && two(11) <= 23 &&
         two(14) <= 59 && two(17) <= 60;
}

std::string file_name(const Night& night) {
  std::string compact = night.utc();
  std::erase_if(compact, [](char c) { return c == '-' || c == ':'; });
  return compact + '-' + night.id + ".json";
}

Night night_of(std::vector<std::string> files, NightRole role) {
  std::sort(files.begin(), files.end());  // processes of one second keep this order
  expect_different(files);
  std::vector<ObservedRun> runs;
  for (const std::string& file : files) runs.push_back(read_observations({file}));
  std::stable_sort(runs.begin(), runs.end(), [](const ObservedRun& a, const ObservedRun& b) {
    return a.environment.run.utc < b.environment.run.utc;
  });
  expect_no_copy(runs);
  Night night;
  night.role = role;
  for (ObservedRun& run : runs) {
    if (night.processes == 0) night.environment = run.environment;
    expect_alike(night.environment, runs[0].files[0], run.environment, run.files[0]);
    night.processes += run.processes;
    add_processes(night.series, std::move(run.numbers));
  }
  std::sort(night.series.begin(), night.series.end(),
            [](const Observations& a, const Observations& b) { return key_of(a) < key_of(b); });
  const auto twice = std::adjacent_find(
      night.series.begin(), night.series.end(),
      [](const Observations& a, const Observations& b) { return key_of(a) == key_of(b); });
  if (twice != night.series.end()) {
    detail::fail("a number stands twice in one process",
                 fmt::format("{}: '{}' of '{}'", text::printable(runs[0].files[0]),
                             text::printable(twice->metric), text::printable(twice->benchmark)),
                 "give one of the two another name");
  }
  if (night.series.empty()) {
    detail::fail("there is no number to store", text::printable(runs[0].files[0]),
                 "measure something");
  }
  if (!is_utc(night.utc())) {
    detail::fail("a night needs a time",
                 fmt::format("{} says it began '{}'", text::printable(runs[0].files[0]),
                             text::printable(night.utc())),
                 "a record has started_utc as 2026-01-31T12:00:00Z, a report of Google Benchmark "
                 "the date in its context");
  }
  return night;
}

std::string write_night(Night& night) { return write_document(night); }

NightText split_night(std::string_view content, std::string_view name,
                      std::vector<std::string>& ignored) {
  const std::string id = checked_id(Night::schema, content);
  constexpr std::string_view begin = "\n  \"series\": [";
  constexpr std::string_view end = "\n  ]\n}\n";
  const std::size_t at = content.find(begin);
  if (at == content.npos || !content.ends_with(end) ||
      at + begin.size() + end.size() > content.size()) {
    throw Refusal{"/series", "they are not laid out as one on a line"};
  }
  const std::string head = std::string(content.substr(0, at + begin.size())) + "]\n}\n";
  NightText text{parse_document<Night>(head, ignored), {}};
  text.night.id = id;
  if (!is_utc(text.night.utc())) throw Refusal{"/started_utc", "it is not a time in UTC"};
  if (!name.empty() && name != file_name(text.night)) {
    throw Refusal{"", "its name is not that of its content, which is " + file_name(text.night)};
  }
  std::string_view rest = content.substr(at + begin.size());
  rest.remove_suffix(end.size());
  while (!rest.empty()) {
    const std::size_t next = rest.find('\n', 1);
    std::string_view line = rest.substr(0, next);
    rest.remove_prefix(line.size());
    constexpr std::string_view indent = "\n    ";
    const bool is_whole = line.starts_with(indent) && (rest.empty() || line.ends_with(','));
    if (!is_whole) throw Refusal{"/series", "they are not laid out as one on a line"};
    line.remove_prefix(indent.size());
    if (!rest.empty()) line.remove_suffix(1);
    text.lines.push_back(line);
  }
  return text;
}

void expect_order(const Observations& before, const Observations& after) {
  if (key_of(before) < key_of(after)) return;
  throw Refusal{"/series", "'" + after.metric + "' of '" + after.benchmark +
                               "' stands twice, or out of order"};
}

Night read_night(std::string_view content, std::string_view name,
                 std::vector<std::string>& ignored) {
  NightText text = split_night(content, name, ignored);
  for (const std::string_view line : text.lines) {
    Observations series = read_series(line, ignored);
    series.machine = text.night.machine();
    if (!text.night.series.empty()) expect_order(text.night.series.back(), series);
    text.night.series.push_back(std::move(series));
  }
  return std::move(text.night);
}

std::string write_night_head(Night night) {
  night.series.clear();
  return write_document(night);
}

Night read_night_head(std::string_view json) {
  std::vector<std::string> ignored;
  return parse_document<Night>(json, ignored);
}

std::string write_series(const Observations& series) {
  JsonWriter json;
  {
    detail::record::FieldWriter fields(json, Layout::line);
    series_fields(fields, series);
  }
  return json.text();
}

Observations read_series(std::string_view content, std::vector<std::string>& ignored) {
  Observations series;
  try {
    const detail::record::Json json = detail::record::Json::parse(content);
    detail::record::FieldReader fields(json, "/series", ignored);
    series_fields(fields, series);
  } catch (const detail::record::Json::exception& problem) {
    throw Refusal{"/series", problem.what()};
  }
  return series;
}

}  // namespace perjoule::cli
