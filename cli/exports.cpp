// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "cli/exports.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <nlohmann/json.hpp>
#include <string_view>
#include <vector>

#include "cli/json_values.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/core/printable.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/report/csv.hpp"
#include "perjoule/report/entry_numbers.hpp"
#include "perjoule/report/methods.hpp"
#include "perjoule/report/to_string.hpp"
#include "perjoule/units/scope.hpp"

namespace perjoule::cli {

namespace {

/// What the windows of an entry took in all.
struct Totals {
  double seconds = 0.0;
  double joules = 0.0;  ///< not finite if a window has none
  double items = 0.0;
};

Totals totals_of(const Samples& samples) {
  Totals totals;
  for (std::size_t i = 0; i < samples.windows(); ++i) {
    totals.seconds += samples.at(i, Samples::wall);
    totals.joules += samples.at(i, Samples::energy);
    totals.items += samples.at(i, Samples::items);
  }
  if (samples.windows() == 0) totals.joules = detail::quiet_nan();
  return totals;
}

/// @param is_ascii  whether to escape all else, since a name may be anything
std::string dumped(const Json& json, int indent = 2, bool is_ascii = false) {
  return json.dump(indent, ' ', is_ascii, Json::error_handler_t::replace);
}

std::string shown_name(const Entry& entry) { return text::printable(entry.plan.label()); }

/// A fraction of kilowatt-hours, or nothing.
std::string kilowatt_hours(double joules) {
  return is_finite(joules) ? text::shortest(joules / 3.6e6) : std::string();
}

bool has(Scope scope, Scope part) {
  return (static_cast<unsigned>(scope) & static_cast<unsigned>(part)) != 0;
}

}  // namespace

std::string codecarbon_csv(Entries entries) {
  constexpr std::string_view columns[] = {"timestamp",
                                          "project_name",
                                          "run_id",
                                          "experiment_id",
                                          "duration",
                                          "emissions",
                                          "emissions_rate",
                                          "cpu_power",
                                          "gpu_power",
                                          "ram_power",
                                          "cpu_energy",
                                          "gpu_energy",
                                          "ram_energy",
                                          "energy_consumed",
                                          "water_consumed",
                                          "country_name",
                                          "country_iso_code",
                                          "region",
                                          "cloud_provider",
                                          "cloud_region",
                                          "os",
                                          "python_version",
                                          "codecarbon_version",
                                          "cpu_count",
                                          "cpu_model",
                                          "gpu_count",
                                          "gpu_model",
                                          "longitude",
                                          "latitude",
                                          "ram_total_size",
                                          "tracking_mode",
                                          "cpu_utilization_percent",
                                          "gpu_utilization_percent",
                                          "ram_utilization_percent",
                                          "ram_used_gb",
                                          "on_cloud",
                                          "pue",
                                          "wue"};
  std::string out = fmt::format("{}\n", fmt::join(columns, ","));
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const Entry& entry = entries[i];
    const Machine& machine = entry.environment.machine;
    const Totals totals = totals_of(entry.samples);
    const bool is_cpu =
        has(entry.meter.scope, Scope::package) && !has(entry.meter.scope, Scope::gpu);
    std::vector<std::string> cells(std::size(columns));
    const auto set = [&](std::string_view column, const std::string& value) {
      cells[static_cast<std::size_t>(std::find(std::begin(columns), std::end(columns), column) -
                                     std::begin(columns))] = value;
    };
    set("timestamp", detail::csv_text(entry.environment.run.utc));
    set("project_name", detail::csv_text(entry.plan.label()));
    set("run_id", detail::csv_text(entry.environment.run.id));
    set("experiment_id", detail::csv_text(entry.plan.dataset));
    if (entry.samples.windows() != 0) set("duration", text::shortest(totals.seconds));
    // CodeCarbon has no place for what an energy is, and would take a modelled one for measured.
    if (entry.energy.provenance <= Provenance::estimated) {
      set("energy_consumed", kilowatt_hours(totals.joules));
      if (is_cpu && !has(entry.meter.scope, Scope::dram)) {
        set("cpu_energy", kilowatt_hours(totals.joules));
        const double watts = totals.joules / totals.seconds;
        if (is_finite(watts)) set("cpu_power", text::shortest(watts));
      }
    }
    set("os", detail::csv_text(machine.kernel));
    if (machine.cores != 0) set("cpu_count", fmt::format("{}", machine.cores));
    set("cpu_model", detail::csv_text(machine.processor));
    if (machine.memory.si() > 0.0) {
      set("ram_total_size", text::shortest(machine.memory.si() / 1073741824.0));
    }
    set("tracking_mode", has(entry.meter.scope, Scope::process) ? "process" : "machine");
    out += fmt::format("{}\n", fmt::join(cells, ","));
  }
  return out;
}

