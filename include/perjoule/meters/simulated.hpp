// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstdint>

#include "perjoule/core/expects.hpp"
#include "perjoule/meters/meter.hpp"
#include "perjoule/meters/unwrap.hpp"
#include "perjoule/stats/random.hpp"

namespace perjoule::inline v0 {

/// How a simulated machine counts. The defaults are those of RAPL on a server.
struct SimulatedCounter {
  Seconds period{0.9765625e-3};  ///< between two steps
  Seconds jitter{20e-6};         ///< each step is late by up to this much
  Joules unit{61e-6};            ///< one count
  std::uint64_t modulus = 1ULL << 32U;
  std::uint64_t first = 0;  ///< the count at the start
  Seconds read_cost{1e-6};  ///< a reading takes this long
  std::uint64_t seed = 1;
};

/// A machine that exists in this process only: it has a clock, a power, a counter of its energy,
/// and knows what the energy really was. The truth that meters are tested against, where no
/// hardware is at hand.
class SimulatedMachine {
 public:
  explicit SimulatedMachine(Watts idle = Watts(20.0), SimulatedCounter counter = {})
      : idle_(idle), counter_(counter), random_(counter.seed), count_(counter.first) {
    PERJOULE_EXPECTS(counter.period > counter.jitter && counter.unit > Joules(0.0));
    PERJOULE_EXPECTS(counter.first < counter.modulus);
    next_tick_ = counter_.period;
  }

  /// Time passes at this power.
  void work(Seconds duration, Watts power) noexcept {
    const Seconds end = now_ + duration;
    while (next_tick_ <= end) {
      energy_ += power * (next_tick_ - now_);
      now_ = next_tick_;
      const double steps = energy_ / counter_.unit;
      count_ = (counter_.first + static_cast<std::uint64_t>(steps)) % counter_.modulus;
      ++ticks_;
      next_tick_ =
          static_cast<double>(ticks_ + 1) * counter_.period + random_.uniform() * counter_.jitter;
    }
    energy_ += power * (end - now_);
    now_ = end;
  }

  /// Time passes at idle power.
  void rest(Seconds duration) noexcept { work(duration, idle_); }

  /// What the counter shows now.
  [[nodiscard]] std::uint64_t count() const noexcept { return count_; }
  /// What was really consumed since the start.
  /// @unit J
  [[nodiscard]] Joules true_energy() const noexcept { return energy_; }
  [[nodiscard]] Instant now() const noexcept { return Instant{} + now_; }
  [[nodiscard]] const SimulatedCounter& counter() const noexcept { return counter_; }

 private:
  Watts idle_;
  SimulatedCounter counter_;
  Random random_;
  Seconds now_{0.0};
  Seconds next_tick_{0.0};
  std::uint64_t ticks_ = 0;
  Joules energy_{0.0};
  std::uint64_t count_;
};

/// Reads a simulated machine as RAPL is read. The machine must outlive it.
class SimulatedMeter {
 public:
  explicit SimulatedMeter(SimulatedMachine& machine) : machine_(&machine) {
    const SimulatedCounter& counter = machine.counter();
    description_.source = "simulated";
    description_.zones.push_back(
        {"package-0", "simulated:0", counter.modulus, counter.unit, counter.unit});
    description_.scope = Scope::package;
    description_.provenance = Provenance::simulated;
    description_.update_period = counter.period;
    description_.note = "a machine that exists in this process only";
  }

  [[nodiscard]] bool read(Reading& reading) noexcept {
    const Seconds half = 0.5 * machine_->counter().read_cost;
    reading.begin = machine_->now();
    machine_->rest(half);
    reading.counts[0] = machine_->count();
    machine_->rest(half);
    reading.end = machine_->now();
    return true;
  }

  [[nodiscard]] WindowEnergy energy(const Reading& before, const Reading& after) const {
    return detail::counted_energy(description_, before, after);
  }

  [[nodiscard]] const MeterDescription& description() const noexcept { return description_; }
  [[nodiscard]] Instant now() const noexcept { return machine_->now(); }
  void wait(Seconds duration) noexcept { machine_->rest(duration); }

 private:
  SimulatedMachine* machine_;
  MeterDescription description_;
};

static_assert(EnergyMeter<SimulatedMeter>);

}  // namespace perjoule::inline v0
