// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <cstdint>

#include "perjoule/core/config.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/meters/meter.hpp"
#include "perjoule/units/estimate.hpp"
#include "perjoule/units/quantity.hpp"

namespace perjoule::inline v0 {

namespace detail {

/// Counts between two readings of a counter that starts again at 0 when it reaches `modulus`. RAPL
/// is 32 bits of hardware behind a 64-bit file: it wraps after about 262 kJ, which a nightly run
/// reaches, so a smaller second reading means a wrap and not negative energy.
/// @unit counts
[[nodiscard]] constexpr std::uint64_t unwrap(std::uint64_t before, std::uint64_t after,
                                             std::uint64_t modulus) noexcept {
  return after >= before ? after - before : after + (modulus - before);
}

/// More than any CPU package, its memory or a whole workstation takes. It tells a wrap from a
/// counter that was reset, and bounds how long a window may be before a second wrap could hide in
/// it.
inline constexpr Watts max_zone_power{2000.0};

/// Adds what a zone counted between two readings to a sum that never wraps. Empty, or why that
/// cannot be known, and then the sum is as it was.
[[nodiscard]] constexpr const char* accumulate_counts(const Zone& zone, std::uint64_t before,
                                                      std::uint64_t after, Seconds duration,
                                                      std::uint64_t& sum) noexcept {
  const Joules most = max_zone_power * duration;
  const double modulus = static_cast<double>(zone.modulus);
  if (before >= zone.modulus || after >= zone.modulus) return "the counter left its range";
  if (most >= modulus * zone.per_count) {
    return "the window is so long that the counter may have wrapped twice";
  }
  const std::uint64_t counts = unwrap(before, after, zone.modulus);
  // One step more: in a window shorter than an update period a whole period's energy may arrive.
  const Joules energy = static_cast<double>(counts) * zone.per_count;
  if (energy > most + max_zone_power * Seconds(0.1)) return "the counter was reset";
  sum += counts;
  return "";
}

/// The energy of so many counts of a zone, or why that cannot be known.
/// @unit  J
/// @error sqrt(2/12) steps of the counter: both readings were rounded down to one
[[nodiscard]] constexpr WindowEnergy zone_energy(const Zone& zone, std::uint64_t counts) noexcept {
  if (counts == 0 && !zone.allows_zero_counts) return {{}, "the counter did not move"};
  const Joules energy = static_cast<double>(counts) * zone.per_count;
  constexpr double root_of_a_sixth = 0.408248290463863;
  return {
      {energy, root_of_a_sixth * zone.resolution, infinite_dof, Joules(0.0), Provenance::measured},
      ""};
}

}  // namespace detail

}  // namespace perjoule::inline v0

