// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "cli/history_export.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <utility>

#include "perjoule/core/error.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/core/printable.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/record/json_writer.hpp"
#include "perjoule/report/csv.hpp"

namespace perjoule::cli {
namespace {

using Layout = JsonWriter::Layout;

std::string_view direction_name(Direction better) {
  return better == Direction::higher ? "higher" : better == Direction::lower ? "lower" : "unknown";
}

/// A series of a run.
struct Row {
  const NightlySeries& series;
  NightPoint point;
  double value;

  [[nodiscard]] const Observations& kind() const { return *point.kind; }
  /// Returns the metric, and what it is if it was not measured.
  [[nodiscard]] std::string metric() const {
    if (kind().provenance == Provenance::measured) return series.metric;
    const bool is_said = kind().provenance != Provenance::missing;
    return fmt::format("{} ({})", series.metric,
                       is_said ? name(kind().provenance) : "of unknown origin");
  }
};

/// Returns the series of a run that have a number.
std::vector<Row> rows_of(const History& history, std::size_t night) {
  std::vector<Row> rows;
  for (const NightlySeries& series : history.series) {
    const NightPoint point = history.point(series, night);
    if (point.kind == nullptr) continue;
    const double value = median_of(point.values);
    if (is_finite(value)) rows.push_back({series, point, value});
  }
  return rows;
}

std::string github_action_benchmark(const History& history, std::size_t night,
                                    Direction direction) {
  const Night& of = history.nights[night];
  JsonWriter json;
  {
    JsonWriter::Array all = json.array();
    for (const Row& row : rows_of(history, night)) {
      if (row.kind().better != direction) continue;
      JsonWriter::Object object = all.object(Layout::line);
      object.add("name", series_name(row.series.benchmark, row.metric()))
          .add("unit", row.kind().unit.empty() ? "1" : row.kind().unit)
          .add("value", row.value);
      const std::span<const double> values = row.point.values;
      if (values.size() > 1) {
        const auto [least, largest] = std::minmax_element(values.begin(), values.end());
        object.add("range",
                   fmt::format("{} - {}", text::shortest(*least), text::shortest(*largest)));
      }
      object.add("extra", fmt::format("run {}\nmachine {}\nprovenance {}\nprocesses {}", of.id,
                                      of.machine(), name(row.kind().provenance), values.size()));
    }
  }
  return json.text() + '\n';
}

std::string bencher_metric_format(const History& history, std::size_t night) {
  JsonWriter json;
  {
    JsonWriter::Object all = json.object();
    const std::vector<Row> rows = rows_of(history, night);
    for (std::size_t i = 0; i < rows.size();) {
      const std::string& benchmark = rows[i].series.benchmark;
      JsonWriter::Object measures = all.object(benchmark);
      for (; i < rows.size() && rows[i].series.benchmark == benchmark; ++i) {
        JsonWriter::Object measure = measures.object(rows[i].metric(), Layout::line);
        measure.add("value", rows[i].value);
        const std::span<const double> values = rows[i].point.values;
        if (values.size() < 2) continue;
        const auto [least, largest] = std::minmax_element(values.begin(), values.end());
        measure.add("lower_value", *least).add("upper_value", *largest);
      }
    }
  }
  return json.text() + '\n';
}

std::string metrics_label(std::string_view value) {
  std::string escaped;
  for (const char c : text::printable(value)) {
    if (c == '"' || c == '\\') escaped += '\\';
    escaped += c;
  }
  return escaped;
}

std::string open_metrics(const History& history, std::size_t night) {
  const Night& of = history.nights[night];
  // Families of one name must be one: metrics that differ only in what a name cannot have get other
  // names.
  std::map<std::pair<std::string, std::string>, std::string> families;  // of metric and unit
  std::set<std::string> taken;
  std::map<std::string, std::string> samples;  // of a family
  for (const Row& row : rows_of(history, night)) {
    const std::string_view unit = row.kind().unit;
    const std::string suffix = unit == "J"   ? "_joules"
                               : unit == "s" ? "_seconds"
                               : unit == "B" ? "_bytes"
                                             : "";
    const auto [family, is_new] =
        families.try_emplace({row.series.metric, row.kind().unit}, std::string());
    if (is_new) {
      std::string stem = "perjoule_" + detail::safe_name(row.series.metric);
      while (!taken.insert(stem + suffix).second) stem += '_';
      family->second = stem + suffix;
      std::string& head = samples[family->second];
      head = fmt::format("# TYPE {} gauge\n", family->second);
      if (!suffix.empty()) head += fmt::format("# UNIT {} {}\n", family->second, suffix.substr(1));
      head += fmt::format("# HELP {} {}, the median of processes\n", family->second,
                          metrics_label(row.series.metric));
    }
    samples[family->second] += fmt::format(
        "{}{{benchmark=\"{}\",unit=\"{}\",machine=\"{}\",commit=\"{}\",run=\"{}\",scope=\"{}\","
        "provenance=\"{}\"}} {}\n",
        family->second, metrics_label(row.series.benchmark), metrics_label(unit),
        metrics_label(of.machine()), metrics_label(of.environment.run.commit), of.id,
        name(row.kind().scope), name(row.kind().provenance), text::shortest(row.value));
  }
  std::string out;
  for (const auto& [family, lines] : samples) out += lines;
  return out + "# EOF\n";
}

}  // namespace

const std::vector<std::string>& history_formats() {
  static const std::vector<std::string> formats = {
      "csv", "jsonl", "customSmallerIsBetter", "customBiggerIsBetter", "bmf", "openmetrics"};
  return formats;
}

void write_points_as_csv(const History& history, const TextSink& sink) {
  sink(
      "benchmark,metric,unit,better,counted,provenance,scope,workload,started_utc,run,role,machine,"
      "git_commit,git_dirty,process,value\n");
  for (const NightlySeries& series : history.series) {
    std::string out;
    const std::string names =
        detail::csv_text(series.benchmark) + ',' + detail::csv_text(series.metric);
    for (const NightPoint& point : points_of(history, series)) {
      const Night& night = history.nights[point.night];
      const Observations& kind = *point.kind;
      const auto& [machine, run] = night.environment;
      const std::string facts =
          fmt::format("{},{},{},{},{},{},{},{},{},{},{},{},{}", names, detail::csv_text(kind.unit),
                      direction_name(kind.better), kind.is_counted, name(kind.provenance),
                      name(kind.scope), detail::csv_text(kind.workload), night.utc(), night.id,
                      name(night.role), detail::csv_text(machine.key), detail::csv_text(run.commit),
                      !run.dirty   ? ""
                      : *run.dirty ? "true"
                                   : "false");
      for (std::size_t i = 0; i < point.values.size(); ++i) {
        out += fmt::format("{},{},{}\n", facts, i, text::shortest(point.values[i]));
      }
    }
    sink(out);
  }
}

void write_points_as_json_lines(const History& history, const TextSink& sink) {
  for (const NightlySeries& series : history.series) {
    std::string out;
    for (const NightPoint& point : points_of(history, series)) {
      const Night& night = history.nights[point.night];
      const Observations& kind = *point.kind;
      const auto& [machine, run] = night.environment;
      JsonWriter json;
      {
        JsonWriter::Object row = json.object(Layout::line);
        row.add("benchmark", series.benchmark)
            .add("metric", series.metric)
            .add("unit", kind.unit)
            .add("better", direction_name(kind.better))
            .add("counted", kind.is_counted)
            .add("provenance", name(kind.provenance))
            .add("scope", name(kind.scope))
            .add("workload", kind.workload)
            .add("started_utc", night.utc())
            .add("run", night.id)
            .add("role", name(night.role))
            .add("machine", machine.key)
            .add("git_commit", run.commit);
        run.dirty ? row.add("git_dirty", *run.dirty) : row.add("git_dirty", nullptr);
        row.add("values", View<double>(point.values.data(), point.values.size()));
      }
      out += json.text() + '\n';
    }
    sink(out);
  }
}

std::string run_as(const History& history, std::size_t night, const std::string& format) {
  if (format == "customSmallerIsBetter") {
    return github_action_benchmark(history, night, Direction::lower);
  }
  if (format == "customBiggerIsBetter") {
    return github_action_benchmark(history, night, Direction::higher);
  }
  return format == "bmf" ? bencher_metric_format(history, night) : open_metrics(history, night);
}

}  // namespace perjoule::cli
