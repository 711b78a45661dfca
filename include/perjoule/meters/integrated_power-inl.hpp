// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/meters/integrated_power.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE IntegratedPower* IntegratedPower::make() { return new IntegratedPower; }

PERJOULE_INLINE void IntegratedPower::release(void* self) {
  delete static_cast<IntegratedPower*>(self);
}

PERJOULE_INLINE CounterSource IntegratedPower::add(const CounterSource& source,
                                                   double watts_per_count) noexcept {
  Sensor sensor;
  sensor.source = source;
  sensor.watts_per_count = watts_per_count;
  sensors_.push_back(sensor);
  CounterSource counter;
  counter.read = &read_sum;
  counter.device = &sensors_[sensors_.size() - 1];
  return counter;
}

PERJOULE_INLINE bool IntegratedPower::start() noexcept {
  sample();
  return thread_.start(interval.si(), &sample_all, this);
}

PERJOULE_INLINE void IntegratedPower::sample() noexcept {
  for (Sensor& sensor : sensors_) {
    std::uint64_t count = 0;
    const bool known = sensor.source.read(sensor.source, count);
    if (known) {
      const Instant now = SystemClock::now();
      const double watts = static_cast<double>(count) * sensor.watts_per_count;
      if (sensor.at.ns != 0) {
        sensor.joules += 0.5 * (sensor.watts + watts) * (now - sensor.at).si();
      }
      sensor.watts = watts;
      sensor.at = now;
    }
    __atomic_store_n(&sensor.is_known, known, __ATOMIC_RELAXED);
    __atomic_store_n(&sensor.microjoules, static_cast<std::uint64_t>(sensor.joules * 1e6),
                     __ATOMIC_RELAXED);
  }
}

PERJOULE_INLINE void IntegratedPower::sample_all(void* self) {
  static_cast<IntegratedPower*>(self)->sample();
}

}  // namespace perjoule::inline v0::detail
