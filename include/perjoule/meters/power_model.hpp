// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstdint>

#include "perjoule/core/expects.hpp"
#include "perjoule/core/math.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/meters/meter.hpp"

namespace perjoule::inline v0 {

/// What a hardware thread draws when idle and at full load. The defaults are the means that Cloud
/// Carbon Footprint derives from SPECpower for server CPUs; its families lie between 1.6 and 6.0 W
/// at full load, a laptop or desktop core that boosts lies above them: hence the factor.
/// @unit   W per hardware thread
/// @error  `factor`: the truth lies within value/factor and value x factor with 95 %; at least 1.5
/// @source cloudcarbonfootprint.org/docs/methodology, appendix I (AWS: 0.74 W idle, 3.5 W at full
///         load); docs/explanation/energy.md#the-power-model
struct PowerModel {
  Watts idle{0.74};
  Watts full{3.5};
  double factor = 3.0;  ///< @unit none
};

namespace detail {

/// wall x idle + CPU time x (full - idle): for one busy thread CPU time x full.
/// @unit  J
/// @error common, as the standard deviation of the logarithm: ln(factor)/1.96
[[nodiscard]] inline Estimate<Joules> modelled_energy(const PowerModel& model, Seconds wall,
                                                      Seconds cpu_time) noexcept {
  const Joules energy = wall * model.idle + cpu_time * (model.full - model.idle);
  return {energy, Joules(0.0), known_dof, energy * (math::logarithm(model.factor) / 1.959963984540),
          Provenance::modelled};
}

}  // namespace detail

/// Where there is no meter: the CPU time of this process, weighed with a model of what a core
/// draws. It tells the model's cost in time apart from that of its neighbours, but it cannot see
/// that one instruction costs more than another.
class ModelledMeter {
 public:
  explicit ModelledMeter(PowerModel model = {}) : model_(model) {
    PERJOULE_EXPECTS(model.factor >= 1.5);
    PERJOULE_EXPECTS(model.full > model.idle && model.idle >= Watts(0.0));
    description_.source = "cpu-time-model";
    description_.scope = Scope::process;
    description_.provenance = Provenance::modelled;
    description_.update_period = Seconds(1e-6);
    description_.note =
        text::format(
            "CPU time of this process x %s W per core (idle %s W), right within a factor of "
            "%s with 95 %%; no measurement of energy",
            text::shortest(model.full.si()).chars, text::shortest(model.idle.si()).chars,
            text::shortest(model.factor).chars)
            .chars;
  }

  [[nodiscard]] static bool read(Reading& reading) noexcept {
    reading.begin = SystemClock::now();
    reading.counts[0] = static_cast<std::uint64_t>(SystemClock::process_cpu().ns);
    reading.end = SystemClock::now();
    return true;
  }

  [[nodiscard]] WindowEnergy energy(const Reading& before, const Reading& after) const {
    const Seconds wall = after.begin - before.end;
    if (wall <= Seconds(0.0)) return {{}, "the window has no length"};
    const auto cpu_ns = static_cast<double>(after.counts[0] - before.counts[0]);
    return {detail::modelled_energy(model_, wall, Seconds(cpu_ns * 1e-9)), ""};
  }

  [[nodiscard]] const MeterDescription& description() const noexcept { return description_; }
  [[nodiscard]] static Instant now() noexcept { return SystemClock::now(); }
  static void wait(Seconds duration) noexcept { SystemClock::wait(duration); }

 private:
  PowerModel model_;
  MeterDescription description_;
};

static_assert(EnergyMeter<ModelledMeter>);

}  // namespace perjoule::inline v0
