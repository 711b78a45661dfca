// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>

#include "perjoule/core/few.hpp"
#include "perjoule/core/line.hpp"
#include "perjoule/meters/clock.hpp"
#include "perjoule/units/estimate.hpp"
#include "perjoule/units/names.hpp"
#include "perjoule/units/provenance.hpp"
#include "perjoule/units/scope.hpp"

namespace perjoule::inline v0 {

/// Room in a `Reading`, which lives on the stack so that nothing is allocated between two of them.
/// Eight sockets with package and DRAM fill it.
inline constexpr std::size_t max_zones = 16;

/// The modulus of a counter that does not start again in this age.
inline constexpr std::uint64_t never_wraps = ~std::uint64_t{0};

/// One counter of a meter.
struct Zone {
  text::Short name;               ///< "package-0", "dram"
  text::Short id;                 ///< "intel-rapl:0:1", its place below the root
  std::uint64_t modulus = 0;      ///< the counter starts again at 0 here. @unit counts
  Joules per_count{0.0};          ///< what one count is worth
  Joules resolution{0.0};         ///< the step in which it moves, one count or more
  Seconds update_period{0.0};     ///< between two ticks; 0: it moves whenever it is read
  Seconds jitter{0.0};            ///< a tick comes up to this much early or late
  double gain_uncertainty = 0.0;  ///< standard uncertainty of `per_count`. @unit a share of it
  bool may_rest = false;          ///< no count is no energy, as of a process that sleeps
};

/// What a meter is; it stands in the record.
struct MeterDescription {
  text::Short source;          ///< "rapl-powercap"
  text::Long root;             ///< where it was read; empty where there is no such place
  text::Name note;             ///< what a reader of its numbers must know
  Few<Zone, max_zones> zones;  ///< those that are added up to the total
  Scope scope = Scope::none;
  Provenance provenance = Provenance::missing;  ///< the best that a window of it can be
  Seconds update_period{0.0};                   ///< of the slowest zone
  bool is_foreign = false;                      ///< read elsewhere than in this system's own place
};

/// When a counter last moved: after one instant, and not after the other.
struct Tick {
  Instant after;
  Instant before;
  std::uint64_t counts = 0;  ///< by how much, where this tick alone was seen; else 0
  bool is_known = false;
  bool is_overdue = false;  ///< several periods have passed since, and nothing moved

  /// @unit s
  [[nodiscard]] constexpr Seconds width() const noexcept { return before - after; }
};

/// The counters at one moment, which lies between the two instants.
struct Reading {
  Instant begin;
  Instant end;
  std::uint64_t counts[max_zones] = {};
  Tick ticks[max_zones];  ///< what earlier readings tell: detail::follow
};

/// The energy between two readings, or why it is missing.
struct WindowEnergy {
  Estimate<Joules> energy;
  const char* why_missing = "";  ///< a literal: no allocation, nothing to free
};

/// A source of joules, and the clock that they are counted on. The clock is the meter's own, so
/// that a simulated machine simulates time as well, and the engine under test is the one that
/// measures.
///
/// `read` neither throws nor allocates: false means that this reading failed. `energy` is pure, and
/// never resets anything: windows may overlap.
template <class M>
concept EnergyMeter = std::move_constructible<M> &&
    requires(M meter, const M& constant, Reading& reading, Seconds duration) {
  { meter.read(reading) }
  noexcept->std::same_as<bool>;
  { constant.energy(reading, reading) } -> std::same_as<WindowEnergy>;
  { constant.description() } -> std::same_as<const MeterDescription&>;
  { meter.now() }
  noexcept->std::same_as<Instant>;
  { meter.wait(duration) }
  noexcept;
};

}  // namespace perjoule::inline v0
