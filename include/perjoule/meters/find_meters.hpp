// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <stdlib.h>
#include <string.h>

#include <utility>

#include "perjoule/core/buffer.hpp"
#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/line.hpp"
#include "perjoule/meters/any_meter.hpp"
#include "perjoule/meters/external.hpp"
#include "perjoule/meters/gpu_library.hpp"
#include "perjoule/meters/hwmon.hpp"
#include "perjoule/meters/msr.hpp"
#include "perjoule/meters/no_meter.hpp"
#include "perjoule/meters/perf.hpp"
#include "perjoule/meters/power_model.hpp"
#include "perjoule/meters/powercap.hpp"
#include "perjoule/meters/probe.hpp"

namespace perjoule::inline v0 {

/// A meter that was tried and is not there.
struct AbsentMeter {
  text::Short source;
  ProbeState state = ProbeState::absent;
  text::Long reason;
  text::Long fix;
};

/// The meter to use, and why better ones are not.
struct FoundMeter {
  AnyMeter meter;
  Buffer<AbsentMeter> absent;
};

/// Where to look, and what will do.
struct MeterOptions {
  /// Before the paths of the system: the folder that holds another sys, proc and dev. Empty:
  /// PERJOULE_ROOT where it is set, else the system's own.
  text::Name root = {};
  /// The one to use: "perf", "powercap", "msr", "hwmon", "external:PATH", "model", "none". Empty:
  /// PERJOULE_METER where it is set, else the first that works.
  text::Long source = {};
  /// Of the modelled meter; 0 W: that of the CPU's family.
  PowerModel model = {Watts(0.0), Watts(0.0)};
  /// The worst that will do: `measured` refuses the model.
  Provenance require = Provenance::modelled;
  /// Whether GPUs are added.
  bool gpus = true;
  text::Name nvml = "libnvidia-ml.so.1";
  text::Name amd_smi = "libamd_smi.so";
};

/// One way to a meter, by its name in MeterOptions::source.
struct MeterSource {
  const char* name;
  const char* source;  ///< in the record
  Probe<CounterMeter> (*open)(const char* root, const MeterOptions& options);
};

/// Best first.
inline constexpr MeterSource meter_sources[] = {
    {"perf", "rapl-perf", [](const char* root, const MeterOptions&) { return open_perf(root); }},
    {"powercap", "rapl-powercap",
     [](const char* root, const MeterOptions&) { return open_powercap(root); }},
    {"msr", "rapl-msr", [](const char* root, const MeterOptions&) { return open_msr(root); }},
    {"hwmon", "hwmon", [](const char* root, const MeterOptions&) { return open_hwmon(root); }},
};

/// Those that are added to any of the others.
inline constexpr MeterSource gpu_sources[] = {
    {"nvml", "nvml",
     [](const char*, const MeterOptions& options) { return open_nvml(options.nvml.c_str()); }},
    {"amd-smi", "amd-smi",
     [](const char*, const MeterOptions& options) {
       return open_amd_smi(options.amd_smi.c_str());
     }},
    {"hwmon-gpu", "hwmon",
     [](const char* root, const MeterOptions&) { return open_hwmon(root, true); }},
};

namespace detail {

/// The value of an option, or of the environment variable that stands for it.
[[nodiscard]] PERJOULE_COLD inline text::Long option_or_environment(const char* option,
                                                                    const char* variable) noexcept {
  if (*option != '\0') return option;
  const char* const value = getenv(variable);
  return value == nullptr ? "" : value;
}

/// Of the meters that a machine lacks the one that a user can get: the one that is there and may
/// not be read, else powercap, else the first; null where nothing is absent.
[[nodiscard]] PERJOULE_COLD inline const AbsentMeter* nearest_meter(
    View<AbsentMeter> absent) noexcept {
  const AbsentMeter* nearest = nullptr;
  for (const AbsentMeter& one : absent) {
    if (nearest != nullptr && nearest->state == ProbeState::forbidden) break;
    const bool is_nearer = one.state == ProbeState::forbidden || one.source == "rapl-powercap";
    if (nearest == nullptr || is_nearer) nearest = &one;
  }
  return nearest;
}

/// Adds the GPUs of every vendor. A plug or a board that is measured as a whole has them within.
PERJOULE_COLD inline void join_gpus(CounterMeter& meter, const char* root,
                                    const MeterOptions& options, Buffer<AbsentMeter>& absent) {
  const bool is_rapl = begins(meter.description().source.chars, "rapl-");
  if (meter.description().scope == Scope::psys && !is_rapl) return;
  bool has_amd = false;
  for (const MeterSource& source : gpu_sources) {
    const bool is_hwmon = strcmp(source.source, "hwmon") == 0;
    if (is_hwmon && has_amd) continue;  // the library's word counts
    Probe<CounterMeter> probe = source.open(root, options);
    if (probe.is_found()) {
      has_amd = has_amd || strcmp(source.source, "amd-smi") == 0;
      if (meter.join(probe.take())) continue;
      absent.push_back({source.source, ProbeState::broken,
                        "more counters than a reading has room for", "measure fewer at a time"});
    } else if (probe.state() != ProbeState::absent) {
      absent.push_back({source.source, probe.state(), probe.reason(), probe.fix()});
    }
  }
}

}  // namespace detail

/// The first that works of: what the user asks for, perf, powercap, MSR, hwmon, the model. GPUs are
/// added to it, as one total with its parts.
/// @throws NoMeterError when the one asked for is not there, or only a model is left and `require`
///         asks for better; Error for a source that does not exist
[[nodiscard]] PERJOULE_COLD inline FoundMeter find_meters(const MeterOptions& options = {}) {
  const text::Long root = detail::option_or_environment(options.root.c_str(), "PERJOULE_ROOT");
  const text::Long wanted = detail::option_or_environment(options.source.c_str(), "PERJOULE_METER");
  Buffer<AbsentMeter> absent;
  const auto finish = [&](CounterMeter meter) -> FoundMeter {
    if (options.gpus) detail::join_gpus(meter, root.c_str(), options, absent);
    meter.description().is_foreign = !root.empty();
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
  if (detail::begins(wanted.chars, "external:")) {
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
    const AbsentMeter* const nearest = detail::nearest_meter(absent);
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
