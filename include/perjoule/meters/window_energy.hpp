// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/meters/meter.hpp"
#include "perjoule/units/estimate.hpp"
#include "perjoule/units/quantity.hpp"

namespace perjoule::inline v0::detail {

/// Returns the counts between two readings of a counter that wraps to 0 when it reaches `modulus`.
/// RAPL has 32 bits of hardware behind a 64-bit file. It wraps after about 262 kJ, which a nightly
/// run reaches, so a smaller second reading means a wrap and not negative energy.
/// @unit counts
[[nodiscard]] constexpr std::uint64_t unwrap(std::uint64_t before, std::uint64_t after,
                                             std::uint64_t modulus) noexcept {
  return after >= before ? after - before : after + (modulus - before);
}

/// Upper limit of the power of any CPU package, its memory or a whole workstation. It distinguishes
/// a wrap from a counter that was reset, and limits how long a window may be before a second wrap
/// could go unnoticed.
inline constexpr Watts max_zone_power{2000.0};

/// Adds the counts of a zone between two readings to a sum that never wraps. Returns an empty
/// string, or the reason why the counts cannot be known; the sum then stays unchanged.
[[nodiscard]] std::string_view accumulate_counts(const Zone& zone, std::uint64_t before,
                                                 std::uint64_t after, Seconds duration,
                                                 std::uint64_t& sum) noexcept;

/// Returns the energy of a number of counts of a zone, or the reason why it is missing.
/// @unit  J
/// @error sqrt(2/12) steps of the counter: both readings were rounded down to a step
[[nodiscard]] WindowEnergy zone_energy(const Zone& zone, std::uint64_t counts);

// A counter such as RAPL's moves only at its ticks, and does not announce them. A window that is
// read anywhere between two ticks is wrong by up to one period's energy at each end. Watching the
// counter before and after the window locates its ticks to within two readings.

/// Returns what a single reading tells of a zone's last tick: it was at most one period before.
[[nodiscard]] constexpr Tick tick_in_last_period(const Zone& zone, const Reading& at) noexcept {
  return {at.begin + -(zone.update_period + zone.jitter), at.end, 0, true};
}

/// Returns a zone's last tick before a reading: as it was seen, or anywhere in the period before.
[[nodiscard]] constexpr Tick last_tick(const Zone& zone, const Reading& at,
                                       std::size_t place) noexcept {
  return at.ticks[place].is_known ? at.ticks[place] : tick_in_last_period(zone, at);
}

/// Updates the ticks of a reading from an earlier reading.
void update_ticks(const MeterDescription& meter, const Reading& earlier, Reading& later) noexcept;

/// Narrows a tick by the next one, since a counter ticks once per period. If the two contradict
/// each other, the counter is not that regular, and the tick stays unchanged.
/// @param next  the first tick after `tick`
void narrow_tick(const Zone& zone, Tick& tick, const Tick& next) noexcept;

/// Returns the slowest zone, whose ticks matter most.
[[nodiscard]] std::size_t slowest_zone(const MeterDescription& meter) noexcept;

/// Ticks with a shorter period are not worth waiting for.
/// @unit s
inline constexpr Seconds min_tick_interval{50e-6};

/// Returns false for a meter whose ticks are too close together, or that has no counters.
[[nodiscard]] inline bool has_ticks(const MeterDescription& meter) noexcept {
  return !meter.zones.empty() && meter.update_period > min_tick_interval;
}

/// Returns whether a tick is known well enough to begin or end a window there: to an eighth of a
/// period.
[[nodiscard]] inline bool is_precise(const Zone& zone, const Tick& tick) noexcept {
  return tick.is_known && tick.width() * 8.0 <= zone.update_period;
}

/// Waits between two readings of a counter: a hundredth of the period for a slow counter, so that
/// watching it does not heat the machine. Does not wait for a fast counter, whose next tick comes
/// soon.
inline void pause_between_polls(AnyMeter& meter, Seconds period) noexcept {
  if (period >= Seconds(5e-3)) meter.wait(period * 0.01);
}

/// Returns the time without a tick after which a counter has stopped. It is several periods, and
/// long enough that this thread runs in the meantime even on a busy machine.
/// @unit s
[[nodiscard]] constexpr Seconds tick_timeout(Seconds period) noexcept {
  const Seconds periods = period * 4.0;
  return periods < Seconds(0.1) ? Seconds(0.1) : periods;
}

/// The counters at a moment within a window.
struct IntermediateReading {
  Instant begin;
  Instant end;
  std::vector<std::uint64_t> counts;  ///< one per zone
};

/// Adds up the counts of a zone from reading to reading, so that no wrap is missed if at most one
/// lies between two of them.
/// @unit  J
/// @error as zone_energy
[[nodiscard]] WindowEnergy zone_energy(const Zone& zone, std::size_t place, const Reading& before,
                                       const Reading& after, View<IntermediateReading> between);

/// Returns the energy of all zones of a counting meter between two readings.
///
/// A counter gives the energy between two of its ticks, exact except for its quantum. The window
/// lies a little later at both ends: the energy between the first tick and the start of the window
/// is subtracted, and the energy between the last tick and its end is added. The power at the start
/// is taken as the mean power P of the window. At the end it is the power of the last tick if that
/// tick was seen alone, and otherwise also P.
///
/// @unit   J
/// @error  random: quantum of each zone, and the width w to which each tick is known, P w/sqrt(12);
///         zones tick together, so their widths add up. common: the power at the ends may differ
///         from that assumed, in the same way in each window: by anything from -P to P, or, at the
///         end after a tick that was seen alone, by 0.3 P and by the difference of the tick's power
///         from P, added in squares; and the gain of each zone, if it is known
///         (docs/reference/formulas.md#window-energy)
/// @source GUM (JCGM 100:2008) 4.3.7 for the rectangular distributions
[[nodiscard]] WindowEnergy counted_energy(const MeterDescription& meter, const Reading& before,
                                          const Reading& after,
                                          View<IntermediateReading> between = {});

}  // namespace perjoule::inline v0::detail

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/meters/window_energy-inl.hpp"
#endif
