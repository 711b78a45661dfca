// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <algorithm>
#include <cmath>
#include <string>

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/math.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/meters/window_energy.hpp"
#include "perjoule/stats/propagate.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE std::string_view accumulate_counts(const Zone& zone, std::uint64_t before,
                                                   std::uint64_t after, Seconds duration,
                                                   std::uint64_t& sum) noexcept {
  // A whole node may take more than any package.
  const Watts highest = std::max(max_zone_power, zone.max_power);
  const Joules most = highest * duration;
  const double modulus = static_cast<double>(zone.modulus);
  if (before >= zone.modulus || after >= zone.modulus) return "the counter left its range";
  if (most >= modulus * zone.per_count) {
    return "the window is so long that the counter may have wrapped twice";
  }
  const std::uint64_t counts = unwrap(before, after, zone.modulus);
  // Allows for one more step: a window shorter than an update period may receive a whole period's
  // energy.
  const Joules energy = static_cast<double>(counts) * zone.per_count;
  if (energy > most + highest * Seconds(0.1)) return "the counter was reset";
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

PERJOULE_INLINE void take_next_tick(const Zone& zone, std::size_t place, Reading& after,
                                    const Reading& next) noexcept {
  Tick& tick = after.ticks[place];
  const Tick& later = next.ticks[place];
  const Seconds half = zone.update_period * 0.5;
  if (later.latest - after.begin < half + zone.lateness) {
    after.counts[place] = next.counts[place];
    tick = later;
    return;
  }
  const bool was_delayed = tick.width() > zone.update_period + half;
  const Tick before{later.earliest + -zone.update_period, later.latest + -zone.update_period, 0,
                    true};
  if (!was_delayed && before.earliest - tick.latest < half) tick = before;
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

/// Returns the power that a tick tells, or else the mean power of the window.
PERJOULE_INLINE Watts power_of(const Zone& zone, const Tick& tick, Watts mean) noexcept {
  if (tick.counts == 0) return mean;
  return static_cast<double>(tick.counts) * zone.per_count / zone.update_period;
}

PERJOULE_INLINE Watts WindowEnd::rms_power() const noexcept {
  return Watts(std::hypot(power.si(), unknown.si()));
}

PERJOULE_INLINE WindowEnd begin_of(const Zone& zone, const Tick& tick, const Reading& before,
                                   Watts mean) noexcept {
  const Watts power = power_of(zone, tick, mean);
  return {before.end - tick.middle() + zone.lateness, tick.width(), power, power * root_of_a_third};
}

PERJOULE_INLINE WindowEnd end_of(const Zone& zone, const Tick& tick, const Reading& after,
                                 Watts mean, Watts outside) noexcept {
  const Seconds away = after.begin - tick.middle() + zone.lateness;
  if (away < Seconds(0.0)) return {away, tick.width(), outside, mean * root_of_a_third};
  const Watts power = power_of(zone, tick, mean);
  const double unknown =
      std::hypot((std::max(mean, power) * root_of_a_third).si(), (power - mean).si());
  return {away, tick.width(), power, Watts(unknown)};
}

PERJOULE_INLINE void GainSum::add(const GainUncertainty& gain, Joules energy,
                                  Seconds duration) noexcept {
  if (!gain.is_known()) return;
  const auto part = [&](double share, Watts offset) {
    return Joules(std::hypot((share * energy).si(), (offset * duration).si()));
  };
  whole += part(gain.share, gain.offset);
  between += part(gain.share_between, gain.offset_between);
}

PERJOULE_INLINE std::string implausible_power(View<Zone> zones, View<Watts> powers) {
  const auto shown = [](Watts power) { return text::significant(power.si(), 3); };
  const auto is_memory = [&](std::size_t i) { return zones[i].name.starts_with("dram"); };
  std::size_t least = zones.size();
  for (std::size_t i = 0; i < zones.size(); ++i) {
    if (powers[i] > zones[i].max_power) {
      return text::format("{} ({}) counted {} W, and its limit is {} W: its unit may be wrong",
                          zones[i].name, zones[i].id, shown(powers[i]), shown(zones[i].max_power));
    }
    if (is_memory(i) && (least == zones.size() || powers[i] < powers[least])) least = i;
  }
  for (std::size_t i = 0; i < zones.size(); ++i) {
    if (!is_memory(i) || powers[i] <= Watts(100.0) || powers[i] <= powers[least] * 10.0) continue;
    return text::format("{} ({}) counted {} W beside {} W of {}: the unit of one is wrong",
                        zones[i].name, zones[i].id, shown(powers[i]), shown(powers[least]),
                        zones[least].id);
  }
  return {};
}

PERJOULE_INLINE WindowEnergy counted_energy(const MeterDescription& meter, const Reading& before,
                                            const Reading& after,
                                            View<IntermediateReading> between) {
  PERJOULE_EXPECTS(before.ticks.size() == meter.zones.size());
  PERJOULE_EXPECTS(after.ticks.size() == meter.zones.size());
  if (after.begin <= before.end) return {{}, "the window has no length"};
  const Seconds duration = after.begin - before.end;
  Joules sum{0.0};
  GainSum gain;
  std::vector<Watts> powers;
  double quanta = 0.0;
  // Zones tick together, so what their ticks leave unknown is added up over the zones.
  struct Unknown {
    Joules width{0.0};
    Joules jitter{0.0};
    Joules power{0.0};
    void add(const Zone& zone, const WindowEnd& end) {
      width += end.rms_power() * end.width;
      jitter += end.rms_power() * zone.jitter;
      power += Joules(std::abs((end.unknown * end.away).si()));
    }
  };
  Unknown at_begin;
  Unknown at_end;
  Joules lateness{0.0};
  double jitter_dof = infinite_dof;
  for (std::size_t i = 0; i < meter.zones.size(); ++i) {
    const Zone& zone = meter.zones[i];
    const WindowEnergy counted = zone_energy(zone, i, before, after, between);
    if (!counted.energy.is_known()) return counted;
    if (before.ticks[i].is_overdue || after.ticks[i].is_overdue) {
      return {{}, "the counter stopped moving"};
    }
    const Tick first = last_tick(zone, before, i);
    const Tick last = last_tick(zone, after, i);
    const Seconds span = last.middle() - first.middle();
    if (span <= Seconds(0.0)) {
      return {{}, "no tick of the counter is known to lie in the window"};
    }
    const Watts mean = counted.energy.value / span;
    const WindowEnd begin = begin_of(zone, first, before, mean);
    const WindowEnd end = end_of(zone, last, after, mean, begin.power);
    const Joules energy = counted.energy.value - begin.power * begin.away + end.power * end.away;
    sum += energy;
    gain.add(zone.gain, energy, duration);
    powers.push_back(mean);
    quanta = std::hypot(quanta, counted.energy.random.si());
    at_begin.add(zone, begin);
    at_end.add(zone, end);
    lateness += root_of_a_third * zone.lateness * (end.power - begin.power);
    jitter_dof = std::min(jitter_dof, zone.jitter_dof);
  }
  if (sum < Joules(0.0)) return {{}, "the window is too short for its counter"};
  const std::string implausible = implausible_power(meter.zones, powers);
  if (!implausible.empty()) return {{}, implausible};
  const double root_of_a_twelfth = 0.5 * root_of_a_third;
  const double width = root_of_a_twelfth * std::hypot(at_begin.width.si(), at_end.width.si());
  const double jitter = std::hypot(at_begin.jitter.si(), at_end.jitter.si());
  const double seen = std::hypot(quanta, width);
  const double power = std::hypot(at_begin.power.si(), at_end.power.si(), lateness.si());
  return {
      {sum, Joules(std::hypot(seen, jitter)), combined_dof(seen, infinite_dof, jitter, jitter_dof),
       Joules(std::hypot(power, gain.whole.si())), meter.provenance},
      "",
      sum > Joules(0.0) ? GainShare{gain.whole / sum, gain.between / sum} : GainShare{}};
}

}  // namespace perjoule::inline v0::detail
