// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "perjoule/core/error.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/meters/meter.hpp"
#include "perjoule/meters/tick_grid.hpp"
#include "perjoule/meters/window_energy.hpp"
#include "perjoule/stats/random.hpp"
#include "perjoule/units/estimate.hpp"
#include "perjoule/units/quantity.hpp"
#include "perjoule/units/scope.hpp"

namespace perjoule::inline v0 {

/// The parameters of a simulated counter. The defaults are a tidy server's RAPL. Real counters are
/// less tidy (docs/reference/meters.md#ticks): the others below simulate that.
struct SimulatedCounter {
  std::string name = "package-0";
  double share = 1.0;     ///< share of the machine's power that it counts. @unit a share of 1
  Seconds period{1e-3};   ///< time between two ticks
  Seconds phase{0.0};     ///< delay of all ticks
  Seconds jitter{20e-6};  ///< each tick counts and comes up to this much late, equally likely
  Joules unit{61e-6};     ///< energy of one count
  std::uint64_t modulus = 1ULL << 32U;
  std::uint64_t first = 0;  ///< count at the start
  std::uint64_t seed = 1;
  Seconds lateness{0.0};    ///< standard deviation of the time after which a count is shown
  bool is_bimodal = false;  ///< counts are shown at either of two times
  double lost =
      0.0;  ///< share of updates that never come, nor does their energy. @unit a share of 1
  double doubled = 0.0;  ///< share of updates that come again 5 us later. @unit a share of 1
  double gain = 1.0;     ///< joules counted for each joule. @unit none
  Watts offset{0.0};     ///< power counted even if none is drawn
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
      PERJOULE_EXPECTS(counter.period > counter.lateness * 3.0);
      PERJOULE_EXPECTS(counter.first < counter.modulus && counter.lost + counter.doubled <= 1.0);
      State state;
      state.what = counter;
      state.random = Random(counter.seed);
      state.next_latch = counter.phase + counter.period;
      state.count = counter.first;
      state.times = draw_times(state);
      counters_.push_back(std::move(state));
    }
  }

  /// Advances time at the given power.
  void work(Seconds duration, Watts power) noexcept {
    const Seconds end = now_ + duration;
    for (;;) {
      const auto next = std::min_element(
          counters_.begin(), counters_.end(),
          [](const State& a, const State& b) { return a.next_event() < b.next_event(); });
      if (next->next_event() > end) break;
      advance(next->next_event(), power);
      next->pending.empty() || next->next_latch < next->pending.front().at ? latch(*next)
                                                                           : show(*next);
    }
    advance(end, power);
  }

  /// Sets the idle power from now on.
  void set_idle(Watts power) noexcept { idle_ = power; }

  /// Advances time at idle power.
  void rest(Seconds duration) noexcept { work(duration, idle_); }

  /// Simulates a fault: each counter starts again at 0, as after a suspend.
  void reset_counters() noexcept {
    for (State& counter : counters_) {
      counter.energy = counter.latched = Joules(0.0);
      counter.count = 0;
      counter.what.first = 0;
      counter.pending.clear();
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
  /// Returns the energy since the start as a counter counts it: without that of lost updates, twice
  /// that of doubled ones, with gain and offset, but neither late nor rounded.
  /// @unit J
  [[nodiscard]] Joules counted_energy(std::size_t counter = 0) const noexcept {
    return counters_[counter].energy;
  }
  [[nodiscard]] Instant now() const noexcept { return Instant{} + now_; }
  [[nodiscard]] std::size_t counters() const noexcept { return counters_.size(); }
  [[nodiscard]] const SimulatedCounter& counter(std::size_t i = 0) const noexcept {
    return counters_[i].what;
  }

 private:
  /// A count that was latched and is shown later.
  struct Shown {
    Seconds at{0.0};
    Joules energy{0.0};
  };

  struct State {
    SimulatedCounter what;
    Random random{0};
    Seconds next_latch{0.0};
    std::uint64_t ticks = 0;
    double times = 1.0;   ///< how often this period's energy is counted: 0, 1 or 2. @unit none
    Joules energy{0.0};   ///< counted since it showed `what.first`
    Joules latched{0.0};  ///< the same at the last tick
    std::uint64_t count = 0;
    bool frozen = false;
    std::vector<Shown> pending;

    /// @unit s
    [[nodiscard]] Seconds next_event() const noexcept {
      return pending.empty() ? next_latch : std::min(next_latch, pending.front().at);
    }
  };

  void advance(Seconds to, Watts power) noexcept {
    const Seconds passed = to - now_;
    energy_ += power * passed;
    for (State& counter : counters_) {
      const SimulatedCounter& what = counter.what;
      counter.energy += counter.times * (power * (what.share * what.gain) + what.offset) * passed;
    }
    now_ = to;
  }

  /// Ends a period of a counter, whose count is shown now or later.
  void latch(State& counter) noexcept {
    const SimulatedCounter& what = counter.what;
    const Seconds at = now_ + draw_lateness(counter);
    if (counter.times > 1.5) {
      counter.pending.push_back({at, 0.5 * (counter.latched + counter.energy)});
      counter.pending.push_back({at + Seconds(5e-6), counter.energy});
    } else if (counter.times > 0.5) {
      counter.pending.push_back({at, counter.energy});
    }
    counter.latched = counter.energy;
    counter.times = draw_times(counter);
    ++counter.ticks;
    counter.next_latch = what.phase + static_cast<double>(counter.ticks + 1) * what.period +
                         counter.random.uniform() * what.jitter;
    while (!counter.pending.empty() && counter.pending.front().at <= now_) show(counter);
  }

  static void show(State& counter) noexcept {
    const SimulatedCounter& what = counter.what;
    const auto units = static_cast<std::uint64_t>(counter.pending.front().energy / what.unit);
    if (!counter.frozen) counter.count = (what.first + units) % what.modulus;
    counter.pending.erase(counter.pending.begin());
  }

  [[nodiscard]] static double draw_times(State& counter) noexcept {
    const SimulatedCounter& what = counter.what;
    if (what.lost + what.doubled <= 0.0) return 1.0;
    const double chance = counter.random.uniform();
    return chance < what.lost ? 0.0 : chance < what.lost + what.doubled ? 2.0 : 1.0;
  }

  [[nodiscard]] static Seconds draw_lateness(State& counter) noexcept {
    const SimulatedCounter& what = counter.what;
    if (what.lateness <= Seconds(0.0)) return Seconds(0.0);
    if (what.is_bimodal) {
      const double mode = counter.random.uniform() < 0.5 ? 0.0 : 1.915;
      return what.lateness * (mode + counter.random.uniform());  // variance 1.915^2/4 + 1/12 = 1
    }
    // No count is shown before it is latched, nor after the next one is.
    const double deviations = 2.5 + draw_student_t(counter.random, infinite_dof);
    return std::clamp(what.lateness * deviations, Seconds(0.0), what.period * 0.95);
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
  /// Share of readings in which other programs get the CPU for 2 to 4 ms, as often before the
  /// counters are read as after. @unit a share of 1
  double preempted = 0.0;
};

/// Reads a simulated machine like RAPL. The machine must outlive the meter.
class SimulatedMeter {
 public:
  explicit SimulatedMeter(SimulatedMachine& machine, SimulatedReadBehavior reads = {})
      : machine_(&machine), reads_(reads) {
    double share = 0.0;
    for (std::size_t i = 0; i < machine.counters(); ++i) {
      const SimulatedCounter& counter = machine.counter(i);
      Zone zone;
      zone.name = counter.name;
      zone.id = text::format("simulated:{}", i);
      zone.modulus = counter.modulus;
      zone.per_count = zone.resolution = counter.unit;
      zone.update_period = counter.period;
      zone.jitter = counter.lateness;
      zone.lateness = counter.lateness * (counter.is_bimodal ? 1.4575 : 2.5);
      description_.zones.push_back(std::move(zone));
      description_.update_period = std::max(description_.update_period, counter.period);
      share += counter.share;
    }
    PERJOULE_EXPECTS(share > 0.999 && share < 1.001);
    description_.source = "simulated";
    description_.scope = Scope::package;
    description_.provenance = Provenance::simulated;
    description_.note = "a machine that exists in this process only";
  }

  /// Measures the period and jitter of its counters like a real meter, rather than knowing them.
  void measure_update_periods() {
    detail::set_tick_grids(description_, detail::watch_tick_grids(*this));
  }

  [[nodiscard]] bool read(Reading& reading) noexcept {
    ++readings_;
    const bool is_preempted = reads_.preempted > 0.0 && random_.uniform() < reads_.preempted;
    const Seconds held_up = is_preempted ? Seconds(2e-3 + 2e-3 * random_.uniform()) : Seconds(0.0);
    const bool is_before = is_preempted && random_.uniform() < 0.5;
    reading.resize(machine_->counters());
    reading.begin = machine_->now();
    machine_->rest(0.5 * reads_.cost + (is_before ? held_up : Seconds(0.0)));
    for (std::size_t i = 0; i < machine_->counters(); ++i) reading.counts[i] = machine_->count(i);
    machine_->rest(0.5 * reads_.cost + (is_before ? Seconds(0.0) : held_up));
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
  Random random_{1};
  std::size_t readings_ = 0;
  MeterDescription description_;
};

static_assert(EnergyMeter<SimulatedMeter>);

}  // namespace perjoule::inline v0
