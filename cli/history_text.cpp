// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "cli/history_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string_view>

#include "perjoule/core/nan.hpp"
#include "perjoule/core/printable.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/record/json_writer.hpp"
#include "perjoule/report/markdown.hpp"
#include "perjoule/report/table.hpp"
#include "perjoule/report/to_string.hpp"
#include "perjoule/stats/quantile.hpp"

namespace perjoule::cli {
namespace {

/// Nights of a sparkline, and of the median that the last one is compared with.
constexpr std::size_t recent_nights = 30;

constexpr std::size_t short_id = 8;

std::string or_dash(const std::string& text) { return text.empty() ? "-" : text; }

std::string commit_text(const Run& run) {
  std::string commit = or_dash(run.commit.substr(0, 12));
  if (run.dirty.value_or(false)) commit += '+';  // with uncommitted changes
  return commit;
}

std::string machine_text(const Night& night) {
  const Machine& machine = night.environment.machine;
  const std::string key = machine.key.substr(0, short_id);
  return machine.processor.empty() ? key : fmt::format("{} ({})", key, machine.processor);
}

/// A table that is filled row by row.
std::string table_of(const std::vector<std::vector<std::string>>& rows) {
  Table table(rows.size());
  for (std::size_t column = 0; column < rows[0].size(); ++column) {
    for (const std::vector<std::string>& row : rows) table.add(row[column]);
  }
  return markdown(table);
}

std::vector<std::size_t> series_counts(const History& history) {
  std::vector<std::size_t> counts(history.nights.size());
  for (const NightlySeries& series : history.series) {
    for (const NightPoint& point : points_of(history, series)) ++counts[point.night];
  }
  return counts;
}

/// Returns the last ones of these numbers.
std::vector<double> recent(const std::vector<double>& values) {
  return {values.end() - static_cast<std::ptrdiff_t>(std::min(values.size(), recent_nights)),
          values.end()};
}

}  // namespace

std::string value_text(double value, const Observations& kind) {
  if (!is_finite(value)) return "n/a";
  Estimate<double> estimate;
  estimate.value = value;
  estimate.provenance =
      kind.provenance == Provenance::missing ? Provenance::measured : kind.provenance;
  const std::string number = text::with_unit(estimate, {}, kind.unit);
  if (kind.provenance == Provenance::measured) return number;
  const bool is_said = kind.provenance != Provenance::missing;
  return fmt::format("{} ({})", number, is_said ? name(kind.provenance) : "of unknown origin");
}

std::string sparkline(const std::vector<double>& values) {
  constexpr std::string_view blocks[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  constexpr double highest = 7.0;
  double low = detail::quiet_nan();
  double high = detail::quiet_nan();
  for (const double value : values) {
    if (!is_finite(value)) continue;
    low = is_finite(low) ? std::min(low, value) : value;
    high = is_finite(high) ? std::max(high, value) : value;
  }
  std::string line;
  for (const double value : values) {
    if (!is_finite(value)) {
      line += ' ';
      continue;
    }
    // In halves, since the difference of two large numbers may be none.
    const double range = high / 2.0 - low / 2.0;
    const double share = range > 0.0 ? (value / 2.0 - low / 2.0) / range : 0.5;
    line += blocks[static_cast<std::size_t>(std::lround(share * highest))];
  }
  return line;
}

std::string change_text(const std::vector<double>& nights) {
  std::vector<double> before;
  for (std::size_t i = 0; i + 1 < nights.size(); ++i) {
    if (is_finite(nights[i])) before.push_back(nights[i]);
  }
  before = recent(before);
  if (before.empty() || !is_finite(nights.back())) return "n/a";
  const double median = quantile(before, 0.5);
  const double change = 100.0 * (nights.back() - median) / std::abs(median);
  if (!is_finite(change)) return nights.back() == median ? "0 %" : "n/a";
  constexpr double many = 1e5;  // as of a number that was all but 0
  if (std::abs(change) >= many) return change > 0.0 ? "above +100000 %" : "below -100000 %";
  const std::string number = text::rounded(change, -1);
  const bool is_none = number == "0.0" || number == "-0.0";
  return is_none ? "0 %" : fmt::format("{}{} %", change > 0.0 ? "+" : "", number);
}

std::string runs_as_markdown(const History& history) {
  const std::vector<std::size_t> counts = series_counts(history);
  const std::optional<std::size_t> anchor = history.anchor();
  std::vector<std::vector<std::string>> rows = {
      {"run", "began (UTC)", "commit", "machine", "processes", "series", "role"}};
  for (std::size_t i = 0; i < history.nights.size(); ++i) {
    const Night& night = history.nights[i];
    rows.push_back({night.id.substr(0, short_id), night.utc(), commit_text(night.environment.run),
                    machine_text(night), fmt::to_string(night.processes), fmt::to_string(counts[i]),
                    std::string(name(night.role)) + (anchor == i ? ", the anchor" : "")});
  }
  std::string out = table_of(rows);
  if (history.acceptances.empty()) return out;
  rows = {{"accepted series", "from", "until", "reason", "decided (UTC)"}};
  for (const Acceptance& one : history.acceptances) {
    rows.push_back({one.series, one.from_utc, or_dash(one.until), one.reason, one.utc});
  }
  return out + '\n' + table_of(rows);
}

std::string runs_as_json(const History& history) {
  const std::vector<std::size_t> counts = series_counts(history);
  const std::optional<std::size_t> anchor = history.anchor();
  JsonWriter json;
  {
    JsonWriter::Object all = json.object();
    {
      JsonWriter::Array runs = all.array("runs");
      for (std::size_t i = 0; i < history.nights.size(); ++i) {
        const Night& night = history.nights[i];
        const auto& [machine, run] = night.environment;
        JsonWriter::Object row = runs.object(JsonWriter::Layout::line);
        row.add("id", night.id).add("started_utc", night.utc()).add("git_commit", run.commit);
        run.dirty ? row.add("git_dirty", *run.dirty) : row.add("git_dirty", nullptr);
        row.add("machine", machine.key)
            .add("processor", machine.processor)
            .add("processes", night.processes)
            .add("series", counts[i])
            .add("role", name(night.role))
            .add("is_anchor", anchor == i);
      }
    }
    JsonWriter::Array accepted = all.array("accepted");
    for (const Acceptance& one : history.acceptances) {
      accepted.object(JsonWriter::Layout::line)
          .add("accepted_utc", one.utc)
          .add("series", one.series)
          .add("first_night", one.first_night)
          .add("from_utc", one.from_utc)
          .add("until", one.until)
          .add("reason", one.reason);
    }
  }
  return json.text() + '\n';
}

std::string series_as_markdown(const History& history,
                               const std::vector<const NightlySeries*>& series) {
  std::vector<std::vector<std::string>> rows = {
      {"series", "last", "change", "nights", "machine", "workload", "last 30 nights"}};
  for (const NightlySeries* const one : series) {
    for (const Segment& segment : segments_of(history, *one)) {
      const std::vector<double>& values = segment.medians;
      rows.push_back(
          {series_name(one->benchmark, one->metric), value_text(values.back(), *segment.kind),
           change_text(values), fmt::to_string(values.size()),
           history.nights[segment.nights[0]].machine().substr(0, short_id),
           or_dash(segment.kind->workload.substr(0, short_id)), sparkline(recent(values))});
    }
  }
  return table_of(rows);
}

std::string nights_as_markdown(const History& history, const NightlySeries& series) {
  std::vector<std::vector<std::string>> rows = {{"began (UTC)", "value", "least", "largest",
                                                 "processes", "commit", "machine", "workload",
                                                 "role", "run"}};
  for (const NightPoint& point : points_of(history, series)) {
    const Night& night = history.nights[point.night];
    const auto [least, largest] = std::minmax_element(point.values.begin(), point.values.end());
    const bool has_range = point.values.size() > 1;
    rows.push_back({night.utc(), value_text(median_of(point.values), *point.kind),
                    has_range ? value_text(*least, *point.kind) : "-",
                    has_range ? value_text(*largest, *point.kind) : "-",
                    fmt::to_string(point.values.size()), commit_text(night.environment.run),
                    night.machine().substr(0, short_id),
                    or_dash(point.kind->workload.substr(0, short_id)),
                    std::string(name(night.role)), night.id.substr(0, short_id)});
  }
  return table_of(rows);
}

}  // namespace perjoule::cli
