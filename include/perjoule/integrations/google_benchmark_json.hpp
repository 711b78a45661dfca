// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <stdio.h>
#include <time.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <functional>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "perjoule/core/content_hash.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/file.hpp"
#include "perjoule/core/math.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/engine/environment.hpp"
#include "perjoule/engine/run_windows.hpp"
#include "perjoule/engine/window.hpp"
#include "perjoule/measure/summarize.hpp"
#include "perjoule/meters/meter.hpp"
#include "perjoule/record/entry.hpp"
#include "perjoule/regress/observations.hpp"
#include "perjoule/stats/distributions.hpp"
#include "perjoule/stats/quantile.hpp"
#include "perjoule/units/direction.hpp"
#include "perjoule/units/estimate.hpp"
#include "perjoule/units/scope.hpp"

namespace perjoule::inline v0 {

namespace detail {

/// Returns the enumerator of this name; if there is none, the last one, which stands for none.
template <class E>
[[nodiscard]] E enum_from_name(std::string_view wanted, E last) {
  for (int i = 0; i < static_cast<int>(last); ++i) {
    if (wanted == name(static_cast<E>(i))) return static_cast<E>(i);
  }
  return last;
}

/// Returns the scope of this name; Scope::none if there is none.
[[nodiscard]] inline Scope scope_from_name(std::string_view wanted) {
  for (unsigned parts = 0; parts < 32; ++parts) {
    if (wanted == name(static_cast<Scope>(parts))) return static_cast<Scope>(parts);
  }
  return Scope::none;
}

/// Returns a date such as "2026-01-31T13:00:00+01:00" in UTC; empty if it is not such a date.
[[nodiscard]] inline std::string to_utc(const std::string& date) {
  tm local{};
  int hours = 0;
  int minutes = 0;
  char sign = '+';
  if (sscanf(date.c_str(), "%4d-%2d-%2dT%2d:%2d:%2d%c%2d:%2d", &local.tm_year, &local.tm_mon,
             &local.tm_mday, &local.tm_hour, &local.tm_min, &local.tm_sec, &sign, &hours,
             &minutes) != 9) {
    return {};
  }
  local.tm_year -= 1900;
  local.tm_mon -= 1;
  const time_t ahead = (sign == '-' ? -1 : 1) * (hours * 3600 + minutes * 60);
  const time_t at = timegm(&local) - ahead;
  tm utc{};
  gmtime_r(&at, &utc);
  char text[64];
  return {text, strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc)};
}

[[noreturn]] inline void refuse_report(std::string_view why, std::string_view name) {
  fail("not a report of Google Benchmark", text::format("{}: {}", name, why),
       "write one with --benchmark_out=FILE --benchmark_out_format=json, and without "
       "--benchmark_report_aggregates_only");
}

/// Returns one of Google Benchmark's time units.
/// @unit   s
/// @throws Error for another unit
[[nodiscard]] inline double seconds_in(const std::string& unit, std::string_view file) {
  if (unit == "ns") return 1e-9;
  if (unit == "us") return 1e-6;
  if (unit == "ms") return 1e-3;
  if (unit == "s") return 1.0;
  fail("not a report of Google Benchmark", text::format("{}: its time_unit is '{}'", file, unit),
       "units are ns, us, ms and s");
}

[[nodiscard]] inline std::string benchmark_name(const nlohmann::json& run) {
  const auto name = run.find("run_name");
  return name != run.end() ? name->get<std::string>() : run.value("name", std::string());
}

/// Checks that the numbers of a repetition are possible.
/// @throws Error if one is not
inline void check_repetition(const nlohmann::json& run, Provenance provenance,
                             std::string_view file) {
  const auto refuse = [&](std::string_view key, std::string_view rule) {
    refuse_report(text::format("in '{}', {} is {}, which must be {}", benchmark_name(run), key,
                               run.at(std::string(key)).dump(), rule),
                  file);
  };
  constexpr double most_iterations = 1e18;
  const double iterations = run.at("iterations").get<double>();
  if (iterations < 1.0 || iterations > most_iterations || iterations != std::floor(iterations)) {
    refuse("iterations", "a whole number from 1");
  }
  for (const char* const key : {"energy_j", "energy_halfwidth_j"}) {
    if (run.contains(key) && run.at(key).get<double>() < 0.0) refuse(key, "0 or more");
  }
  // The interval of a modelled energy is a factor.
  const bool is_modelled = run.contains("energy_j") && provenance == Provenance::modelled;
  if (is_modelled && run.at("energy_j").get<double>() <= 0.0) refuse("energy_j", "above 0");
}

/// Returns a repetition as a window.
/// @unit   nanoseconds and the like: the run's own
/// @throws Error if all of its iterations take more than a double can hold
[[nodiscard]] inline Window window_of(const nlohmann::json& run, Provenance provenance,
                                      std::string_view file) {
  const double iterations = run.at("iterations").get<double>();
  const double unit = seconds_in(run.value("time_unit", "ns"), file) * iterations;
  Window window;
  window.items = Items(iterations);
  window.wall = Seconds(run.at("real_time").get<double>() * unit);
  window.cpu = Seconds(run.at("cpu_time").get<double>() * unit);
  const auto energy = run.find("energy_j");
  const auto halfwidth = run.find("energy_halfwidth_j");
  const auto expect_finite = [&](auto... numbers) {
    if ((is_finite(numbers) && ...)) return;
    refuse_report(text::format("in '{}', a number is too large", benchmark_name(run)), file);
  };
  expect_finite(window.wall.si(), window.cpu.si());
  window.energy.why_missing = "the benchmark was not metered, or its label says why";
  if (energy == run.end() || halfwidth == run.end()) return window;
  // The scatter of repetitions shows what differs from one to the next; all of this may be common.
  const double value = energy->get<double>();
  const double uncertainty =
      provenance == Provenance::modelled
          ? value * std::log(1.0 + halfwidth->get<double>() / value) / normal_95
          : halfwidth->get<double>() / normal_95;
  expect_finite(value * iterations, uncertainty * iterations);
  window.energy = {{Joules(value * iterations), Joules(0.0), infinite_dof,
                    Joules(uncertainty * iterations), provenance},
                   ""};
  return window;
}

/// @throws Error for a number of CPUs that cannot be
[[nodiscard]] inline Environment environment_of_context(const nlohmann::json& context,
                                                        std::string_view file) {
  const auto said = [&](const char* key) { return context.value(key, std::string()); };
  Environment environment;
  environment.run.utc = to_utc(said("date"));
  environment.run.command = base_name(said("executable"));
  environment.run.id = fnv1a_hex(said("executable") + "|" + said("date"));
  const auto cores = context.find("num_cpus");
  if (cores != context.end()) {
    const bool is_possible = cores->is_number_integer() && *cores >= 0;
    if (!is_possible) refuse_report("its num_cpus is " + cores->dump(), file);
    environment.machine.cores = cores->get<std::size_t>();
  }
  environment.machine.key =
      fnv1a_hex(said("host_name") + "|" + std::to_string(environment.machine.cores));
  return environment;
}

/// Returns the context of a report.
[[nodiscard]] inline const nlohmann::json& context_of(const nlohmann::json& report,
                                                      std::string_view name) {
  if (!report.is_object() || !report.contains("context") || !report.contains("benchmarks")) {
    refuse_report("it has no context or no benchmarks", name);
  }
  return report.at("context");
}

/// Tells whether a row is a repetition that ended well.
[[nodiscard]] inline bool is_repetition(const nlohmann::json& run) {
  return run.value("run_type", "iteration") == "iteration" && !run.value("error_occurred", false) &&
         !run.value("skipped", false);
}

[[nodiscard]] inline std::vector<Entry> entries_of_report(const nlohmann::json& report,
                                                          std::string_view file) {
  const nlohmann::json& context = context_of(report, file);
  Entry common;
  const auto said = [&](const char* key) { return context.value(key, std::string()); };
  common.meter.source = context.contains("energy_meter") ? said("energy_meter") : "none";
  common.meter.note = said("energy_note");
  common.meter.provenance = enum_from_name(said("energy_provenance"), Provenance::missing);
  common.meter.scope = scope_from_name(said("energy_scope"));
  common.environment = environment_of_context(context, file);

  std::vector<Entry> entries;
  for (const nlohmann::json& run : report.at("benchmarks")) {
    if (!is_repetition(run)) continue;
    const std::string name = benchmark_name(run);
    std::size_t at = 0;  // repetitions may be interleaved
    while (at < entries.size() && !(entries[at].plan.name == name)) ++at;
    if (at == entries.size()) {
      entries.push_back(common);
      entries.back().plan.name = name;
    }
    Entry& entry = entries[at];
    check_repetition(run, common.meter.provenance, file);
    const Window window = window_of(run, common.meter.provenance, file);
    entry.inputs += static_cast<std::size_t>(window.items.si());
    entry.samples.add(window);
  }
  if (entries.empty()) refuse_report("it has no repetition that ended well", file);
  for (Entry& entry : entries) {
    entry.samples.why_no_idle = "Google Benchmark measures no idle power";
    entry.samples.outcome = outcome_of(
        entry.samples,
        has_converged(entry.samples, entry.plan.relative_halfwidth, entry.meter.provenance));
    summarize_windows(entry);
  }
  return entries;
}

/// Keys of a repetition that are no counter of the user's.
inline constexpr std::string_view repetition_keys[] = {
    "cpu_time",         "energy_halfwidth_j", "energy_j",
    "family_index",     "iterations",         "real_time",
    "repetition_index", "repetitions",        "per_family_instance_index",
    "threads"};

/// The values of a benchmark's repetitions, by number.
using RepeatedNumbers = std::map<std::string, std::vector<double>, std::less<>>;

[[nodiscard]] inline std::vector<Observations> observations_of_report(const nlohmann::json& report,
                                                                      std::string_view file) {
  const nlohmann::json& context = context_of(report, file);
  const Environment environment = environment_of_context(context, file);
  const Provenance provenance =
      enum_from_name(context.value("energy_provenance", std::string()), Provenance::missing);
  std::vector<std::string> names;  // in the report's order
  std::map<std::string, RepeatedNumbers> numbers_of;
  for (const nlohmann::json& run : report.at("benchmarks")) {
    if (!is_repetition(run)) continue;
    check_repetition(run, provenance, file);
    const std::string name = benchmark_name(run);
    const auto [place, is_new] = numbers_of.try_emplace(name);
    if (is_new) names.push_back(name);
    RepeatedNumbers& numbers = place->second;
    const double unit = seconds_in(run.value("time_unit", "ns"), file);
    numbers["time"].push_back(run.at("real_time").get<double>() * unit);
    numbers["cpu_time"].push_back(run.at("cpu_time").get<double>() * unit);
    if (run.contains("energy_j")) numbers["energy"].push_back(run.at("energy_j").get<double>());
    for (const auto& [key, value] : run.items()) {
      if (!value.is_number()) continue;
      const bool is_own = std::find(std::begin(repetition_keys), std::end(repetition_keys), key) !=
                          std::end(repetition_keys);
      if (is_own) continue;
      const bool is_taken = key == "time" || key == "cpu_time" || key == "energy";
      numbers[is_taken ? key + " (counter)" : key].push_back(value.get<double>());
    }
  }
  if (names.empty()) refuse_report("it has no repetition that ended well", file);
  std::vector<Observations> all;
  for (const std::string& name : names) {
    for (const auto& [metric, values] : numbers_of.at(name)) {
      Observations& of = all.emplace_back();
      of.benchmark = name;
      of.metric = metric;
      of.machine = environment.machine.key;
      of.values = {quantile(values, 0.5)};
      const bool is_time = metric == "time" || metric == "cpu_time";
      of.unit = is_time ? "s" : metric == "energy" ? "J" : "";
      // Google Benchmark doesn't tell which of its users' counters are better when larger.
      if (of.unit.empty()) {
        const bool is_rate = metric.ends_with("_per_second");
        of.better = is_rate ? Direction::higher : Direction::unknown;
        of.is_counted = !is_rate;
      }
      if (metric == "energy") {
        const std::string scope = context.value("energy_scope", std::string());
        of.provenance = provenance;
        of.scope = scope_from_name(scope);
      }
    }
  }
  return all;
}

}  // namespace detail

