// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/core/file.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/core/printable.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/record/json_writer.hpp"
#include "perjoule/report/csv.hpp"
#include "perjoule/report/entry_numbers.hpp"
#include "perjoule/report/to_string.hpp"
#include "perjoule/units/scope.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE std::string csv_text(std::string_view text) {
  std::string shown = text::printable(text);
  if (shown.empty()) return shown;
  if (std::string_view("=+-@").find(shown[0]) != std::string_view::npos) {
    shown.insert(shown.begin(), '\'');
  }
  std::string quoted = "\"";
  for (const char c : shown) quoted += c == '"' ? "\"\"" : std::string(1, c);
  return quoted + '"';
}

/// Returns the digits of a number, or nothing if it is not known.
PERJOULE_INLINE std::string digits_of(double number) {
  return is_finite(number) ? text::shortest(number) : std::string();
}

PERJOULE_INLINE std::string safe_name(std::string_view name) {
  std::string safe;
  for (const char c : name) {
    const bool is_plain =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    safe += is_plain ? c : '_';
  }
  return safe;
}

PERJOULE_INLINE std::string csv_name(const EntryNumber& number) {
  const std::string name = safe_name(number.name);
  if (number.kind != EntryNumber::Kind::cost || number.unit.empty()) return name;
  const char unit = number.unit[0];
  return name + '_' + static_cast<char>(unit >= 'A' && unit <= 'Z' ? unit - 'A' + 'a' : unit);
}

PERJOULE_INLINE std::string csv_description(const EntryNumber& number) {
  const std::string_view unit = number.unit;
  if (number.kind == EntryNumber::Kind::metric) {
    return text::format("metric {}{}", text::printable(number.name),
                        unit == "%"    ? ", a share of 1"
                        : unit.empty() ? ""
                                       : text::format(", in {}", text::printable(unit)));
  }
  if (number.kind == EntryNumber::Kind::score) {
    return text::format("skill by the first metric, per {}{}", unit, number.of);
  }
  return text::format("{}{}", number.title, unit.empty() ? "" : text::format(", in {}", unit));
}

/// Adds the four columns of a number.
PERJOULE_INLINE void add_number(std::vector<DataColumn>& columns, const std::string& name,
                                const std::string& description, double level,
                                std::function<IntervalEstimate<double>(const Entry&)> in) {
  columns.push_back({name, "number", description,
                     [in](const Entry& entry) { return digits_of(in(entry).estimate.value); }});
  columns.push_back({name + "_low", "number",
                     text::format("lower end of its {} interval", text::percent(level)),
                     [in](const Entry& entry) { return digits_of(in(entry).interval.low); }});
  columns.push_back({name + "_high", "number",
                     text::format("upper end of its {} interval", text::percent(level)),
                     [in](const Entry& entry) { return digits_of(in(entry).interval.high); }});
  columns.push_back({name + "_provenance", "string",
                     "measured, estimated, modelled, simulated or missing",
                     [in](const Entry& entry) {
                       return std::string(perjoule::name(in(entry).estimate.provenance));
                     }});
}

PERJOULE_INLINE IntervalEstimate<double> percentile_in(const Entry& entry, std::size_t place) {
  const Percentile& of = entry.samples.latency.percentiles[place];
  if (!is_finite(of.value.si())) return {};
  return {{of.value.si(), 0.0, infinite_dof, 0.0, entry.wall_time.provenance},
          {of.interval.low.si(), of.interval.high.si(), of.interval.level, of.interval.method}};
}

