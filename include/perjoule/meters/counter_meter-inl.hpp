// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <errno.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <mutex>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/core/periodic_thread.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/meters/counter_meter.hpp"
#include "perjoule/meters/tick_grid.hpp"
#include "perjoule/meters/window_energy.hpp"
#include "perjoule/units/estimate.hpp"
#include "perjoule/units/scope.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE bool DecimalFile::read(std::uint64_t& count) noexcept {
  char digits[32];
  ssize_t n = 0;
  do {
    n = pread(file_.get(), digits, sizeof digits, 0);
  } while (n == -1 && errno == EINTR);
  return n > 0 && text::parse_integer({digits, static_cast<std::size_t>(n)}, count);
}

struct PowerIntegrator::Sensor {
  std::unique_ptr<CounterReader> power;
  double watts_per_count;
  double watts = 0.0;                  ///< at the last reading. @unit W
  Instant at;                          ///< of the last reading; 0: no reading yet
  double joules = 0.0;                 ///< since the sensor was added. @unit J
  std::atomic<bool> is_known = false;  ///< the last reading succeeded
  std::atomic<std::uint64_t> microjoules = 0;
};

struct PowerIntegrator::Sum final : CounterReader {
  explicit Sum(std::shared_ptr<const Sensor> sensor) noexcept : sensor_(std::move(sensor)) {}
  [[nodiscard]] bool read(std::uint64_t& count) noexcept override {
    count = sensor_->microjoules.load(std::memory_order_relaxed);
    return sensor_->is_known.load(std::memory_order_relaxed);
  }

 private:
  std::shared_ptr<const Sensor> sensor_;  // owns the integrator
};

struct PowerIntegrator::State {
  std::vector<std::unique_ptr<Sensor>> sensors;
  PeriodicThread thread;  // the last member, so that it ends first
};

PERJOULE_INLINE PowerIntegrator::PowerIntegrator() : state_(std::make_unique<State>()) {}
PERJOULE_INLINE PowerIntegrator::~PowerIntegrator() = default;

PERJOULE_INLINE std::unique_ptr<CounterReader> PowerIntegrator::add(
    const std::shared_ptr<PowerIntegrator>& self, std::unique_ptr<CounterReader> power,
    double watts_per_count) {
  auto sensor = std::make_unique<Sensor>();
  sensor->power = std::move(power);
  sensor->watts_per_count = watts_per_count;
  const Sensor* const place = sensor.get();
  self->state_->sensors.push_back(std::move(sensor));
  return std::make_unique<Sum>(std::shared_ptr<const Sensor>(self, place));
}

PERJOULE_INLINE bool PowerIntegrator::empty() const noexcept { return state_->sensors.empty(); }

PERJOULE_INLINE bool PowerIntegrator::start() {
  sample();
  return state_->thread.start(interval.si(), [this] { sample(); });
}

PERJOULE_INLINE void PowerIntegrator::sample() noexcept {
  for (const std::unique_ptr<Sensor>& sensor : state_->sensors) {
    std::uint64_t count = 0;
    const bool is_known = sensor->power->read(count);
    if (is_known) {
      const Instant now = SystemClock::now();
      const double watts = static_cast<double>(count) * sensor->watts_per_count;
      if (sensor->at.ns != 0) {
        sensor->joules += 0.5 * (sensor->watts + watts) * (now - sensor->at).si();
      }
      sensor->watts = watts;
      sensor->at = now;
    }
    sensor->is_known.store(is_known, std::memory_order_relaxed);
    sensor->microjoules.store(static_cast<std::uint64_t>(sensor->joules * 1e6),
                              std::memory_order_relaxed);
  }
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

struct CounterMeter::State {
  [[nodiscard]] bool read(Reading& reading) const noexcept {
    reading.resize(counters.size());
    reading.begin = SystemClock::now();
    for (std::size_t i = 0; i < counters.size(); ++i) {
      if (!counters[i]->read(reading.counts[i])) return false;
    }
    reading.end = SystemClock::now();
    return true;
  }

  void record_intermediate_reading() {
    Reading reading;
    if (!read(reading)) return;
    intermediate_readings.push_back({reading.begin, reading.end, std::move(reading.counts)});
  }

  MeterDescription description;
  std::vector<std::unique_ptr<detail::CounterReader>> counters;  ///< one per zone
  std::vector<detail::IntermediateReading> intermediate_readings;
  Seconds max_interval{1e6};
  detail::PeriodicThread wrap_poller;  // the last member, so that it ends first
};

PERJOULE_INLINE CounterMeter::CounterMeter(std::string_view source, const std::string& root,
                                           std::string_view note)
    : state_(std::make_unique<State>()) {
  state_->description.source = source;
  state_->description.root = root;
  state_->description.note = note;
  state_->description.provenance = Provenance::measured;
}

PERJOULE_INLINE CounterMeter::CounterMeter(CounterMeter&& other) noexcept = default;
PERJOULE_INLINE CounterMeter& CounterMeter::operator=(CounterMeter&& other) noexcept = default;
PERJOULE_INLINE CounterMeter::~CounterMeter() = default;

PERJOULE_INLINE bool CounterMeter::read(Reading& reading) noexcept { return state_->read(reading); }

PERJOULE_INLINE WindowEnergy CounterMeter::energy(const Reading& before,
                                                  const Reading& after) const {
  const std::lock_guard lock(state_->wrap_poller);
  return detail::counted_energy(state_->description, before, after, state_->intermediate_readings);
}

PERJOULE_INLINE const MeterDescription& CounterMeter::description() const noexcept {
  return state_->description;
}

PERJOULE_INLINE MeterDescription& CounterMeter::description() noexcept {
  return state_->description;
}

PERJOULE_INLINE void CounterMeter::add(Zone zone, std::unique_ptr<detail::CounterReader> counter) {
  MeterDescription& what = state_->description;
  what.update_period = std::max(what.update_period, zone.update_period);
  what.zones.push_back(std::move(zone));
  state_->counters.push_back(std::move(counter));
}

PERJOULE_INLINE void CounterMeter::merge(CounterMeter other) {
  State& from = *other.state_;
  state_->wrap_poller.stop();
  from.wrap_poller.stop();
  state_->intermediate_readings.clear();  // they lack the new counters
  for (std::size_t i = 0; i < from.counters.size(); ++i) {
    add(std::move(from.description.zones[i]), std::move(from.counters[i]));
  }
  MeterDescription& what = state_->description;
  what.source += " + " + from.description.source;
  what.note += "; " + from.description.note;
  what.provenance = worst(what.provenance, from.description.provenance);
  what.scope = what.scope | Scope::gpu;
  poll_for_wraps(std::min(state_->max_interval, from.max_interval));
}

PERJOULE_INLINE void CounterMeter::measure_update_periods() {
  detail::set_tick_grids(state_->description, detail::watch_tick_grids(*this));
}

PERJOULE_INLINE void CounterMeter::poll_for_wraps(Seconds max_interval) {
  Seconds between = state_->max_interval = max_interval;
  for (const Zone& zone : state_->description.zones) {
    const Seconds wrap = static_cast<double>(zone.modulus) * zone.per_count / max_zone_power;
    between = std::min(between, wrap * 0.5);
  }
  between = std::max(between, Seconds(1e-3));
  if (between >= Seconds(1e5)) return;  // a day
  // Without a thread, windows that are too long report this themselves.
  (void)state_->wrap_poller.start(between.si(),
                                  [&state = *state_] { state.record_intermediate_reading(); });
}

}  // namespace perjoule::inline v0
