// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/core/math.hpp"
#include "perjoule/engine/idle.hpp"
#include "perjoule/meters/clock.hpp"
#include "perjoule/meters/meter.hpp"
#include "perjoule/meters/tick.hpp"
#include "perjoule/stats/mean_of_windows.hpp"
#include "perjoule/stats/propagate.hpp"
#include "perjoule/units/quantity.hpp"
#include "perjoule/units/scope.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE Estimate<Watts> idle_between(const Estimate<Watts>& before,
                                             const Estimate<Watts>& after) noexcept {
  const Estimate<Watts> sum = total(before, after);
  if (!sum.is_known()) return {};
  const double scatter = 0.5 * sum.random.si();
  const double drift = (after.value - before.value).si() / math::square_root(12.0);
  return {0.5 * sum.value, Watts(math::root_sum_square(scatter, drift)),
          combined_dof(scatter, sum.dof, drift, known_dof), 0.5 * sum.common, sum.provenance};
}

PERJOULE_INLINE IdleBlock measure_idle(AnyMeter& meter, Seconds duration,
                                       const SystemFiles& files) noexcept {
  const Look begin = look_around(files);
  constexpr int windows = 5;
  Nap nap{meter, meter.description().update_period * 0.05};
  double watts[windows];
  Watts resolution{0.0};
  Watts common{0.0};
  for (double& power : watts) {
    Reading before;
    Reading after;
    const bool first = read_on_tick(meter, before);
    meter.wait(duration / windows);
    bool second = meter.read(after);
    follow(meter.description(), before, after);
    second = second && work_until_tick(meter, after, &Nap::take, &nap) && look_behind(meter, after);
    if (!first || !second) return {{}, "a reading failed while idle"};
    const WindowEnergy window = meter.energy(before, after);
    if (!window.energy.is_known()) return {{}, window.why_missing};
    const Seconds wall = after.begin - before.end;
    power = (window.energy.value / wall).si();
    resolution += window.energy.random / wall / windows;
    common += window.energy.common / wall / windows;
  }
  const Look end = look_around(files);
  const Seconds others = beside(begin, end).others;
  const bool sees_others = meter.description().scope != Scope::process;
  if (sees_others && others_share(others, end.own - begin.own, end.at - begin.at) > most_others) {
    return {{}, "other programs were at work while idle power was taken"};
  }
  IdleBlock block;
  block.power =
      with_unit<Watts>(mean_of_windows(watts, resolution.si(), meter.description().provenance));
  block.power.common = common;
  return block;
}

}  // namespace perjoule::inline v0::detail
