// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <stdio.h>
#include <time.h>

#include <cmath>
#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "perjoule/core/error.hpp"
#include "perjoule/core/file.hpp"
#include "perjoule/core/math.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/engine/environment.hpp"
#include "perjoule/engine/run_windows.hpp"
#include "perjoule/engine/window.hpp"
#include "perjoule/measure/summarize.hpp"
#include "perjoule/meters/meter.hpp"
#include "perjoule/record/entry.hpp"
#include "perjoule/stats/distributions.hpp"
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

/// Returns one of Google Benchmark's time units.
/// @unit s
[[nodiscard]] inline double seconds_in(const std::string& unit) {
  return unit == "s" ? 1.0 : unit == "ms" ? 1e-3 : unit == "us" ? 1e-6 : 1e-9;
}

/// Returns a repetition as a window.
/// @unit nanoseconds and the like: the run's own
[[nodiscard]] inline Window window_of(const nlohmann::json& run, Provenance provenance) {
  const double iterations = run.at("iterations").get<double>();
  const double unit = seconds_in(run.value("time_unit", "ns")) * iterations;
  Window window;
  window.items = Items(iterations);
  window.wall = Seconds(run.at("real_time").get<double>() * unit);
  window.cpu = Seconds(run.at("cpu_time").get<double>() * unit);
  const auto energy = run.find("energy_j");
  const auto halfwidth = run.find("energy_halfwidth_j");
  window.energy.why_missing = "the benchmark was not metered, or its label says why";
  if (energy == run.end() || halfwidth == run.end()) return window;
  // The scatter of repetitions shows what differs from one to the next; all of this may be common.
  const double value = energy->get<double>();
  const double uncertainty =
      provenance == Provenance::modelled
          ? value * std::log(1.0 + halfwidth->get<double>() / value) / normal_95
          : halfwidth->get<double>() / normal_95;
  window.energy = {{Joules(value * iterations), Joules(0.0), infinite_dof,
                    Joules(uncertainty * iterations), provenance},
                   ""};
  return window;
}

[[noreturn]] inline void refuse_report(std::string_view why) {
  fail("not a report of Google Benchmark", why,
       "write one with --benchmark_out=FILE --benchmark_out_format=json, and without "
       "--benchmark_report_aggregates_only");
}

[[nodiscard]] inline std::vector<Entry> entries_of_report(const nlohmann::json& report) {
  const auto context = report.is_object() ? report.find("context") : report.end();
  if (!report.is_object() || context == report.end() || !report.contains("benchmarks")) {
    refuse_report("it has no context or no benchmarks");
  }
  Entry common;
  const auto said = [&](const char* key) { return context->value(key, std::string()); };
  common.meter.source = context->contains("energy_meter") ? said("energy_meter") : "none";
  common.meter.note = said("energy_note");
  common.meter.provenance = enum_from_name(said("energy_provenance"), Provenance::missing);
  for (unsigned parts = 0; parts < 32; ++parts) {
    const auto scope = static_cast<Scope>(parts);
    if (said("energy_scope") == name(scope)) common.meter.scope = scope;
  }
  Environment& environment = common.environment;
  environment.run.utc = to_utc(said("date"));
  environment.run.command = base_name(said("executable"));
  environment.run.id = fnv1a_hex(said("executable") + "|" + said("date"));
  environment.machine.cores = context->value("num_cpus", std::size_t{0});
  environment.machine.key =
      fnv1a_hex(said("host_name") + "|" + std::to_string(environment.machine.cores));

  std::vector<Entry> entries;
  for (const nlohmann::json& run : report.at("benchmarks")) {
    if (run.value("run_type", "iteration") != "iteration") continue;
    if (run.value("error_occurred", false) || run.value("skipped", false)) continue;
    const std::string name = run.value("run_name", run.value("name", std::string()));
    std::size_t at = 0;  // repetitions may be interleaved
    while (at < entries.size() && !(entries[at].plan.name == name)) ++at;
    if (at == entries.size()) {
      entries.push_back(common);
      entries.back().plan.name = name;
    }
    Entry& entry = entries[at];
    const Window window = window_of(run, common.meter.provenance);
    entry.inputs += static_cast<std::size_t>(window.items.si());
    entry.samples.add(window);
  }
  if (entries.empty()) refuse_report("it has no repetition that ended well");
  for (Entry& entry : entries) {
    entry.samples.why_no_idle = "Google Benchmark measures no idle power";
    entry.samples.outcome = outcome_of(
        entry.samples,
        has_converged(entry.samples, entry.plan.relative_halfwidth, entry.meter.provenance));
    summarize_windows(entry);
  }
  return entries;
}

}  // namespace detail

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
    return detail::entries_of_report(report);
  } catch (const nlohmann::json::exception& reason) {
    detail::refuse_report(reason.what());
  }
}

}  // namespace perjoule::inline v0
