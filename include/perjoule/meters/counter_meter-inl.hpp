// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/core/line.hpp"
#include "perjoule/meters/counter_meter.hpp"
#include "perjoule/units/estimate.hpp"
#include "perjoule/units/scope.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE void CounterSource::close_files() const noexcept {
  for (const int one : {file, second_file}) {
    if (one != -1) close(one);
  }
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE CounterMeter::CounterMeter(const char* source, const char* root, const char* note)
    : state_(new State) {
  state_->description.source = source;
  state_->description.root = root;
  state_->description.note = note;
  state_->description.provenance = Provenance::measured;
}

PERJOULE_INLINE WindowEnergy CounterMeter::energy(const Reading& before,
                                                  const Reading& after) const {
  state_->watch.lock();
  const WindowEnergy found =
      detail::counted_energy(state_->description, before, after, state_->intermediate_readings);
  state_->watch.unlock();
  return found;
}

PERJOULE_INLINE bool CounterMeter::add(const Zone& zone,
                                       const detail::CounterSource& source) noexcept {
  MeterDescription& what = state_->description;
  if (what.zones.size() == max_zones) {
    source.close_files();
    return false;
  }
  state_->sources[what.zones.size()] = source;
  what.zones.push_back(zone);
  if (what.update_period < zone.update_period) what.update_period = zone.update_period;
  return true;
}

PERJOULE_INLINE CounterMeter::State::~State() {
  watch.stop();
  for (const detail::CounterSource& source : sources) source.close_files();
  // A library goes after what it gave.
  for (std::size_t i = releases.size(); i-- > 0;) releases[i].release(releases[i].what);
}

PERJOULE_INLINE void CounterMeter::State::record_intermediate_reading(void* self) {
  State& state = *static_cast<State*>(self);
  Reading reading;
  if (!state.read(reading)) return;
  detail::IntermediateReading intermediate{reading.begin, reading.end, {}};
  for (std::size_t i = 0; i < max_zones; ++i) intermediate.counts[i] = reading.counts[i];
  state.intermediate_readings.push_back(intermediate);
}

PERJOULE_INLINE bool CounterMeter::merge(CounterMeter other) noexcept {
  State& from = *other.state_;
  MeterDescription& what = state_->description;
  if (what.zones.size() + from.description.zones.size() > max_zones) return false;
  state_->watch.stop();
  from.watch.stop();
  for (std::size_t i = 0; i < from.description.zones.size(); ++i) {
    add(from.description.zones[i], from.sources[i]);
    from.sources[i] = {};
  }
  for (const detail::Cleanup& release : from.releases) add_cleanup(release);
  from.releases = {};
  what.source = text::format("%s + %s", what.source.chars, from.description.source.chars).chars;
  what.note = text::format("%s; %s", what.note.chars, from.description.note.chars).chars;
  what.provenance = worst(what.provenance, from.description.provenance);
  what.scope = with_gpu(what.scope);
  const Seconds its = from.max_interval;
  poll_for_wraps(its < state_->max_interval ? its : state_->max_interval);
  return true;
}

PERJOULE_INLINE void CounterMeter::measure_update_periods() noexcept {
  constexpr std::size_t most = 9;
  struct {
    Seconds between[most];  // ascending
    std::size_t seen = 0;
    int ticks = 0;
    Instant last;
  } zones[max_zones];
  Few<Zone, max_zones>& all = state_->description.zones;
  Reading before;
  if (!read(before)) return;
  const Instant start = before.end;
  std::size_t still = all.size();  // those that have not been seen often enough
  for (bool any = false; still != 0;) {
    Reading now;
    const Seconds spent = SystemClock::now() - start;
    if (spent > Seconds(any ? 0.6 : 0.25) || !read(now)) break;
    if (spent > Seconds(0.02)) SystemClock::wait(Seconds(50e-6));
    for (std::size_t i = 0; i < all.size(); ++i) {
      auto& zone = zones[i];
      if (now.counts[i] == before.counts[i] || zone.seen == most) continue;
      any = true;
      if (zone.ticks++ > 0) {  // the first one began before we looked
        const Seconds between = now.end - zone.last;
        std::size_t place = zone.seen++;
        for (; place > 0 && zone.between[place - 1] > between; --place) {
          zone.between[place] = zone.between[place - 1];
        }
        zone.between[place] = between;
        if (zone.seen == most) --still;
      }
      zone.last = now.end;
    }
    before = now;
    // A counter that stands still while another is known must not hold up everybody for long.
    if (any && spent > Seconds(0.05) && still < all.size()) break;
  }
  Seconds& slowest = state_->description.update_period;
  slowest = Seconds(0.0);
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto& zone = zones[i];
    if (zone.seen >= 3) {
      const Seconds median = zone.between[zone.seen / 2];
      const Seconds early = median - zone.between[1];
      const Seconds late = zone.between[zone.seen - 2] - median;
      all[i].update_period = median;
      all[i].jitter = early > late ? early : late;
    }
    if (all[i].update_period > slowest) slowest = all[i].update_period;
  }
}

PERJOULE_INLINE void CounterMeter::poll_for_wraps(Seconds max_interval) noexcept {
  Seconds between = state_->max_interval = max_interval;
  for (const Zone& zone : state_->description.zones) {
    const Seconds turn =
        static_cast<double>(zone.modulus) * zone.per_count / detail::max_zone_power;
    if (turn * 0.5 < between) between = turn * 0.5;
  }
  if (between < Seconds(1e-3)) between = Seconds(1e-3);
  if (between >= Seconds(1e5)) return;  // a day
  // Without a thread, windows that are too long say so.
  (void)state_->watch.start(between.si(), &State::record_intermediate_reading, state_);
}

}  // namespace perjoule::inline v0

namespace perjoule::inline v0::detail {

PERJOULE_INLINE PowerIntegrator* PowerIntegrator::make() { return new PowerIntegrator; }

PERJOULE_INLINE void PowerIntegrator::release(void* self) {
  delete static_cast<PowerIntegrator*>(self);
}

PERJOULE_INLINE CounterSource PowerIntegrator::add(const CounterSource& source,
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

PERJOULE_INLINE bool PowerIntegrator::start() noexcept {
  sample();
  return thread_.start(interval.si(), &sample_all, this);
}

PERJOULE_INLINE void PowerIntegrator::sample() noexcept {
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

PERJOULE_INLINE void PowerIntegrator::sample_all(void* self) {
  static_cast<PowerIntegrator*>(self)->sample();
}

}  // namespace perjoule::inline v0::detail
