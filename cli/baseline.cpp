// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "cli/baseline.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string_view>

#include "perjoule/core/error.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/integrations/read_json.hpp"
#include "perjoule/report/to_string.hpp"
#include "perjoule/stats/confidence.hpp"
#include "perjoule/stats/propagate.hpp"
#include "perjoule/stats/ratio.hpp"

namespace perjoule::cli {

namespace {

std::string change_of(std::string_view what, const Estimate<double>& now,
                      const Estimate<double>& then) {
  if (!now.is_known() || !then.is_known()) {
    return fmt::format("{}: cannot be compared, it is missing {}", what,
                       now.is_known() ? "in the baseline" : "here");
  }
  if (!is_finite(now.random) || !is_finite(then.random)) {
    return fmt::format("{}: {} x that of the baseline; -r 5 of both would tell how sure that is",
                       what, fmt::format("{:.3g}", now.value / then.value));
  }
  const IntervalEstimate<double> change = ratio(now, then);
  if (!change.interval.is_known() || change.interval.low < 0.0) {
    return fmt::format(
        "{}: too uncertain to be compared; measure more runs (-r), with nothing else at work",
        what);
  }
  return fmt::format("{} x {} of the baseline", text::cell(change.estimate, change.interval), what);
}

/// The energies, as far as they can be compared.
std::string energy_change(const Entry& entry, const Entry& baseline) {
  if (baseline.meter.scope != entry.meter.scope) {
    return fmt::format("energy cannot be compared: the baseline's covers {}, this one {}",
                       name(baseline.meter.scope), name(entry.meter.scope));
  }
  const bool is_modelled =
      worst(entry.energy.provenance, baseline.energy.provenance) == Provenance::modelled;
  if (is_modelled) return "energy is modelled from CPU time, so only that is compared";
  const auto is_simulated = [](Provenance of) { return of == Provenance::simulated; };
  if (is_simulated(entry.energy.provenance) != is_simulated(baseline.energy.provenance)) {
    return "energy cannot be compared: one was measured and the other is simulated";
  }
  const bool is_one_meter = entry.meter.source == baseline.meter.source;
  const auto energy_of = [&](const Entry& of) {
    return detail::strip_unit(is_one_meter ? comparable_energy(of, of.energy) : of.energy);
  };
  return change_of("the energy", energy_of(entry), energy_of(baseline));
}

std::string quality_change(const Quality& now, const std::vector<Quality>& before) {
  const auto then = std::find_if(before.begin(), before.end(), [&](const Quality& quality) {
    return quality.metric == now.metric;
  });
  if (then == before.end()) return fmt::format("{}: not in the baseline", now.metric);
  std::string said = fmt::format("{}: {} here, {} in the baseline", now.metric,
                                 text::cell(now.value, now.value_interval),
                                 text::cell(then->value, then->value_interval));
  const double random = std::hypot(now.value.random, then->value.random);
  if (now.value.is_known() && then->value.is_known() && random > 0.0) {  // not NaN: of one run
    const Estimate<double> difference{
        now.value.value - then->value.value, random,
        detail::combined_dof(now.value.random, now.value.dof, then->value.random, then->value.dof),
        0.0, worst(now.value.provenance, then->value.provenance)};
    said += fmt::format(", {} apart", text::cell(difference));
  }
  return said;
}

}  // namespace

Entry read_baseline(const std::string& path, const std::string& label) {
  std::string names;
  for (const Entry& entry : read_json(path)) {
    if (entry.plan.label() == label) return entry;
    names += fmt::format("{}'{}'", names.empty() ? "" : ", ", entry.plan.label());
  }
  throw Error("this is no baseline",
              fmt::format("{}: it is of {}, and this is '{}'", path, names, label),
              "name a record of the same program, or give this one its --name; nothing was run");
}

std::vector<std::string> compare_with_baseline(const Entry& entry, const Entry& baseline) {
  std::vector<std::string> said;
  if (baseline.environment.machine.key != entry.environment.machine.key) {
    said.push_back("the baseline was measured on another machine");
  }
  const auto add = [&](std::string_view what, const Estimate<SecondsPerItem>& now,
                       const Estimate<SecondsPerItem>& then) {
    said.push_back(change_of(what, detail::strip_unit(now), detail::strip_unit(then)));
  };
  add("the time", entry.wall_time, baseline.wall_time);
  add("the CPU time", entry.cpu_time, baseline.cpu_time);
  said.push_back(energy_change(entry, baseline));
  for (const Quality& quality : entry.quality) {
    said.push_back(quality_change(quality, baseline.quality));
  }
  return said;
}

}  // namespace perjoule::cli
