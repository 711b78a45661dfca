// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <algorithm>
#include <cmath>

#include "perjoule/core/config.hpp"
#include "perjoule/core/math.hpp"
#include "perjoule/meters/tick_grid.hpp"
#include "perjoule/meters/window_energy.hpp"
#include "perjoule/stats/summary.hpp"
#include "perjoule/units/estimate.hpp"

namespace perjoule::inline v0::detail {

/// Returns the median of durations; 0 if there are none.
PERJOULE_INLINE Seconds median_duration(std::vector<Seconds> durations) {
  if (durations.empty()) return Seconds(0.0);
  const auto middle = durations.begin() + static_cast<std::ptrdiff_t>(durations.size() / 2);
  std::nth_element(durations.begin(), middle, durations.end());
  return *middle;
}

PERJOULE_INLINE double latched_share(View<double> intervals, View<double> counts) {
  const Summary x = summarize(intervals);
  const Summary y = summarize(counts);
  const double n = static_cast<double>(x.n);
  const double squares = square(x.standard_deviation) * (n - 1.0);
  if (squares <= 0.0 || y.mean <= 0.0) return 0.0;
  double products = 0.0;
  for (std::size_t i = 0; i < intervals.size(); ++i) {
    products += (intervals[i] - x.mean) * (counts[i] - y.mean);
  }
  const double slope = products / squares;
  double residuals = 0.0;
  for (std::size_t i = 0; i < intervals.size(); ++i) {
    residuals += square(counts[i] - y.mean - slope * (intervals[i] - x.mean));
  }
  const double error = std::sqrt(residuals / (n - 2.0) / squares);
  return std::clamp((slope - 2.0 * error) * x.mean / y.mean, 0.0, 1.0);
}

PERJOULE_INLINE Seconds mean_interval(View<SeenTick> ticks, Seconds usual) {
  std::vector<Seconds> intervals;
  for (std::size_t i = 1; i < ticks.size(); ++i) {
    const Seconds interval = ticks[i].at - ticks[i - 1].at;
    // If a tick was missed, two came within one gap, which then is at least half of the interval.
    if (ticks[i].longest_gap * 3.0 <= interval && ticks[i - 1].width * 3.0 <= interval) {
      intervals.push_back(interval);
    }
  }
  const Seconds median = median_duration(intervals);
  Seconds sum{0.0};
  double count = 0.0;
  for (const Seconds interval : intervals) {
    if (interval < median * 0.125 || interval > median * 2.5) continue;
    sum += interval;
    count += 1.0;
  }
  return count < 4.0 ? usual : sum / count;
}

PERJOULE_INLINE TickGrid fit_tick_grid(View<SeenTick> ticks, Seconds usual) {
  std::vector<Seconds> intervals;
  for (std::size_t i = 1; i < ticks.size(); ++i) {
    intervals.push_back(ticks[i].at - ticks[i - 1].at);
  }
  constexpr std::size_t least = 4;
  if (ticks.size() < least) return {};
  const Seconds median = median_duration(intervals);
  if (median <= min_tick_interval) return {median, Seconds(0.0), Seconds(0.0), infinite_dof};
  const Seconds period = mean_interval(ticks, usual);

  // Numbers the ticks on time, following the grid so that its error does not add up.
  struct Numbered {
    double number;
    double at;  ///< since the first tick. @unit s
    double counts;
  };
  std::vector<Numbered> points;
  double width_squares = 0.0;
  double number = 0.0;
  double expected = 0.0;
  for (const SeenTick& tick : ticks) {
    if (tick.width * 4.0 > period) continue;
    const double at = (tick.at - ticks[0].at).si();
    if (points.empty()) expected = at;
    const double steps = std::round((at - expected) / period.si());
    number += steps;
    expected += steps * period.si();
    expected += 0.25 * (at - expected);
    points.push_back({number, at, tick.counts});
    width_squares += square(tick.width.si());
  }
  const auto n = static_cast<double>(points.size());
  if (points.size() < least) return {};
  double slope = 0.0;
  double residual_squares = 0.0;
  double earliest = 0.0;
  for (int pass = 0; pass < 3; ++pass) {
    double mean_number = 0.0;
    double mean_at = 0.0;
    for (const Numbered& point : points) {
      mean_number += point.number / n;
      mean_at += point.at / n;
    }
    double squares = 0.0;
    double products = 0.0;
    for (const Numbered& point : points) {
      squares += square(point.number - mean_number);
      products += (point.number - mean_number) * (point.at - mean_at);
    }
    if (squares <= 0.0 || products <= 0.0) return {};
    slope = products / squares;
    residual_squares = earliest = 0.0;
    for (Numbered& point : points) {
      const double from_middle = (point.at - mean_at) / slope;
      const double residual = slope * (from_middle - (point.number - mean_number));
      residual_squares += square(residual);
      earliest = std::min(earliest, residual);
      // The whole line tells better which tick this was than those before it.
      point.number = std::round(from_middle + mean_number);
    }
  }
  std::vector<double> steps;
  std::vector<double> counts;
  for (std::size_t i = 1; i < points.size(); ++i) {
    if (points[i].number - points[i - 1].number != 1.0) continue;
    steps.push_back(points[i].at - points[i - 1].at);
    counts.push_back(points[i].counts);
  }
  const bool shows_latches = steps.size() >= least;
  const double late = shows_latches ? 1.0 - latched_share(steps, counts) : 1.0;
  const double variance = residual_squares / (n - 2.0) - width_squares / n / 12.0;
  const Seconds jitter(std::sqrt(std::max(variance, 0.0) * late));
  const Seconds most = largest_jitter(Seconds(slope));
  // What may be all or nothing is taken as half. A tick that is waited for comes later than most,
  // since long intervals are met more often.
  const double mean = -earliest * (shows_latches ? late : 0.5) + square(jitter.si()) / slope;
  return {Seconds(slope), std::min(jitter, most), Seconds(mean), n - 2.0};
}

PERJOULE_INLINE void set_tick_grids(MeterDescription& meter, View<TickGrid> grids) noexcept {
  meter.update_period = Seconds(0.0);
  for (std::size_t i = 0; i < grids.size(); ++i) {
    Zone& zone = meter.zones[i];
    if (grids[i].is_known()) {
      zone.update_period = grids[i].period;
      zone.jitter = grids[i].jitter;
      zone.lateness = grids[i].lateness;
      zone.jitter_dof = grids[i].dof;
    } else {
      zone.jitter = largest_jitter(zone.update_period);
    }
    meter.update_period = std::max(meter.update_period, zone.update_period);
  }
}

}  // namespace perjoule::inline v0::detail
