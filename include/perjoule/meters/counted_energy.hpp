// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <cstdint>

#include "perjoule/core/config.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/meters/clock.hpp"
#include "perjoule/meters/meter.hpp"

namespace perjoule::inline v0::detail {

/// What the counters showed at some moment within a window.
struct Waypoint {
  Instant begin;
  Instant end;
  std::uint64_t counts[max_zones] = {};
};

/// The energy that a zone counted between two readings, by way of those in between: no turn of the
/// counter is lost as long as there is at most one from each to the next.
/// @unit  J
/// @error as zone_energy
[[nodiscard]] WindowEnergy zone_energy(const Zone& zone, std::size_t place, const Reading& before,
                                       const Reading& after, View<Waypoint> between) noexcept;

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
                                          View<Waypoint> between = {}) noexcept;

}  // namespace perjoule::inline v0::detail

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/meters/counted_energy-inl.hpp"
#endif
