// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstdint>

#include "perjoule/core/config.hpp"
#include "perjoule/core/few.hpp"
#include "perjoule/core/periodic.hpp"
#include "perjoule/meters/clock.hpp"
#include "perjoule/meters/counter_meter.hpp"
#include "perjoule/meters/meter.hpp"
#include "perjoule/units/names.hpp"

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
  static IntegratedPower* make();
  static void release(void* self);

  /// A source for a meter, of microjoules.
  CounterSource add(const CounterSource& source, double watts_per_count) noexcept;

  [[nodiscard]] bool empty() const noexcept { return sensors_.empty(); }

  /// False where the system gives no thread.
  [[nodiscard]] bool start() noexcept;

  /// Reads each sensor once, and adds what was drawn since.
  void sample() noexcept;

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
  static void sample_all(void* self);

  Few<Sensor, max_zones> sensors_;
  Periodic thread_;
};

}  // namespace perjoule::inline v0::detail

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/meters/integrated_power-inl.hpp"
#endif
