// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/engine/latency.hpp"
#include "perjoule/engine/slices.hpp"
#include "perjoule/engine/system_load.hpp"
#include "perjoule/meters/meter.hpp"
#include "perjoule/units/estimate.hpp"
#include "perjoule/units/quantity.hpp"

namespace perjoule::inline v0 {

/// One window: many passes between two readings.
struct Window {
  Items items{0.0};
  Seconds wall{0.0};
  Seconds cpu{0.0};  ///< CPU time of all threads of this process
  WindowEnergy energy = {};
  Interference interference = {};
  Seconds clean{detail::quiet_nan()};  ///< time of uninterrupted slices; see Slices
  Items clean_items{0.0};
};

/// The outcome of a measurement.
enum class Outcome : std::uint8_t {
  converged,    ///< the intervals of time and energy met the target
  unstable,     ///< time or energy changed during the run: there is no single value
  timeout,      ///< the budget ended first: the intervals hold, but missed the target
  few_windows,  ///< fewer than 12 windows fit: the target was not checked; one has no interval
  no_energy,    ///< no window has an energy
};

[[nodiscard]] constexpr std::string_view name(Outcome outcome) noexcept {
  switch (outcome) {
    case Outcome::converged:
      return "converged";
    case Outcome::unstable:
      return "unstable";
    case Outcome::timeout:
      return "timeout";
    case Outcome::few_windows:
      return "few_windows";
    case Outcome::no_energy:
      break;
  }
  return "no_energy";
}

/// The result of the engine: a table of numbers with one row per window.
struct Samples {
  enum Column : std::size_t {
    items,          ///< passes, or inputs of their batches, or items in the stream
    wall,           ///< @unit s
    cpu,            ///< @unit s
    energy,         ///< not finite if it is missing. @unit J
    energy_random,  ///< standard uncertainty from the meter. @unit J
    energy_common,  ///< standard uncertainty shared with the other windows, but for gain. @unit J
    others_cpu,     ///< CPU time of other programs; not finite if not known. @unit s
    steal,          ///< CPU time that a hypervisor took; likewise. @unit s
    temperature,    ///< of the CPU package at the end; likewise. @unit degrees Celsius
    frequency,      ///< of the first core at the end; likewise. @unit Hz
    clean,          ///< time of uninterrupted slices; not finite if there are none. @unit s
    clean_items,    ///< items in uninterrupted slices
    columns
  };
  std::vector<double> table;   ///< row by row
  Seconds call_overhead{0.0};  ///< of timing each call of a program's own loop, in any window
  std::size_t dropped = 0;     ///< windows without an energy, whose rows stay
  std::string why_dropped;     ///< reason of the last one dropped
  GainShare gain;              ///< of the meter, in any window's energy
  /// Power of the machine while this process sleeps. Its common part is without the meter's gain.
  Estimate<Watts> idle;
  std::string why_no_idle;
  /// Share of other programs in the CPU time of all windows; not finite if not known.
  /// @unit a share of 1
  double others_cpu_share = detail::quiet_nan();
  Slices slices;       ///< of all windows
  Latency latency;     ///< of passes outside the windows, each timed separately
  Latency first_item;  ///< times until the first item of those passes came into the stream
  /// Predicted standard uncertainty from the ends of windows of this length, which more windows do
  /// not make smaller.
  /// @unit a share of the energy
  double edge_uncertainty = 0.0;
  Outcome outcome = Outcome::no_energy;

  [[nodiscard]] std::size_t windows() const noexcept { return table.size() / columns; }
  /// @unit the unit of the column
  [[nodiscard]] double at(std::size_t window, Column column) const noexcept {
    return table[window * columns + column];
  }
  void add(const Window& window);
};

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/engine/window-inl.hpp"
#endif
