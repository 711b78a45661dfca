// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <stdlib.h>
#include <string.h>

#include <utility>

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/meters/external.hpp"
#include "perjoule/meters/find_meter.hpp"
#include "perjoule/units/scope.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE text::Long option_or_environment(const char* option,
                                                 const char* variable) noexcept {
  if (*option != '\0') return option;
  const char* const value = getenv(variable);
  return value == nullptr ? "" : value;
}

PERJOULE_INLINE const AbsentMeter* easiest_meter_to_enable(View<AbsentMeter> absent) noexcept {
  const AbsentMeter* nearest = nullptr;
  for (const AbsentMeter& one : absent) {
    if (nearest != nullptr && nearest->state == ProbeState::forbidden) break;
    const bool is_nearer = one.state == ProbeState::forbidden || one.source == "rapl-powercap";
    if (nearest == nullptr || is_nearer) nearest = &one;
  }
  return nearest;
}

PERJOULE_INLINE void add_gpus(CounterMeter& meter, const char* root, const MeterOptions& options,
                              Buffer<AbsentMeter>& absent) {
  const bool is_rapl = starts_with(meter.description().source.chars, "rapl-");
  if (meter.description().scope == Scope::psys && !is_rapl) return;
  bool has_amd = false;
  for (const MeterSource& source : gpu_sources) {
    const bool is_hwmon = strcmp(source.source, "hwmon") == 0;
    if (is_hwmon && has_amd) continue;  // the library's word counts
    Probe<CounterMeter> probe = source.open(root, options);
    if (probe.is_found()) {
      has_amd = has_amd || strcmp(source.source, "amd-smi") == 0;
      if (meter.merge(probe.take())) continue;
      absent.push_back({source.source, ProbeState::broken,
                        "more counters than a reading has room for", "measure fewer at a time"});
    } else if (probe.state() != ProbeState::absent) {
      absent.push_back({source.source, probe.state(), probe.reason(), probe.fix()});
    }
  }
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE FoundMeter find_meter(const MeterOptions& options) {
  const text::Long root = detail::option_or_environment(options.root.c_str(), "PERJOULE_ROOT");
  const text::Long wanted = detail::option_or_environment(options.source.c_str(), "PERJOULE_METER");
  Buffer<AbsentMeter> absent;
  const auto finish = [&](CounterMeter meter) -> FoundMeter {
    if (options.gpus) detail::add_gpus(meter, root.c_str(), options, absent);
    meter.description().has_foreign_root = !root.empty();
    if (meter.description().root.empty()) meter.description().root = root;
    if (options.require < meter.description().provenance) {
      throw NoMeterError("no meter of the kind that is required",
                         text::format("%s is %s", meter.description().source.chars,
                                      name(meter.description().provenance))
                             .chars,
                         "use another meter, or require less");
    }
    return {AnyMeter(std::move(meter)), absent};
  };
  if (wanted == "none") return {AnyMeter(NoMeter()), absent};
  if (detail::starts_with(wanted.chars, "external:")) {
    Probe<CounterMeter> probe = open_external(wanted.chars + strlen("external:"));
    if (probe.is_found()) return finish(probe.take());
    throw NoMeterError("no external meter", probe.reason().c_str(), probe.fix().c_str());
  }
  bool known = wanted.empty() || wanted == "model";
  for (const MeterSource& source : meter_sources) {
    if (!wanted.empty() && !(wanted == source.name)) continue;
    known = true;
    Probe<CounterMeter> probe = source.open(root.c_str(), options);
    if (probe.is_found()) return finish(probe.take());
    absent.push_back({source.source, probe.state(), probe.reason(), probe.fix()});
  }
  if (!known) {
    detail::fail(text::format("there is no meter '%s'", wanted.chars).chars, "the choice of meter",
                 "choose perf, powercap, msr, hwmon, external:PATH, model or none");
  }
  const bool only_one = !wanted.empty() && !(wanted == "model");
  if (only_one || options.require < Provenance::modelled) {
    const AbsentMeter* const nearest = detail::easiest_meter_to_enable(absent);
    if (nearest == nullptr) {
      throw NoMeterError("no energy meter", "the model is none", "choose another meter");
    }
    throw NoMeterError("no energy meter", nearest->reason.c_str(), nearest->fix.c_str());
  }
  const bool by_family = options.model.full == Watts(0.0);
  return finish(
      cpu_time_model(by_family ? detail::power_model_of_cpu(root.c_str()) : options.model));
}

}  // namespace perjoule::inline v0
