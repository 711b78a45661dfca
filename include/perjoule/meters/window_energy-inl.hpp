// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <algorithm>
#include <cmath>
#include <string>

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/math.hpp"
#include "perjoule/meters/window_energy.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE std::string_view accumulate_counts(const Zone& zone, std::uint64_t before,
                                                   std::uint64_t after, Seconds duration,
                                                   std::uint64_t& sum) noexcept {
  const Joules most = max_zone_power * duration;
  const double modulus = static_cast<double>(zone.modulus);
  if (before >= zone.modulus || after >= zone.modulus) return "the counter left its range";
  if (most >= modulus * zone.per_count) {
    return "the window is so long that the counter may have wrapped twice";
  }
  const std::uint64_t counts = unwrap(before, after, zone.modulus);
  // Allows for one more step: a window shorter than an update period may receive a whole period's
  // energy.
  const Joules energy = static_cast<double>(counts) * zone.per_count;
  if (energy > most + max_zone_power * Seconds(0.1)) return "the counter was reset";
  sum += counts;
  return "";
}

PERJOULE_INLINE WindowEnergy zone_energy(const Zone& zone, std::uint64_t counts) {
  if (counts == 0 && !zone.allows_zero_counts) return {{}, "the counter did not move"};
  const Joules energy = static_cast<double>(counts) * zone.per_count;
  constexpr double root_of_a_sixth = 0.408248290463863;
  return {
      {energy, root_of_a_sixth * zone.resolution, infinite_dof, Joules(0.0), Provenance::measured},
      ""};
}

PERJOULE_INLINE void update_ticks(const MeterDescription& meter, const Reading& earlier,
                                  Reading& later) noexcept {
  for (std::size_t i = 0; i < meter.zones.size(); ++i) {
    const Zone& zone = meter.zones[i];
    Tick& tick = later.ticks[i];
    if (later.counts[i] == earlier.counts[i]) {
      tick = last_tick(zone, earlier, i);
      continue;
    }
    tick = tick_in_last_period(zone, later);  // and not before the earlier reading
    tick.earliest = std::max(tick.earliest, earlier.begin);
    tick.counts = later.end - earlier.begin < zone.update_period
                      ? unwrap(earlier.counts[i], later.counts[i], zone.modulus)
                      : 0;
  }
}

PERJOULE_INLINE void narrow_tick(const Zone& zone, Tick& tick, const Tick& next) noexcept {
  const Instant earliest = next.earliest + -(zone.update_period + zone.jitter);
  const Instant latest = next.latest + -(zone.update_period - zone.jitter);
  if (earliest >= tick.latest || latest <= tick.earliest) return;
  tick.earliest = std::max(tick.earliest, earliest);
  tick.latest = std::min(tick.latest, latest);
}

PERJOULE_INLINE std::size_t slowest_zone(const MeterDescription& meter) noexcept {
  const auto slowest = std::max_element(
      meter.zones.begin(), meter.zones.end(),
      [](const Zone& a, const Zone& b) { return a.update_period < b.update_period; });
  return static_cast<std::size_t>(slowest - meter.zones.begin());
}

PERJOULE_INLINE WindowEnergy zone_energy(const Zone& zone, std::size_t place, const Reading& before,
                                         const Reading& after, View<IntermediateReading> between) {
  std::uint64_t sum = 0;
  std::uint64_t last = before.counts[place];
  Instant since = before.begin;
  for (const IntermediateReading& intermediate : between) {
    if (intermediate.begin <= before.end || intermediate.end >= after.begin) continue;
    const std::string_view why =
        accumulate_counts(zone, last, intermediate.counts[place], intermediate.end - since, sum);
    if (!why.empty()) return {{}, std::string(why)};
    last = intermediate.counts[place];
    since = intermediate.begin;
  }
  const std::string_view why =
      accumulate_counts(zone, last, after.counts[place], after.end - since, sum);
  if (!why.empty()) return {{}, std::string(why)};
  return zone_energy(zone, sum);
}

PERJOULE_INLINE WindowEnergy counted_energy(const MeterDescription& meter, const Reading& before,
                                            const Reading& after,
                                            View<IntermediateReading> between) {
  PERJOULE_EXPECTS(before.ticks.size() == meter.zones.size());
  PERJOULE_EXPECTS(after.ticks.size() == meter.zones.size());
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
    const auto middle = [](const Tick& tick) { return tick.earliest + tick.width() * 0.5; };
    const double span = (middle(last) - middle(first)).si();
    if (span <= 0.0) return {{}, "no tick of the counter is known to lie in the window"};
    const double power = counted.energy.value.si() / span;
    const double lead = (before.end - middle(first)).si();
    const double rest = (after.begin - middle(last)).si();
    double rest_power = power;
    double unknown = root_of_a_third * power;
    if (last.counts != 0) {
      rest_power = (static_cast<double>(last.counts) * zone.per_count / zone.update_period).si();
      unknown = std::hypot(0.3 * power, rest_power - power);
    }
    const double energy = counted.energy.value.si() - power * lead + rest_power * rest;
    sum += energy;
    quantum_square += detail::square(counted.energy.random.si());
    width_before += power * first.width().si();
    width_after += rest_power * last.width().si();
    other_lead += root_of_a_third * power * lead;
    other_rest += unknown * std::abs(rest);
    gain += zone.gain_uncertainty * energy;
  }
  const double random = std::sqrt(
      quantum_square + (detail::square(width_before) + detail::square(width_after)) / 12.0);
  const double common = std::hypot(gain, std::hypot(other_lead, other_rest));
  return {{Joules(sum), Joules(random), infinite_dof, Joules(common), meter.provenance}, ""};
}

}  // namespace perjoule::inline v0::detail
