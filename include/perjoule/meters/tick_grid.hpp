// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/meters/meter.hpp"
#include "perjoule/meters/window_energy.hpp"
#include "perjoule/units/quantity.hpp"

namespace perjoule::inline v0::detail {

/// A movement of a counter that was being watched.
struct SeenTick {
  Instant at;                ///< middle of the time in which it moved
  Seconds width{0.0};        ///< length of that time, between two readings
  Seconds longest_gap{0.0};  ///< longest time between two readings since the tick before
  double counts = 0.0;       ///< step of the counter
};

/// The ticks of a counter as a regular grid, from which each tick differs at random.
struct TickGrid {
  Seconds period{0.0};
  Seconds jitter{0.0};    ///< standard deviation of the time by which a count is shown late
  Seconds lateness{0.0};  ///< mean of that time
  double dof = 0.0;       ///< degrees of freedom of `jitter`. @unit none

  [[nodiscard]] bool is_known() const noexcept { return period > Seconds(0.0); }
};

/// Number of ticks that a counter's grid is taken from, which gives the jitter to 9 %.
inline constexpr std::size_t grid_ticks = 65;

/// Returns the jitter of a counter that may tick anywhere in its period.
/// @source GUM (JCGM 100:2008) 4.3.7
[[nodiscard]] constexpr Seconds largest_jitter(Seconds period) noexcept {
  return period * (0.5 * root_of_a_third);
}

/// Returns the share of the variance of ticks about their grid that their energies follow: 1 if a
/// counter latches its energy whenever it ticks, and 0 if it latches it on the grid and shows it
/// late. The lower end of its interval is returned, so that noise counts as lateness.
/// @param intervals, counts  of ticks that follow each other
/// @unit   a share of 1
/// @source slope of least squares, in units of the mean power
[[nodiscard]] double latched_share(View<double> intervals, View<double> counts);

/// Returns the mean time between ticks that a reader on time saw follow each other, or `usual` if
/// there are fewer than four. An update that is shown twice, or two that were lost, are no period.
/// @unit s
[[nodiscard]] Seconds mean_interval(View<SeenTick> ticks, Seconds usual);

/// Fits a regular grid to ticks. A real counter latches its energy at regular times and shows it a
/// little later, by a time that differs from tick to tick: on some machines by a fifth of a period.
/// So neighbours alone tell little of the period, and a line through all ticks tells all of it.
///
/// Ticks that a delayed reader saw late are left out. Ticks may be missing, or be shown twice.
///
/// @param ticks    in the order of time
/// @param usual    period to count by if too few ticks follow each other without a delay
/// @error jitter^2 = RSS/(n - 2) less the mean square of the reader's own width, w^2/12, and at
///        most that of a tick anywhere in its period. Not known for fewer than four ticks on time
/// @source least squares; docs/reference/meters.md#ticks
[[nodiscard]] TickGrid fit_tick_grid(View<SeenTick> ticks, Seconds usual);

/// Watches the counters of a meter until each has ticked often enough for its grid, or until 0.6 s
/// have passed, or 0.25 s in which none moved. Reads without pause as long as ticks come quickly,
/// since a reader that pauses sees less of the jitter.
/// @shape result: one grid for each counter; not known for one that hardly moved
template <class Meter>
[[nodiscard]] std::vector<TickGrid> watch_tick_grids(Meter& meter) {
  const std::vector<Zone>& zones = meter.description().zones;
  std::vector<std::vector<SeenTick>> seen(zones.size());
  for (std::vector<SeenTick>& ticks : seen) ticks.reserve(grid_ticks);
  std::vector<Seconds> longest_gaps(zones.size());
  std::vector<TickGrid> grids(zones.size());
  Reading before(meter.description());
  Reading now(meter.description());
  if (!meter.read(before)) return grids;
  const Instant start = before.end;
  std::size_t open = zones.size();  // zones that have not ticked often enough
  std::size_t most = 0;             // ticks of the quickest
  while (open != 0) {
    const Seconds spent = meter.now() - start;
    if (spent > Seconds(most != 0 ? 0.6 : 0.25)) break;
    // A counter that stands still must not hold up the others for long once one of them is known.
    if (spent > Seconds(0.05) && most == grid_ticks) break;
    if (spent > Seconds(0.02) && most < 4) meter.wait(Seconds(50e-6));
    if (!meter.read(now)) break;
    const Seconds gap = now.end - before.begin;
    for (std::size_t i = 0; i < zones.size(); ++i) {
      std::vector<SeenTick>& ticks = seen[i];
      longest_gaps[i] = std::max(longest_gaps[i], gap);
      if (now.counts[i] == before.counts[i] || ticks.size() == grid_ticks) continue;
      ticks.push_back(
          {before.begin + gap * 0.5, gap, longest_gaps[i],
           static_cast<double>(unwrap(before.counts[i], now.counts[i], zones[i].modulus))});
      longest_gaps[i] = Seconds(0.0);
      if (ticks.size() == grid_ticks) --open;
      most = std::max(most, ticks.size());
    }
    std::swap(before, now);
  }
  for (std::size_t i = 0; i < zones.size(); ++i) {
    grids[i] = fit_tick_grid(seen[i], zones[i].update_period);
  }
  return grids;
}

/// Gives the zones of a meter their measured grids. A zone without one keeps its period, and its
/// ticks may be anywhere in it.
void set_tick_grids(MeterDescription& meter, View<TickGrid> grids) noexcept;

}  // namespace perjoule::inline v0::detail

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/meters/tick_grid-inl.hpp"
#endif
