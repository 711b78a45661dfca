// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <cstdint>

#include "perjoule/core/math.hpp"
#include "perjoule/meters/meter.hpp"

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
inline constexpr Watts most_a_zone_draws{2000.0};

/// The energy that one zone counted in a window, or why that cannot be known.
/// @unit  J
/// @error sqrt(2/12) steps of the counter: both readings were rounded down to one
[[nodiscard]] constexpr WindowEnergy zone_energy(const Zone& zone, std::uint64_t before,
                                                 std::uint64_t after, Seconds duration) noexcept {
  const Joules most = most_a_zone_draws * duration;
  const double modulus = static_cast<double>(zone.modulus);
  if (before >= zone.modulus || after >= zone.modulus) {
    return {{}, "the counter left its range"};
  }
  if (most >= modulus * zone.per_count) {
    return {{}, "the window is so long that the counter may have wrapped twice"};
  }
  const std::uint64_t counts = unwrap(before, after, zone.modulus);
  if (counts == 0) return {{}, "the counter did not move"};
  const Joules energy = static_cast<double>(counts) * zone.per_count;
  // One step more: in a window shorter than an update period a whole period's energy may arrive.
  if (energy > most + most_a_zone_draws * Seconds(0.1)) {
    return {{}, "the counter was reset"};
  }
  constexpr double root_of_a_sixth = 0.408248290463863;
  return {{energy, root_of_a_sixth * zone.resolution, known_dof, Joules(0.0), Provenance::measured},
          ""};
}

/// The energy of all zones of a counting meter between two readings.
///
/// Both ends fall anywhere in an update period T. At the end, what was consumed since the last tick
/// is not counted yet; at the start, what was consumed before it is counted now, at the power of
/// before, which nobody knows: anything from 0 to the window's own P. Two uniform phases have the
/// variance (P T)^2/6, the unknown power adds (P T)^2/12: together (P T/2)^2. Zones tick together,
/// so this is taken of their summed power, not added in quadrature. Each reading happened somewhere
/// between its two time stamps, which moves its edge by that width/sqrt(12).
///
/// @unit   J
/// @error  random: quantum of each zone, phase of the tick, width of the readings; common: 0, since
///         the gain of such counters is not known (docs/reference/formulas.md#window-energy)
[[nodiscard]] inline WindowEnergy counted_energy(const MeterDescription& meter,
                                                 const Reading& before,
                                                 const Reading& after) noexcept {
  const Seconds duration = after.begin - before.end;
  if (duration <= Seconds(0.0)) return {{}, "the window has no length"};
  Joules sum{0.0};
  double quantum_square = 0.0;
  for (std::size_t i = 0; i < meter.zones.size(); ++i) {
    const WindowEnergy zone =
        zone_energy(meter.zones[i], before.counts[i], after.counts[i], after.end - before.begin);
    if (!zone.energy.is_known()) return zone;
    sum += zone.energy.value;
    quantum_square += math::square(zone.energy.random.si());
  }
  const Watts power = sum / duration;
  const double phase = 0.5 * (power * meter.update_period).si();
  const double edges_square = math::square(power.si()) *
                              (math::square((before.end - before.begin).si()) +
                               math::square((after.end - after.begin).si())) /
                              12.0;
  const double random = math::square_root(quantum_square + math::square(phase) + edges_square);
  return {{sum, Joules(random), known_dof, Joules(0.0), meter.provenance}, ""};
}

}  // namespace detail

}  // namespace perjoule::inline v0
