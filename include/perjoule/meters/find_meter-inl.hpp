// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <stdlib.h>

#include <algorithm>
#include <utility>

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/meters/external.hpp"
#include "perjoule/meters/find_meter.hpp"
#include "perjoule/meters/gpu_library.hpp"
#include "perjoule/meters/hwmon.hpp"
#include "perjoule/meters/perf.hpp"
#include "perjoule/meters/rapl.hpp"
#include "perjoule/units/scope.hpp"

namespace perjoule::inline v0 {

PERJOULE_INLINE View<MeterSource> meter_sources() noexcept {
  static constexpr MeterSource sources[] = {
      {"perf", "rapl-perf",
       [](const std::string& root, const MeterOptions&) { return open_perf(root); }},
      {"powercap", "rapl-powercap",
       [](const std::string& root, const MeterOptions&) { return open_powercap(root); }},
      {"msr", "rapl-msr",
       [](const std::string& root, const MeterOptions&) { return open_msr(root); }},
      {"hwmon", "hwmon",
       [](const std::string& root, const MeterOptions&) { return open_hwmon(root); }},
  };
  return sources;
}

PERJOULE_INLINE View<MeterSource> gpu_sources() noexcept {
  static constexpr MeterSource sources[] = {
      {"nvml", "nvml",
       [](const std::string&, const MeterOptions& options) { return open_nvml(options.nvml); }},
      {"amd-smi", "amd-smi",
       [](const std::string&, const MeterOptions& options) {
         return open_amd_smi(options.amd_smi);
       }},
      {"hwmon-gpu", "hwmon",
       [](const std::string& root, const MeterOptions&) { return open_hwmon(root, true); }},
  };
  return sources;
}

}  // namespace perjoule::inline v0

namespace perjoule::inline v0::detail {

PERJOULE_INLINE std::string option_or_environment(std::string_view option, const char* variable) {
  if (!option.empty()) return std::string(option);
  const char* const value = getenv(variable);
  return value == nullptr ? "" : value;
}

PERJOULE_INLINE AbsentMeter absent_meter(const MeterSource& source,
                                         const Probe<CounterMeter>& probe) {
  return {std::string(source.source), probe.state(), probe.reason(), probe.fix()};
}

PERJOULE_INLINE const AbsentMeter* easiest_meter_to_enable(View<AbsentMeter> absent) noexcept {
  const auto forbidden = std::find_if(absent.begin(), absent.end(), [](const AbsentMeter& one) {
    return one.state == ProbeState::forbidden;
  });
  if (forbidden != absent.end()) return forbidden;
  const auto powercap = std::find_if(absent.begin(), absent.end(), [](const AbsentMeter& one) {
    return one.source == "rapl-powercap";
  });
  if (powercap != absent.end()) return powercap;
  return absent.empty() ? nullptr : absent.begin();
}

PERJOULE_INLINE void add_gpus(CounterMeter& meter, const std::string& root,
                              const MeterOptions& options, std::vector<AbsentMeter>& absent) {
  const bool is_rapl = meter.description().source.starts_with("rapl-");
  if (meter.description().scope == Scope::psys && !is_rapl) return;
  bool has_amd = false;
  for (const MeterSource& source : gpu_sources()) {
    if (source.source == "hwmon" && has_amd) continue;  // the library's word counts
    Probe<CounterMeter> probe = source.open(root, options);
    if (probe.is_found()) {
      has_amd = has_amd || source.source == "amd-smi";
      meter.merge(probe.take());
    } else if (probe.state() != ProbeState::absent) {
      absent.push_back(absent_meter(source, probe));
    }
  }
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE FoundMeter find_meter(const MeterOptions& options) {
  const std::string root = detail::option_or_environment(options.root, "PERJOULE_ROOT");
  const std::string wanted = detail::option_or_environment(options.source, "PERJOULE_METER");
  std::vector<AbsentMeter> absent;
  const auto finish = [&](CounterMeter meter) -> FoundMeter {
    if (options.gpus) detail::add_gpus(meter, root, options, absent);
    meter.description().has_foreign_root = !root.empty();
    if (meter.description().root.empty()) meter.description().root = root;
    if (options.require < meter.description().provenance) {
      throw NoMeterError("no meter of the kind that is required",
                         text::format("{} is {}", meter.description().source,
                                      name(meter.description().provenance)),
                         "use another meter, or require less");
    }
    return {AnyMeter(std::move(meter)), absent};
  };
  if (wanted == "none") return {AnyMeter(NoMeter()), absent};
  constexpr std::string_view external = "external:";
  if (wanted.starts_with(external)) {
    Probe<CounterMeter> probe = open_external(wanted.substr(external.size()));
    if (probe.is_found()) return finish(probe.take());
    throw NoMeterError("no external meter", probe.reason(), probe.fix());
  }
  bool is_known = wanted.empty() || wanted == "model";
  for (const MeterSource& source : meter_sources()) {
    if (!wanted.empty() && wanted != source.name) continue;
    is_known = true;
    Probe<CounterMeter> probe = source.open(root, options);
    if (probe.is_found()) return finish(probe.take());
    absent.push_back(detail::absent_meter(source, probe));
  }
  if (!is_known) {
    detail::fail(text::format("there is no meter '{}'", wanted), "the choice of meter",
                 "choose perf, powercap, msr, hwmon, external:PATH, model or none");
  }
  const bool only_one = !wanted.empty() && wanted != "model";
  if (only_one || options.require < Provenance::modelled) {
    const AbsentMeter* const nearest = detail::easiest_meter_to_enable(absent);
    if (nearest == nullptr) {
      throw NoMeterError("no energy meter", "the model is none", "choose another meter");
    }
    throw NoMeterError("no energy meter", nearest->reason, nearest->fix);
  }
  const bool is_by_family = options.model.full == Watts(0.0);
  return finish(cpu_time_model(is_by_family ? detail::power_model_of_cpu(root) : options.model));
}

}  // namespace perjoule::inline v0