std::string model_card(Entries entries) {
  const auto quoted = [](std::string_view value) { return Json(text::printable(value)).dump(); };
  std::string out =
      "---\n# co2_eq_emissions: needs the intensity of your grid, which a record does not have.\n"
      "model-index:\n";
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const Entry& entry = entries[i];
    const std::string dataset = entry.plan.dataset.empty() ? "unnamed" : entry.plan.dataset;
    out += fmt::format(
        "- name: {}\n  results:\n  - task:\n      type: other\n    dataset:\n      type: {}\n"
        "      name: {}\n    metrics:\n",
        quoted(entry.plan.label()), quoted(dataset), quoted(dataset));
    const auto add = [&](std::string_view type, std::string_view name, double value) {
      out += fmt::format("    - type: {}\n      value: {}\n      name: {}\n", quoted(type),
                         text::shortest(value), quoted(name));
    };
    for (const Quality& quality : entry.quality) {
      if (quality.value.is_known()) add(quality.metric, quality.metric, quality.value.value);
    }
    if (entry.energy.is_known()) {
      add("energy_j",
          fmt::format("joules per item, {} by {}", name(entry.energy.provenance),
                      entry.meter.source),
          entry.energy.value.si());
    }
    if (entry.wall_time.is_known()) add("time_s", "seconds per item", entry.wall_time.value.si());
  }
  return out + "---\n";
}

std::string google_benchmark_output(Entries entries) {
  const Machine machine = entries.size() == 0 ? Machine{} : entries[0].environment.machine;
  const Run run = entries.size() == 0 ? Run{} : entries[0].environment.run;
  const Build build = entries.size() == 0 ? Build{} : entries[0].build;
  Json build_type;  // null: not known, as of a command
  if (!build.compiler.empty()) build_type = build.optimized ? "release" : "debug";
  Json context = {{"date", run.utc},
                  {"host_name", ""},
                  {"executable", text::printable(run.command)},
                  {"num_cpus", machine.cores == 0 ? Json() : Json(machine.cores)},
                  {"mhz_per_cpu", nullptr},
                  {"cpu_scaling_enabled", nullptr},
                  {"caches", Json::array()},
                  {"load_avg", Json::array()},
                  {"library_build_type", build_type}};
  Json benchmarks = Json::array();
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const Entry& entry = entries[i];
    const Estimate<double> time = detail::strip_unit(entry.wall_time);
    if (!time.is_known()) continue;
    const Estimate<double> cpu = detail::strip_unit(entry.cpu_time);
    Json one = {{"name", shown_name(entry)},
                {"family_index", i},
                {"per_family_instance_index", 0},
                {"run_name", shown_name(entry)},
                {"run_type", "iteration"},
                {"repetitions", 1},
                {"repetition_index", 0},
                {"threads", entry.plan.callers},
                {"iterations", std::llround(std::min(totals_of(entry.samples).items, 9e18))},
                {"real_time", 1e9 * time.value},
                {"cpu_time", cpu.is_known() ? Json(1e9 * cpu.value) : Json()},
                {"time_unit", "ns"}};
    for (const detail::EntryNumber& number : detail::entry_numbers(entry)) {
      const Estimate<double> estimate = number.in(entry).estimate;
      const bool is_time = number.name == "time" || number.name == "cpu_time";
      if (!estimate.is_known() || is_time) continue;
      std::string key = detail::csv_name(number);
      if (number.is_of_energy && estimate.provenance > Provenance::estimated) {
        key += fmt::format("_{}", name(estimate.provenance));
      }
      while (one.contains(key)) key += '_';  // a metric may be called like a field
      one[key] = estimate.value;
    }
    benchmarks.push_back(one);
  }
  return dumped({{"context", context}, {"benchmarks", benchmarks}}) + "\n";
}