namespace perjoule::inline v0::detail {

// A counter such as RAPL's moves once in a while, at its ticks, and tells nobody when. A window
// that is read anywhere between two ticks is wrong by up to what is drawn in a period at each end.
// Who watches the counter while nothing is measured knows its ticks to within two readings.

/// All that a single reading tells of a zone's last tick: it was within a period before.
[[nodiscard]] constexpr Tick unseen_tick(const Zone& zone, const Reading& at) noexcept {
  return {at.begin + -(zone.update_period + zone.jitter), at.end, 0, true};
}

/// A zone's last tick before a reading: as it was seen, or anywhere in the period before.
[[nodiscard]] constexpr Tick last_tick(const Zone& zone, const Reading& at,
                                       std::size_t place) noexcept {
  return at.ticks[place].is_known ? at.ticks[place] : unseen_tick(zone, at);
}

/// Tells the later one of two readings what the earlier one adds about each counter's last tick.
inline void update_ticks(const MeterDescription& meter, const Reading& earlier,
                         Reading& later) noexcept {
  for (std::size_t i = 0; i < meter.zones.size(); ++i) {
    const Zone& zone = meter.zones[i];
    Tick& tick = later.ticks[i];
    if (later.counts[i] == earlier.counts[i]) {
      tick = last_tick(zone, earlier, i);
      continue;
    }
    tick = unseen_tick(zone, later);
    if (tick.after < earlier.begin) tick.after = earlier.begin;
    tick.counts = later.end - earlier.begin < zone.update_period
                      ? unwrap(earlier.counts[i], later.counts[i], zone.modulus)
                      : 0;
  }
}

/// Uses that a counter ticks once in a period: a tick that was seen next tells when the one before
/// it was. Where the two contradict each other the counter is not that regular, and nothing is
/// learnt.
/// @param next  the first tick behind `tick`
inline void narrow_tick(const Zone& zone, Tick& tick, const Tick& next) noexcept {
  const Instant after = next.after + -(zone.update_period + zone.jitter);
  const Instant before = next.before + -(zone.update_period - zone.jitter);
  if (after >= tick.before || before <= tick.after) return;
  if (tick.after < after) tick.after = after;
  if (before < tick.before) tick.before = before;
}

/// The zone whose ticks matter most: the slowest.
[[nodiscard]] inline std::size_t slowest_zone(const MeterDescription& meter) noexcept {
  std::size_t slowest = 0;
  for (std::size_t i = 1; i < meter.zones.size(); ++i) {
    if (meter.zones[i].update_period > meter.zones[slowest].update_period) slowest = i;
  }
  return slowest;
}

/// Ticks that are closer are not worth waiting for.
/// @unit s
inline constexpr Seconds min_tick_interval{50e-6};

/// False for a meter whose ticks are too close, or that has no counters.
[[nodiscard]] inline bool has_ticks(const MeterDescription& meter) noexcept {
  return !meter.zones.empty() && meter.update_period > min_tick_interval;
}

/// Known well enough to begin or end a window at: to an eighth of a period.
[[nodiscard]] inline bool is_precise(const Zone& zone, const Tick& tick) noexcept {
  return tick.is_known && tick.width() * 8.0 <= zone.update_period;
}

/// Between two looks at a counter: none at a fast one, for it is over soon; a hundredth of the
/// period of a slow one, so that watching it does not heat the machine.
inline void pause_between_polls(AnyMeter& meter, Seconds period) noexcept {
  if (period >= Seconds(5e-3)) meter.wait(period * 0.01);
}

/// After so long without a tick a counter has stopped: several periods, and long enough that a busy
/// machine has let us look.
/// @unit s
[[nodiscard]] constexpr Seconds tick_timeout(Seconds period) noexcept {
  const Seconds periods = period * 4.0;
  return periods < Seconds(0.1) ? Seconds(0.1) : periods;
}

/// Watches the counters until each of them has been seen to move and the slowest has just moved.
/// The reading is the one that saw it: a window that begins here begins on a tick. Where a counter
/// does not move for a while (tick_timeout), or this thread is kept from looking, it is a reading
/// all the same, with what is known. False where a reading failed.
[[nodiscard]] inline bool read_on_tick(AnyMeter& meter, Reading& at) noexcept {
  const MeterDescription& what = meter.description();
  if (!meter.read(at)) return false;
  if (!has_ticks(what)) return true;
  const std::size_t slowest = slowest_zone(what);
  const Instant deadline = at.end + tick_timeout(what.update_period);
  std::size_t unseen = what.zones.size();
  bool seen[max_zones] = {};
  Reading last = at;
  while (at.end < deadline) {
    pause_between_polls(meter, what.update_period);
    if (!meter.read(at)) return false;
    update_ticks(what, last, at);
    for (std::size_t i = 0; i < what.zones.size(); ++i) {
      if (seen[i] || at.counts[i] == last.counts[i]) continue;
      seen[i] = true;
      --unseen;
    }
    const bool moved = at.counts[slowest] != last.counts[slowest];
    if (moved && unseen == 0 && is_precise(what.zones[slowest], at.ticks[slowest])) break;
    last = at;
  }
  for (std::size_t i = 0; i < what.zones.size(); ++i) at.ticks[i].is_overdue = !seen[i];
  return true;
}

/// Goes on with `work`, a little of it at a time, until the slowest counter is seen to move; so a
/// window ends at the first piece of work behind a tick. Gives up after three periods.
/// @param after  a reading at the end of the window, which followed one at its begin; it becomes
///               the last one
/// False where a reading failed.
[[nodiscard]] inline bool work_until_tick(AnyMeter& meter, Reading& after, void (*work)(void*),
                                          void* context) {
  const MeterDescription& what = meter.description();
  if (!has_ticks(what)) return true;
  const std::size_t slowest = slowest_zone(what);
  const Instant deadline = after.end + what.update_period * 3.0;
  while (!is_precise(what.zones[slowest], after.ticks[slowest]) && after.end < deadline) {
    const Reading last = after;
    work(context);
    if (!meter.read(after)) return false;
    update_ticks(what, last, after);
  }
  return true;
}

/// Watches the counters behind a window for their next ticks, where the last one before its end is
/// not known sharply: then it was a period earlier. A counter that does not move for a while
/// (tick_timeout) has stopped. False where a reading failed.
[[nodiscard]] inline bool await_next_ticks(AnyMeter& meter, Reading& after) noexcept {
  const MeterDescription& what = meter.description();
  if (!has_ticks(what)) return true;
  bool wanted[max_zones] = {};
  std::size_t open = 0;
  for (std::size_t i = 0; i < what.zones.size(); ++i) {
    wanted[i] = !is_precise(what.zones[i], after.ticks[i]);
    open += wanted[i] ? 1 : 0;
  }
  const Instant deadline = after.end + tick_timeout(what.update_period);
  Reading last = after;
  while (open != 0 && last.end < deadline) {
    Reading next;
    pause_between_polls(meter, what.update_period);
    if (!meter.read(next)) return false;
    update_ticks(what, last, next);
    for (std::size_t i = 0; i < what.zones.size(); ++i) {
      if (!wanted[i] || next.counts[i] == after.counts[i]) continue;
      // Who was kept from looking may have missed a tick, and the one that was seen is not the
      // next.
      if (next.ticks[i].counts != 0) narrow_tick(what.zones[i], after.ticks[i], next.ticks[i]);
      wanted[i] = false;
      --open;
    }
    last = next;
  }
  for (std::size_t i = 0; i < what.zones.size(); ++i) after.ticks[i].is_overdue = wanted[i];
  return true;
}

/// What the counters showed at some moment within a window.
struct IntermediateReading {
  Instant begin;
  Instant end;
  std::uint64_t counts[max_zones] = {};
};

/// The energy that a zone counted between two readings, by way of those in between: no turn of the
/// counter is lost as long as there is at most one from each to the next.
/// @unit  J
/// @error as zone_energy
[[nodiscard]] WindowEnergy zone_energy(const Zone& zone, std::size_t place, const Reading& before,
                                       const Reading& after,
                                       View<IntermediateReading> between) noexcept;

/// The energy of all zones of a counting meter between two readings.
///
/// A counter tells what was drawn between two of its ticks, exactly but for its quantum. The window
/// lies a little later at both ends: what was drawn between the first tick and its begin is taken
/// off, what was drawn between the last tick and its end is put on. The power there is that of the
/// last tick where that was seen alone, and else the window's own.
///
/// @unit   J
/// @error  random: quantum of each zone, and the width w to which each tick is known, P w/sqrt(12);
///         zones tick together, so theirs add up. common: that power at the ends may be another,
///         in each window the same: by three tenths of P and by as much as the last tick's power
///         differs from P, in squares, and by anything from -P to P where that was not seen; and
///         the gain of each zone, where it is known (docs/reference/formulas.md#window-energy)
/// @source GUM (JCGM 100:2008) 4.3.7 for the rectangular distributions
[[nodiscard]] WindowEnergy counted_energy(const MeterDescription& meter, const Reading& before,
                                          const Reading& after,
                                          View<IntermediateReading> between = {}) noexcept;

}  // namespace perjoule::inline v0::detail

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/meters/window_energy-inl.hpp"
#endif
