// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <stdlib.h>

#include <algorithm>

#include "perjoule/core/config.hpp"
#include "perjoule/meters/cray.hpp"
#include "perjoule/meters/gpu_library.hpp"
#include "perjoule/meters/hwmon.hpp"
#include "perjoule/meters/meter_sources.hpp"
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
      {"cray", "cray-pm",
       [](const std::string& root, const MeterOptions&) { return open_cray(root); }},
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

PERJOULE_INLINE std::string meter_names() {
  std::string names;
  for (const MeterSource& source : meter_sources()) names += std::string(source.option) + ", ";
  return names + "external:PATH, model or none";
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
  return {std::string(source.recorded_as), probe.state(), probe.reason(), probe.fix()};
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
  const Scope scope = meter.description().scope;
  if (scope == Scope::node || (scope == Scope::psys && !is_rapl)) return;
  bool has_amd = false;
  for (const MeterSource& source : gpu_sources()) {
    if (source.recorded_as == "hwmon" && has_amd) continue;  // the library takes precedence
    Probe<CounterMeter> probe = source.open(root, options);
    if (probe.is_found()) {
      has_amd = has_amd || source.recorded_as == "amd-smi";
      meter.merge(probe.take());
    } else if (probe.state() != ProbeState::absent) {
      absent.push_back(absent_meter(source, probe));
    }
  }
}

}  // namespace perjoule::inline v0::detail