std::string openmetrics(Entries entries) {
  const auto label = [](std::string_view value) {
    std::string escaped;
    for (const char c : text::printable(value)) {
      if (c == '"' || c == '\\') escaped += '\\';
      escaped += c;
    }
    return escaped;
  };
  std::string out;
  const auto add_family = [&](const detail::EntryNumber& number, std::string_view name_of_family,
                              std::string_view part) {
    const bool is_metric = number.kind == detail::EntryNumber::Kind::metric;
    const std::string_view unit = is_metric                                         ? ""
                                  : number.kind == detail::EntryNumber::Kind::score ? ""
                                  : number.unit == "J"                              ? "joules"
                                  : number.unit == "s"                              ? "seconds"
                                  : number.unit == "B"                              ? "bytes"
                                                                                    : "";
    std::string family = fmt::format("perjoule_{}{}", name_of_family, part);
    if (!unit.empty()) family += fmt::format("_{}", unit);
    out += fmt::format("# TYPE {} gauge\n", family);
    if (!unit.empty()) out += fmt::format("# UNIT {} {}\n", family, unit);
    out += fmt::format("# HELP {} {}{}\n", family, label(number.title),
                       part.empty() ? "" : ", an end of its 95 % interval");
    for (std::size_t i = 0; i < entries.size(); ++i) {
      const Entry& entry = entries[i];
      const auto [estimate, interval] = number.in(entry);
      const double value = part.empty()     ? estimate.value
                           : part == "_low" ? interval.low
                                            : interval.high;
      if (!estimate.is_known() || !is_finite(value)) continue;
      out += fmt::format(
          "{}{{model=\"{}\",dataset=\"{}\",entry=\"{}\",meter=\"{}\",scope=\"{}\",provenance=\"{}"
          "\"}} "
          "{}\n",
          family, label(entry.plan.label()), label(entry.plan.dataset), i,
          label(entry.meter.source), label(name(entry.meter.scope)), name(estimate.provenance),
          text::shortest(value));
    }
  };
  std::vector<std::string> names;
  for (const detail::EntryNumber& number : detail::entry_numbers(entries)) {
    if (!detail::has_number(entries, number)) continue;
    std::string family = detail::safe_name(number.name);
    while (std::find(names.begin(), names.end(), family) != names.end()) family += '_';
    names.push_back(family);
    for (const std::string_view part : {"", "_low", "_high"}) add_family(number, family, part);
  }
  return out + "# EOF\n";
}

std::string mlflow_metrics(Entries entries) {
  const std::vector<detail::DataColumn> columns = detail::data_columns(entries);
  Json models = Json::object();
  for (std::size_t i = 0; i < entries.size(); ++i) {
    Json& metrics = models[shown_name(entries[i])];
    for (const detail::DataColumn& column : columns) {
      const std::string value = column.value(entries[i]);
      if (column.type != "string" && !value.empty()) metrics[column.name] = Json::parse(value);
    }
  }
  return dumped(models) + "\n";
}

std::string every_eval_ever(const Entry& entry) {
  const Run& run = entry.environment.run;
  Json results = Json::array();
  for (const Quality& quality : entry.quality) {
    if (!quality.value.is_known()) continue;
    Json uncertainty = Json::object();
    if (is_finite(quality.value.random)) {
      uncertainty["standard_error"] = {
          {"value", std::hypot(quality.value.random, quality.value.common)}};
    }
    if (quality.value_interval.is_known()) {
      uncertainty["confidence_interval"] = {{"lower", quality.value_interval.low},
                                            {"upper", quality.value_interval.high},
                                            {"confidence_level", quality.value_interval.level},
                                            {"method", name(quality.value_interval.method)}};
    }
    if (quality.items != 0) uncertainty["num_samples"] = quality.items;
    Json details = {{"energy_provenance", name(entry.energy.provenance)},
                    {"meter", entry.meter.source},
                    {"scope", name(entry.meter.scope)}};
    if (entry.energy.is_known()) {
      details["energy_j_per_item"] = text::shortest(entry.energy.value.si());
    }
    if (entry.wall_time.is_known()) {
      details["wall_s_per_item"] = text::shortest(entry.wall_time.value.si());
    }
    results.push_back(
        {{"evaluation_name", entry.plan.dataset.empty() ? quality.metric : entry.plan.dataset},
         {"source_data",
          {{"dataset_name", entry.plan.dataset.empty() ? "unnamed" : entry.plan.dataset},
           {"source_type", "other"}}},
         {"evaluation_timestamp", run.utc},
         {"metric_config",
          {{"metric_name", quality.metric},
           {"metric_unit", quality.unit == "%" ? "share of 1" : quality.unit},
           {"lower_is_better", !quality.higher_is_better},
           {"additional_details", {{"signature", quality.signature}}}}},
         {"score_details",
          {{"score", quality.value.value}, {"details", details}, {"uncertainty", uncertainty}}}});
  }
  const Json record = {
      {"schema_version", "0.3.0"},
      {"evaluation_id", fmt::format("{}/{}/{}", entry.plan.dataset, entry.plan.label(), run.utc)},
      {"evaluation_timestamp", run.utc},
      {"retrieved_timestamp", run.utc},
      {"source_metadata",
       {{"source_type", "evaluation_run"},
        {"source_organization_name", "unknown"},
        {"evaluator_relationship", "other"}}},
      {"eval_library", {{"name", "perjoule"}, {"version", run.perjoule_version}}},
      {"model_info",
       {{"name", entry.plan.label()},
        {"id", entry.plan.label()},
        {"additional_details",
         {{"deployment_type", "unknown"},
          {"model_availability", "unknown"},
          {"format", entry.plan.format},
          {"weights_file", entry.plan.weights}}}}},
      {"evaluation_results", results}};
  return dumped(record, 2, true) + "\n";
}

}  // namespace perjoule::cli
