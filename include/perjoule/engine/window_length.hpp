// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>

#include "perjoule/meters/tick.hpp"
#include "perjoule/units/names.hpp"
#include "perjoule/units/quantity.hpp"

namespace perjoule::inline v0::detail {

/// A window at least so long: ten update periods, and 5 ms, so that neither the ticks at its ends
/// nor the readings count.
/// @unit s
[[nodiscard]] constexpr Seconds good_window(Seconds update_period) noexcept {
  constexpr Seconds least{0.005};
  return update_period * 10.0 < least ? least : update_period * 10.0;
}

/// How long a window should be: a thousand in the budget, but a good one; and short enough that
/// some sixteen fit into the budget, as long as three periods remain.
/// @unit s
[[nodiscard]] constexpr Seconds window_length(Seconds update_period, Seconds budget) noexcept {
  constexpr Seconds least{0.005};
  const auto at_least = [](Seconds a, Seconds b) { return a < b ? b : a; };
  const Seconds good = at_least(budget / 1000.0, good_window(update_period));
  const Seconds fitting = budget / 16.0;
  return fitting >= good ? good : at_least(fitting, at_least(update_period * 3.0, least));
}

/// A hundredth of the budget, but no more than caches, branch predictors and the clock rate need:
/// finding the cost of a pass takes two to three times as long.
/// @unit s
[[nodiscard]] constexpr Seconds warm_up_length(Seconds budget) noexcept {
  constexpr Seconds most{0.02};
  return budget * 0.01 < most ? budget * 0.01 : most;
}

/// Passes in a window of that length: whole cycles through the inputs, so that every window sees
/// the same mix; but no cycle that is more than four times as long.
[[nodiscard]] constexpr std::size_t passes_in(Seconds window, Seconds per_pass,
                                              std::size_t items) noexcept {
  constexpr double most = 1e12;
  const double fitting = per_pass > window / most ? window / per_pass : most;
  const auto passes = static_cast<std::size_t>(fitting + 0.5);
  if (passes * 4 < items) return passes == 0 ? 1 : passes;
  const std::size_t cycles = (passes + items / 2) / items;
  return items * (cycles == 0 ? 1 : cycles);
}

/// No fewer passes, and equally many for each caller: none of them waits for the others in the end.
[[nodiscard]] constexpr std::size_t shared_evenly(std::size_t passes,
                                                  std::size_t callers) noexcept {
  return (passes + callers - 1) / callers * callers;
}

/// Passes between two looks at the counter when a window is about to end: a twentieth of a period,
/// so that the tick is known well and looking costs a thousandth of the window; 0 where a single
/// pass is too long for that.
[[nodiscard]] constexpr std::size_t passes_to_the_tick(Seconds update_period,
                                                       Seconds per_pass) noexcept {
  if (update_period <= closest_ticks || per_pass * 10.0 > update_period) return 0;
  const std::size_t passes = passes_in(update_period * 0.05, per_pass, 1);
  return passes == 0 ? 1 : passes;
}

/// What the ends of windows will leave unknown of their energy, as a standard uncertainty that more
/// windows do not make smaller: the power behind the last tick, over a whole period in the mean
/// square where passes are too long to end on a tick, and over a twentieth of one elsewhere.
/// @unit a share of the energy
/// @source detail::counted_energy: P/sqrt(3) over T/sqrt(3), or 0.3 P over T/20/sqrt(3)
[[nodiscard]] constexpr double ends_share(Seconds update_period, bool on_a_tick,
                                          Seconds window) noexcept {
  if (update_period <= closest_ticks) return 0.0;
  return update_period * (on_a_tick ? 0.0087 : 1.0 / 3.0) / window;
}

/// How long windows must be so that their ends meet the target, where six so long ones fit into
/// what is left of the budget; else the target is out of reach, and sixteen of them are the best
/// there is.
/// @unit s; ends_share and relative_halfwidth: a share of 1
[[nodiscard]] constexpr Seconds lengthened(Seconds window, double ends_share,
                                           double relative_halfwidth, Seconds left) noexcept {
  const Seconds wanted = window * (1.96 * ends_share / relative_halfwidth);
  const Seconds best = wanted <= left / 6.0 ? wanted : left / 16.0;
  return best > window ? best : window;
}

}  // namespace perjoule::inline v0::detail
