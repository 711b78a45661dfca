// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cmath>
#include <cstdint>
#include <memory>

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/meters/counter_meter.hpp"
#include "perjoule/meters/cpu_time_model.hpp"
#include "perjoule/meters/meter.hpp"
#include "perjoule/stats/distributions.hpp"
#include "perjoule/units/estimate.hpp"
#include "perjoule/units/quantity.hpp"
#include "perjoule/units/scope.hpp"

namespace perjoule::inline v0::detail {

/// A clock as a counter of nanoseconds.
class ClockReader final : public CounterReader {
 public:
  explicit ClockReader(Instant (*clock)() noexcept) noexcept : clock_(clock) {}
  [[nodiscard]] bool read(std::uint64_t& count) noexcept override {
    count = static_cast<std::uint64_t>(clock_().ns);
    return true;
  }

 private:
  Instant (*clock_)() noexcept;
};

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE CounterMeter cpu_time_model(const PowerModel& model) {
  PERJOULE_EXPECTS(model.factor >= 1.5);
  PERJOULE_EXPECTS(model.full > model.idle && model.idle >= Watts(0.0));
  CounterMeter meter(
      "cpu-time-model", "",
      text::format("{} W for as long as it runs and {} W more for its CPU time, right within a "
                   "factor of {} with 95 %; no measurement of energy",
                   text::shortest(model.idle.si()),
                   text::significant((model.full - model.idle).si(), 3),
                   text::shortest(model.factor)));
  MeterDescription& what = meter.description();
  what.scope = Scope::process;
  what.provenance = Provenance::modelled;
  Zone zone;
  zone.modulus = never_wraps;
  zone.allows_zero_counts = true;
  zone.gain = GainUncertainty::of(std::log(model.factor) / normal_95);
  zone.name = "CPU time";
  zone.id = "CLOCK_PROCESS_CPUTIME_ID";
  zone.per_count = zone.resolution = Seconds(1e-9) * (model.full - model.idle);
  meter.add(zone, std::make_unique<detail::ClockReader>(&SystemClock::process_cpu));
  zone.name = "wall time";
  zone.id = "CLOCK_MONOTONIC";
  zone.per_count = zone.resolution = Seconds(1e-9) * model.idle;
  if (model.idle > Watts(0.0)) {
    meter.add(zone, std::make_unique<detail::ClockReader>(&SystemClock::now));
  }
  return meter;
}

}  // namespace perjoule::inline v0
