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

/// The standard deviation of a rectangular distribution of half-width 1.
inline constexpr double root_of_a_third = 0.577350269189626;

/// Returns the counts between two readings of a counter that wraps to 0 when it reaches `modulus`.
/// RAPL has 32 bits of hardware behind a 64-bit file. It wraps after about 262 kJ, which a nightly
/// run reaches, so a smaller second reading means a wrap and not negative energy.
/// @unit counts
[[nodiscard]] constexpr std::uint64_t unwrap(std::uint64_t before, std::uint64_t after,
                                             std::uint64_t modulus) noexcept {
  return after >= before ? after - before : after + (modulus - before);
}

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
  return {at.begin + -zone.update_period, at.end, 0, true};
}

/// Returns a zone's last tick before a reading: as it was seen, or anywhere in the period before.
[[nodiscard]] constexpr Tick last_tick(const Zone& zone, const Reading& at,
                                       std::size_t place) noexcept {
  return at.ticks[place].is_known ? at.ticks[place] : tick_in_last_period(zone, at);
}

/// Updates the ticks of a reading from an earlier reading.
void update_ticks(const MeterDescription& meter, const Reading& earlier, Reading& later) noexcept;

/// Ends a window by the first tick after it. If that tick is nearer to the end than the one before,
/// the window is counted until there. Otherwise, the one before was a period earlier. If the window
/// was ended by a delayed reader, that one may be any of several, and stays unchanged.
/// @param next  a reading that saw the tick alone
void take_next_tick(const Zone& zone, std::size_t place, Reading& after,
                    const Reading& next) noexcept;

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

/// Counters with a longer period are slow: they are read with pauses.
/// @unit s
inline constexpr Seconds slow_period{5e-3};

/// Waits between two readings of a counter: a hundredth of the period for a slow counter, so that
/// watching it does not heat the machine. Does not wait for a fast counter, whose next tick comes
/// soon.
inline void pause_between_polls(AnyMeter& meter, Seconds period) noexcept {
  if (period >= slow_period) meter.wait(period * 0.01);
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

/// What lies between a zone's tick and an end of a window.
struct WindowEnd {
  Seconds away;   ///< from the time that the tick tells the energy of; negative before it
  Seconds width;  ///< of the tick
  Watts power;    ///< assumed in between
  Watts unknown;  ///< standard uncertainty of that power

  /// @unit W
  [[nodiscard]] Watts rms_power() const noexcept;
};

/// Returns the begin of a window, which is a little after a tick. The power there is that of the
/// tick's period if it is known, and otherwise the window's mean: anything from 0 to twice that.
/// @param mean  power of the window
/// @source GUM (JCGM 100:2008) 4.3.7
[[nodiscard]] WindowEnd begin_of(const Zone& zone, const Tick& tick, const Reading& before,
                                 Watts mean) noexcept;

/// Returns the end of a window, near a tick. The power after a tick is known as in begin_of. If the
/// tick comes after the window, the power up to it is that before the window, where the meter was
/// read, too.
/// @param mean     power of the window
/// @param outside  power just before the window
[[nodiscard]] WindowEnd end_of(const Zone& zone, const Tick& tick, const Reading& after, Watts mean,
                               Watts outside) noexcept;

/// The uncertainty that the gain of some zones leaves in the sum of their energies. Their gains are
/// taken to be wrong in the same way.
struct GainSum {
  Joules whole{0.0};
  Joules between{0.0};

  void add(const GainUncertainty& gain, Joules energy, Seconds duration) noexcept;
};

/// Returns the reason why the power of a zone cannot be true, or an empty string: it is above the
/// zone's limit, or that of a socket's memory is above 100 W and ten times that of another socket,
/// which is a wrong unit of the counter.
/// @param powers  mean power of each zone
/// @shape powers: one for each zone
/// @source PAPI issue 635: 200 W of memory beside 6 W
[[nodiscard]] std::string implausible_power(View<Zone> zones, View<Watts> powers);

/// Returns the energy of all zones of a counting meter between two readings.
///
/// A counter gives the energy between the times of two of its ticks, exact except for its quantum.
/// The window begins a little later and ends near the second: the energy between the first tick and
/// the begin is subtracted, and the energy between the last tick and the end is added.
///
/// @unit   J
/// @error  random: quantum of each zone; the width w to which a tick is known, P w/sqrt(12); and
///         its jitter, P jitter, with its degrees of freedom. P is the root mean square of what the
///         power there may be. Zones tick together, so these add up over the zones. common: the
///         power at the ends may differ from that assumed in the same way in each window; so may
///         the time by which ticks are late, by its own value in both directions; and the gain of
///         each zone, if it is known (docs/reference/formulas.md#window-energy)
/// @source GUM (JCGM 100:2008) 4.3.7 for the rectangular distributions
[[nodiscard]] WindowEnergy counted_energy(const MeterDescription& meter, const Reading& before,
                                          const Reading& after,
                                          View<IntermediateReading> between = {});

}  // namespace perjoule::inline v0::detail

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/meters/window_energy-inl.hpp"
#endif
