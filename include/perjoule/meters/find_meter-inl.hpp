// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <utility>

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/meters/cpu_time_model.hpp"
#include "perjoule/meters/external.hpp"
#include "perjoule/meters/find_meter.hpp"
#include "perjoule/meters/meter_sources.hpp"

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
    if (!wanted.empty() && wanted != source.option) continue;
    is_known = true;
    Probe<CounterMeter> probe = source.open(root, options);
    if (probe.is_found()) return finish(probe.take());
    absent.push_back(detail::absent_meter(source, probe));
  }
  if (!is_known) {
    detail::fail(text::format("there is no meter '{}'", wanted), "the choice of meter",
                 "choose " + meter_names());
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