PERJOULE_INLINE std::vector<DataColumn> data_columns(Entries entries, double level) {
  expect_whole(entries);
  std::vector<DataColumn> columns;
  const auto add_text = [&](std::string_view name, std::string_view description, auto text) {
    columns.push_back({std::string(name), "string", std::string(description),
                       [text](const Entry& entry) { return std::string(text(entry)); }});
  };
  const auto add_count = [&](std::string_view name, std::string_view description, auto count) {
    columns.push_back({std::string(name), "integer", std::string(description),
                       [count](const Entry& entry) { return text::format("{}", count(entry)); }});
  };
  add_text("model", "", [](const Entry& e) { return e.plan.label(); });
  add_text("format", "number format of its weights",
           [](const Entry& e) -> std::string_view { return e.plan.format; });
  add_text("dataset", "", [](const Entry& e) -> std::string_view { return e.plan.dataset; });
  add_count("n", "number of inputs", [](const Entry& e) { return e.inputs; });
  add_count("batch", "inputs in a pass", [](const Entry& e) { return e.plan.batch; });
  add_count("callers", "threads that call the model at once",
            [](const Entry& e) { return e.plan.callers; });
  for (const EntryNumber& number : entry_numbers(entries, level)) {
    if (!has_number(entries, number)) continue;
    std::string name = csv_name(number);
    while (std::any_of(columns.begin(), columns.end(),
                       [&](const DataColumn& other) { return other.name == name; })) {
      name += '_';
    }
    add_number(columns, name, csv_description(number), level,
               [number](const Entry& entry) { return number.in(entry); });
  }
  static constexpr std::string_view percentiles[] = {"latency_p50_s", "latency_p90_s",
                                                     "latency_p99_s"};
  for (std::size_t place = 0; place < std::size(percentiles); ++place) {
    bool is_known = false;
    for (std::size_t i = 0; i < entries.size(); ++i) {
      is_known = is_known || percentile_in(entries[i], place).estimate.is_known();
    }
    if (!is_known) continue;
    add_number(columns, std::string(percentiles[place]),
               "time in which so much of single passes ended, in s", 0.95,
               [place](const Entry& entry) { return percentile_in(entry, place); });
  }
  add_text("meter", "source of the energy",
           [](const Entry& e) -> std::string_view { return e.meter.source; });
  add_text("scope", "parts of the machine that it counts",
           [](const Entry& e) { return name(e.meter.scope); });
  add_count("windows", "", [](const Entry& e) { return e.samples.windows(); });
  add_text("outcome", "how the measurement ended",
           [](const Entry& e) { return name(e.samples.outcome); });
  add_text("caveats", "what to know before quoting it, in words of the record", [](const Entry& e) {
    std::string flags;
    for (const Caveat& caveat : caveats(e)) {
      if (!flags.empty()) flags += ' ';
      flags += name(caveat.flag);
    }
    return flags;
  });
  add_text("processor", "",
           [](const Entry& e) -> std::string_view { return e.environment.machine.processor; });
  add_text("machine_key", "equal for all runs on one machine",
           [](const Entry& e) -> std::string_view { return e.environment.machine.key; });
  add_text("run_id", "equal for all entries of one process",
           [](const Entry& e) -> std::string_view { return e.environment.run.id; });
  add_text("started_utc", "",
           [](const Entry& e) -> std::string_view { return e.environment.run.utc; });
  add_text("git_commit", "",
           [](const Entry& e) -> std::string_view { return e.environment.run.commit; });
  return columns;
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE std::string csv(Entries entries, double level) {
  const std::vector<detail::DataColumn> columns = detail::data_columns(entries, level);
  std::string out;
  for (const detail::DataColumn& column : columns) {
    if (&column != &columns[0]) out += ',';
    out += column.name;
  }
  out += '\n';
  for (std::size_t i = 0; i < entries.size(); ++i) {
    for (const detail::DataColumn& column : columns) {
      const std::string value = column.value(entries[i]);
      if (&column != &columns[0]) out += ',';
      out += column.type == "string" ? detail::csv_text(value) : value;
    }
    out += '\n';
  }
  return out;
}

PERJOULE_INLINE std::string data_json(Entries entries, double level) {
  const std::vector<detail::DataColumn> columns = detail::data_columns(entries, level);
  std::string out = "[\n";
  for (std::size_t i = 0; i < entries.size(); ++i) {
    JsonWriter row;
    {
      JsonWriter::Object object = row.object(JsonWriter::Layout::line);
      for (const detail::DataColumn& column : columns) {
        const std::string value = column.value(entries[i]);
        std::string_view digits = value;
        if (column.type == "string" || value.empty()) {
          object.add(column.name, value);
        } else {
          object.add(column.name, detail::take_number(digits).value_or(detail::quiet_nan()));
        }
      }
    }
    out += row.text() + (i + 1 == entries.size() ? "\n" : ",\n");
  }
  return out + "]\n";
}

PERJOULE_INLINE std::string datapackage_json(Entries entries, std::string_view path, double level) {
  JsonWriter json;
  {
    JsonWriter::Object package = json.object();
    package.add("name", "perjoule-measurements").add("profile", "tabular-data-package");
    JsonWriter::Array resources = package.array("resources");
    JsonWriter::Object resource = resources.object();
    resource.add("name", "measurements")
        .add("path", path)
        .add("profile", "tabular-data-resource")
        .add("format", "csv")
        .add("encoding", "utf-8");
    JsonWriter::Object schema = resource.object("schema");
    JsonWriter::Array fields = schema.array("fields");
    for (const detail::DataColumn& column : detail::data_columns(entries, level)) {
      JsonWriter::Object field = fields.object(JsonWriter::Layout::line);
      field.add("name", column.name).add("type", column.type);
      if (!column.description.empty()) field.add("description", column.description);
    }
  }
  return json.text() + '\n';
}

}  // namespace perjoule::inline v0
