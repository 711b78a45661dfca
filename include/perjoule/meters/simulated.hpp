// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <vector>

#include "perjoule/core/error.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/meters/meter.hpp"
#include "perjoule/meters/window_energy.hpp"
#include "perjoule/stats/random.hpp"
#include "perjoule/units/estimate.hpp"
#include "perjoule/units/quantity.hpp"
#include "perjoule/units/scope.hpp"

namespace perjoule::inline v0 {

/// The parameters of a simulated counter. The defaults are those of RAPL on a server.
struct SimulatedCounter {
  std::string name = "package-0";
  double share = 1.0;  ///< share of the machine's power that it counts. @unit a share of 1
  Seconds period{0.9765625e-3};  ///< time between two ticks
  Seconds phase{0.0};            ///< delay of all ticks
  Seconds jitter{20e-6};         ///< largest additional delay of each tick
  Joules unit{61e-6};            ///< energy of one count
  std::uint64_t modulus = 1ULL << 32U;
  std::uint64_t first = 0;  ///< count at the start
  std::uint64_t seed = 1;
};

/// A simulated machine that exists only in this process. It has a clock, a power and energy
/// counters, and knows its true energy. Meters are tested against that truth if no hardware is
/// available. The faults of real counters can be simulated here.
class SimulatedMachine {
 public:
  explicit SimulatedMachine(Watts idle = Watts(20.0), const SimulatedCounter& counter = {})
      : SimulatedMachine(idle, {counter}) {}

  SimulatedMachine(Watts idle, std::initializer_list<SimulatedCounter> counters) : idle_(idle) {
    for (const SimulatedCounter& counter : counters) {
      PERJOULE_EXPECTS(counter.period > counter.jitter && counter.unit > Joules(0.0));
      PERJOULE_EXPECTS(counter.first < counter.modulus);
      State state{counter};
      state.random = Random(counter.seed);
      state.next_tick = counter.phase + counter.period;
      state.count = counter.first;
      counters_.push_back(state);
    }
  }

  /// Advances time at the given power.
  void work(Seconds duration, Watts power) noexcept {
    const Seconds end = now_ + duration;
    for (;;) {
      const auto next = std::min_element(
          counters_.begin(), counters_.end(),
          [](const State& a, const State& b) { return a.next_tick < b.next_tick; });
      if (next->next_tick > end) break;
      energy_ += power * (next->next_tick - now_);
      now_ = next->next_tick;
      tick(*next);
    }
    energy_ += power * (end - now_);
    now_ = end;
  }

  /// Sets the idle power from now on.
  void set_idle(Watts power) noexcept { idle_ = power; }

  /// Advances time at idle power.
  void rest(Seconds duration) noexcept { work(duration, idle_); }

  /// Simulates a fault: each counter starts again at 0, as after a suspend.
  void reset_counters() noexcept {
    for (State& counter : counters_) {
      counter.base = energy_ * counter.what.share;
      counter.count = 0;
      counter.what.first = 0;
    }
  }
  /// Simulates a fault: a counter keeps its value until it is released.
  void freeze_counter(std::size_t counter, bool freeze) noexcept {
    counters_[counter].frozen = freeze;
  }

  /// Returns the current value of a counter.
  [[nodiscard]] std::uint64_t count(std::size_t counter = 0) const noexcept {
    return counters_[counter].count;
  }
  /// Returns the energy that was really consumed since the start.
  /// @unit J
  [[nodiscard]] Joules true_energy() const noexcept { return energy_; }
  [[nodiscard]] Instant now() const noexcept { return Instant{} + now_; }
  [[nodiscard]] std::size_t counters() const noexcept { return counters_.size(); }
  [[nodiscard]] const SimulatedCounter& counter(std::size_t i = 0) const noexcept {
    return counters_[i].what;
  }

 private:
  struct State {
    SimulatedCounter what;
    Random random{0};
    Seconds next_tick{0.0};
    std::uint64_t ticks = 0;
    Joules base{0.0};  ///< energy of the counter when it showed `what.first`
    std::uint64_t count = 0;
    bool frozen = false;
  };

  void tick(State& counter) const noexcept {
    const SimulatedCounter& what = counter.what;
    const double units = (energy_ * what.share - counter.base) / what.unit;
    if (!counter.frozen) {
      counter.count = (what.first + static_cast<std::uint64_t>(units)) % what.modulus;
    }
    ++counter.ticks;
    counter.next_tick = what.phase + static_cast<double>(counter.ticks + 1) * what.period +
                        counter.random.uniform() * what.jitter;
  }

  Watts idle_;
  std::vector<State> counters_;
  Seconds now_{0.0};
  Joules energy_{0.0};
};

/// The behavior of readings of a simulated machine.
struct SimulatedReadBehavior {
  Seconds cost{1e-6};           ///< duration of one reading
  std::size_t delay_every = 0;  ///< delays every n-th reading before its second time stamp
  Seconds delay{0.0};
  std::size_t fail_every = 0;  ///< fails every n-th reading
};

/// Reads a simulated machine like RAPL. The machine must outlive the meter.
class SimulatedMeter {
 public:
  explicit SimulatedMeter(SimulatedMachine& machine, SimulatedReadBehavior reads = {})
      : machine_(&machine), reads_(reads) {
    double share = 0.0;
    for (std::size_t i = 0; i < machine.counters(); ++i) {
      const SimulatedCounter& counter = machine.counter(i);
      description_.zones.push_back({counter.name, text::format("simulated:{}", i), counter.modulus,
                                    counter.unit, counter.unit, counter.period, counter.jitter,
                                    0.0});
      description_.update_period = std::max(description_.update_period, counter.period);
      share += counter.share;
    }
    PERJOULE_EXPECTS(share > 0.999 && share < 1.001);
    description_.source = "simulated";
    description_.scope = Scope::package;
    description_.provenance = Provenance::simulated;
    description_.note = "a machine that exists in this process only";
  }

  [[nodiscard]] bool read(Reading& reading) noexcept {
    ++readings_;
    reading.resize(machine_->counters());
    reading.begin = machine_->now();
    machine_->rest(0.5 * reads_.cost);
    for (std::size_t i = 0; i < machine_->counters(); ++i) reading.counts[i] = machine_->count(i);
    machine_->rest(0.5 * reads_.cost);
    if (reads_.delay_every != 0 && readings_ % reads_.delay_every == 0) {
      machine_->rest(reads_.delay);
    }
    reading.end = machine_->now();
    return reads_.fail_every == 0 || readings_ % reads_.fail_every != 0;
  }

  [[nodiscard]] WindowEnergy energy(const Reading& before, const Reading& after) const {
    return detail::counted_energy(description_, before, after);
  }

  [[nodiscard]] const MeterDescription& description() const noexcept { return description_; }
  [[nodiscard]] Instant now() const noexcept { return machine_->now(); }
  void wait(Seconds duration) noexcept { machine_->rest(duration); }

 private:
  SimulatedMachine* machine_;
  SimulatedReadBehavior reads_;
  std::size_t readings_ = 0;
  MeterDescription description_;
};

static_assert(EnergyMeter<SimulatedMeter>);

}  // namespace perjoule::inline v0
