// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstdint>

#include "perjoule/meters/meter.hpp"
#include "perjoule/units/estimate.hpp"
#include "perjoule/units/names.hpp"
#include "perjoule/units/provenance.hpp"
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
inline constexpr Watts most_a_zone_draws{2000.0};

/// Adds what a zone counted between two readings to a sum that never wraps. Empty, or why that
/// cannot be known, and then the sum is as it was.
[[nodiscard]] constexpr const char* count_on(const Zone& zone, std::uint64_t before,
                                             std::uint64_t after, Seconds duration,
                                             std::uint64_t& sum) noexcept {
  const Joules most = most_a_zone_draws * duration;
  const double modulus = static_cast<double>(zone.modulus);
  if (before >= zone.modulus || after >= zone.modulus) return "the counter left its range";
  if (most >= modulus * zone.per_count) {
    return "the window is so long that the counter may have wrapped twice";
  }
  const std::uint64_t counts = unwrap(before, after, zone.modulus);
  // One step more: in a window shorter than an update period a whole period's energy may arrive.
  const Joules energy = static_cast<double>(counts) * zone.per_count;
  if (energy > most + most_a_zone_draws * Seconds(0.1)) return "the counter was reset";
  sum += counts;
  return "";
}

/// The energy of so many counts of a zone, or why that cannot be known.
/// @unit  J
/// @error sqrt(2/12) steps of the counter: both readings were rounded down to one
[[nodiscard]] constexpr WindowEnergy zone_energy(const Zone& zone, std::uint64_t counts) noexcept {
  if (counts == 0 && !zone.may_rest) return {{}, "the counter did not move"};
  const Joules energy = static_cast<double>(counts) * zone.per_count;
  constexpr double root_of_a_sixth = 0.408248290463863;
  return {{energy, root_of_a_sixth * zone.resolution, known_dof, Joules(0.0), Provenance::measured},
          ""};
}

}  // namespace detail

}  // namespace perjoule::inline v0