/// Returns the machine and the run of a report of Google Benchmark.
/// @param name  what messages call the report
/// @throws Error for a JSON that is not such a report
[[nodiscard]] inline Environment environment_of_google_benchmark(
    const nlohmann::json& report, std::string_view name = "the report") {
  try {
    return detail::environment_of_context(detail::context_of(report, name), name);
  } catch (const nlohmann::json::exception& reason) {
    detail::refuse_report(reason.what(), name);
  }
}

/// Returns each number of a report of Google Benchmark, its users' counters included: the medians
/// of repetitions, since all repetitions are of one process.
/// @param name  what messages call the report
/// @throws Error for a JSON that is not such a report, or has no repetition
[[nodiscard]] inline std::vector<Observations> observations_of_google_benchmark(
    const nlohmann::json& report, std::string_view name = "the report") {
  try {
    return detail::observations_of_report(report, name);
  } catch (const nlohmann::json::exception& reason) {
    detail::refuse_report(reason.what(), name);
  }
}

/// Converts Google Benchmark's JSON to entries of a run record: one for each benchmark, with its
/// repetitions as windows and its iterations as items. Energy is present if the loop was metered()
/// and add_context() was called. Other counters have no place in an entry and are left out.
///
/// A single repetition is a single window, which does not show how runs scatter: the outcome of its
/// entry is few_windows. Use 12 or more (--benchmark_repetitions=12).
///
/// @param report  parsed output of a program run with --benchmark_format=json
/// @error  time and energy as for windows; the half-width of each energy is common to all
///         repetitions
/// @throws Error for a JSON that is not such a report, or has no repetition
[[nodiscard]] inline std::vector<Entry> entries_of_google_benchmark(const nlohmann::json& report) {
  try {
    return detail::entries_of_report(report, "the report");
  } catch (const nlohmann::json::exception& reason) {
    detail::refuse_report(reason.what(), "the report");
  }
}

}  // namespace perjoule::inline v0
