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
  Seconds clean{detail::quiet_nan()};  ///< of slices that nothing interrupted; see Slices
  Items clean_items{0.0};
};

/// How a measurement ended.
enum class Outcome : std::uint8_t {
  converged,    ///< the intervals of time and energy met the target
  unstable,     ///< time or energy changed meanwhile: there is no one value to find
  timeout,      ///< the budget ended first: the intervals are as wide as they are
  few_windows,  ///< fewer than 12 windows fitted: the intervals hold, the target was not tested
  no_energy,    ///< no window has any energy
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

/// What the engine brings back: a table of numbers, one row a window.
struct Samples {
  enum Column : std::size_t {
    items,          ///< passes, or inputs of their batches, or what came into the stream
    wall,           ///< @unit s
    cpu,            ///< @unit s
    energy,         ///< not finite where it is missing. @unit J
    energy_random,  ///< standard uncertainty that the meter left in it. @unit J
    energy_common,  ///< standard uncertainty that it shares with the other windows. @unit J
    others_cpu,     ///< CPU time of other programs; not finite where not known. @unit s
    steal,          ///< CPU time that a hypervisor took; the same. @unit s
    temperature,    ///< of the CPU package at the end; the same. @unit degrees Celsius
    frequency,      ///< of the first core at the end; the same. @unit Hz
    clean,          ///< time of uninterrupted slices; not finite where there is none. @unit s
    clean_items,    ///< items in those
    columns
  };
  std::vector<double> table;  ///< row by row
  std::size_t dropped = 0;    ///< windows without an energy
  std::string why_dropped;    ///< of the last one dropped
  Estimate<Watts> idle;       ///< the machine's power while this process sleeps
  std::string why_no_idle;
  /// The share of other programs in the CPU time of all windows; not finite where not known.
  /// @unit a share of 1
  double others_cpu_share = detail::quiet_nan();
  Slices slices;       ///< of all windows
  Latency latency;     ///< of passes outside the windows, each timed by itself
  Latency first_item;  ///< of the same, until the first item came into the stream
  /// What the ends of windows of this length are predicted to leave unknown: a standard uncertainty
  /// that more windows do not make smaller.
  /// @unit a share of the energy
  double edge_uncertainty = 0.0;
  Outcome outcome = Outcome::no_energy;

  [[nodiscard]] std::size_t windows() const noexcept { return table.size() / columns; }
  /// @unit that of the column
  [[nodiscard]] double at(std::size_t window, Column column) const noexcept {
    return table[window * columns + column];
  }
  void add(const Window& window);
};

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/engine/window-inl.hpp"
#endif
