// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/core/math.hpp"
#include "perjoule/meters/window_energy.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE WindowEnergy zone_energy(const Zone& zone, std::size_t place, const Reading& before,
                                         const Reading& after,
                                         View<IntermediateReading> between) noexcept {
  std::uint64_t sum = 0;
  std::uint64_t last = before.counts[place];
  Instant since = before.begin;
  for (const IntermediateReading& intermediate : between) {
    if (intermediate.begin <= before.end || intermediate.end >= after.begin) continue;
    const char* const why =
        accumulate_counts(zone, last, intermediate.counts[place], intermediate.end - since, sum);
    if (*why != '\0') return {{}, why};
    last = intermediate.counts[place];
    since = intermediate.begin;
  }
  const char* const why =
      accumulate_counts(zone, last, after.counts[place], after.end - since, sum);
  if (*why != '\0') return {{}, why};
  return zone_energy(zone, sum);
}

PERJOULE_INLINE WindowEnergy counted_energy(const MeterDescription& meter, const Reading& before,
                                            const Reading& after,
                                            View<IntermediateReading> between) noexcept {
  if (after.begin <= before.end) return {{}, "the window has no length"};
  constexpr double root_of_a_third = 0.577350269189626;
  double sum = 0.0;
  double quantum_square = 0.0;
  double width_before = 0.0;
  double width_after = 0.0;
  double other_lead = 0.0;
  double other_rest = 0.0;
  double gain = 0.0;
  for (std::size_t i = 0; i < meter.zones.size(); ++i) {
    const Zone& zone = meter.zones[i];
    const WindowEnergy counted = zone_energy(zone, i, before, after, between);
    if (!counted.energy.is_known()) return counted;
    if (before.ticks[i].is_overdue || after.ticks[i].is_overdue) {
      return {{}, "the counter stopped moving"};
    }
    const Tick first = last_tick(zone, before, i);
    const Tick last = last_tick(zone, after, i);
    const auto middle = [](const Tick& tick) { return tick.after + tick.width() * 0.5; };
    const double span = (middle(last) - middle(first)).si();
    if (span <= 0.0) return {{}, "no tick of the counter is known to lie in the window"};
    const double power = counted.energy.value.si() / span;
    const double lead = (before.end - middle(first)).si();
    const double rest = (after.begin - middle(last)).si();
    double rest_power = power;
    double unknown = root_of_a_third * power;
    if (last.counts != 0) {
      rest_power = (static_cast<double>(last.counts) * zone.per_count / zone.update_period).si();
      unknown = math::root_sum_square(0.3 * power, rest_power - power);
    }
    const double energy = counted.energy.value.si() - power * lead + rest_power * rest;
    sum += energy;
    quantum_square += math::square(counted.energy.random.si());
    width_before += power * first.width().si();
    width_after += rest_power * last.width().si();
    other_lead += root_of_a_third * power * lead;
    other_rest += unknown * math::absolute(rest);
    gain += zone.gain_uncertainty * energy;
  }
  const double random = math::square_root(
      quantum_square + (math::square(width_before) + math::square(width_after)) / 12.0);
  const double common = math::root_sum_square(gain, math::root_sum_square(other_lead, other_rest));
  return {{Joules(sum), Joules(random), infinite_dof, Joules(common), meter.provenance}, ""};
}

}  // namespace perjoule::inline v0::detail
