// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <cstdint>

#include "perjoule/core/config.hpp"
#include "perjoule/core/few.hpp"
#include "perjoule/core/periodic.hpp"
#include "perjoule/meters/clock.hpp"
#include "perjoule/meters/counter_meter.hpp"
#include "perjoule/meters/meter.hpp"

namespace perjoule::inline v0::detail {

/// Energy where a sensor tells power alone: a thread reads it now and then and adds up. To a meter
/// it is a counter that ticks at each sample.
/// @error power is taken to change along a straight line between two samples
class IntegratedPower {
 public:
  /// Often enough for loads that last; seldom enough to cost nothing.
  static constexpr Seconds interval{0.02};

  struct Sensor {
    CounterSource source;          ///< counts of power instead of energy
    double watts_per_count = 0.0;  ///< @unit W
    double watts = 0.0;            ///< when it was last read. @unit W
    Instant at;                    ///< and when that was; 0: never
    bool is_known = false;         ///< the last try succeeded
    double joules = 0.0;           ///< since it was added. @unit J
    std::uint64_t microjoules = 0;
  };

  /// @throws std::bad_alloc
  PERJOULE_COLD static IntegratedPower* make() { return new IntegratedPower; }
  PERJOULE_COLD static void release(void* self) { delete static_cast<IntegratedPower*>(self); }

  /// A source for a meter, of microjoules.
  PERJOULE_COLD CounterSource add(const CounterSource& source, double watts_per_count) noexcept {
    Sensor sensor;
    sensor.source = source;
    sensor.watts_per_count = watts_per_count;
    sensors_.push_back(sensor);
    CounterSource counter;
    counter.read = &read_sum;
    counter.device = &sensors_[sensors_.size() - 1];
    return counter;
  }

  [[nodiscard]] bool empty() const noexcept { return sensors_.empty(); }

  /// False where the system gives no thread.
  [[nodiscard]] PERJOULE_COLD bool start() noexcept {
    sample();
    return thread_.start(interval.si(), &sample_all, this);
  }

  /// Reads each sensor once, and adds what was drawn since.
  PERJOULE_COLD void sample() noexcept {
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

  IntegratedPower(const IntegratedPower&) = delete;
  IntegratedPower& operator=(const IntegratedPower&) = delete;

 private:
  IntegratedPower() = default;
  ~IntegratedPower() {
    thread_.stop();
    for (const Sensor& sensor : sensors_) sensor.source.close_files();
  }

  static bool read_sum(const CounterSource& source, std::uint64_t& count) noexcept {
    const Sensor& sensor = *static_cast<const Sensor*>(source.device);
    count = __atomic_load_n(&sensor.microjoules, __ATOMIC_RELAXED);
    return __atomic_load_n(&sensor.is_known, __ATOMIC_RELAXED);
  }
  PERJOULE_COLD static void sample_all(void* self) {
    static_cast<IntegratedPower*>(self)->sample();
  }

  Few<Sensor, max_zones> sensors_;
  Periodic thread_;
};

}  // namespace perjoule::inline v0::detail
