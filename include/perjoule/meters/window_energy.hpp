// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/meters/meter.hpp"
#include "perjoule/units/estimate.hpp"
#include "perjoule/units/quantity.hpp"

namespace perjoule::inline v0::detail {

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
/// cannot be known; then the sum is as it was.
[[nodiscard]] std::string_view accumulate_counts(const Zone& zone, std::uint64_t before,
                                                 std::uint64_t after, Seconds duration,
                                                 std::uint64_t& sum) noexcept;

/// The energy of so many counts of a zone, or why that cannot be known.
/// @unit  J
/// @error sqrt(2/12) steps of the counter: both readings were rounded down to one
[[nodiscard]] WindowEnergy zone_energy(const Zone& zone, std::uint64_t counts);

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
void update_ticks(const MeterDescription& meter, const Reading& earlier, Reading& later) noexcept;

/// Uses that a counter ticks once in a period: a tick that was seen next tells when the one before
/// it was. Where the two contradict each other the counter is not that regular, and nothing is
/// learnt.
/// @param next  the first tick behind `tick`
void narrow_tick(const Zone& zone, Tick& tick, const Tick& next) noexcept;

/// The zone whose ticks matter most: the slowest.
[[nodiscard]] std::size_t slowest_zone(const MeterDescription& meter) noexcept;

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

/// Waits between two looks at a counter: not at a fast one, for it is over soon; a hundredth of the
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

/// What the counters showed at some moment within a window.
struct IntermediateReading {
  Instant begin;
  Instant end;
  std::vector<std::uint64_t> counts;  ///< of each zone
};

/// Adds up what a zone counted from reading to reading, so that no wrap is missed where at most one
/// lies between two of them.
/// @unit  J
/// @error as zone_energy
[[nodiscard]] WindowEnergy zone_energy(const Zone& zone, std::size_t place, const Reading& before,
                                       const Reading& after, View<IntermediateReading> between);

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
                                          View<IntermediateReading> between = {});

}  // namespace perjoule::inline v0::detail

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/meters/window_energy-inl.hpp"
#endif
