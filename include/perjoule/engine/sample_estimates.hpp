// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/engine/window.hpp"
#include "perjoule/stats/confidence.hpp"
#include "perjoule/stats/summary.hpp"
#include "perjoule/units/estimate.hpp"

namespace perjoule::inline v0::detail {

/// Number of windows after which the intervals are first checked. Checks after each window would
/// stop on lucky streaks, and a nominal 95 % would cover 92.2 %. With checks only after 12, 18, 27,
/// 40, ... windows, it covers 94.4 %.
inline constexpr std::size_t first_check = 12;

/// Returns the number of windows after which the intervals are checked next.
/// @source 3/2 of the last check, rounded down: 12, 18, 27, 40, 60, 90, ...
[[nodiscard]] constexpr std::size_t next_check(std::size_t last) noexcept { return last * 3 / 2; }

/// Number of independent windows that an interval needs before a run may stop on it. Fewer windows
/// say too little about how strongly neighbours are correlated.
inline constexpr double min_effective_samples = 30.0;

/// Lower limit of the number of independent windows in a steady run. If at least
/// min_effective_samples windows are worth fewer than this, they show a wave as long as the run,
/// and later values may be anywhere.
inline constexpr double min_steady_samples = 10.0;

/// Checks whether the random half-width is at most the given share of the value. The common part is
/// left out, since no number of windows makes it smaller.
/// @unit none; relative_halfwidth is a share of 1
[[nodiscard]] inline bool meets_target(const Estimate<double>& estimate,
                                       double relative_halfwidth) {
  if (!estimate.is_known() || estimate.value <= 0.0) return false;
  Estimate<double> random_part = estimate;
  random_part.common = 0.0;
  return halfwidth(random_part) <= relative_halfwidth * estimate.value;
}

/// Returns the number of independent windows that these are equivalent to.
/// @unit none
[[nodiscard]] inline double effective_sample_size(View<double> windows) noexcept {
  return static_cast<double>(windows.size()) / autocorrelation_time(windows);
}

/// Checks whether the two halves differ by no more than chance makes them differ in 99 of 100 runs.
/// Each half has twice the variance of the whole, so the difference of the two has twice its
/// standard uncertainty.
/// @param mean  of all windows
[[nodiscard]] bool halves_agree(View<double> windows, const Estimate<double>& mean);

/// Checks whether windows differ by less than the uncertainty that the instrument leaves in each.
/// In that case the interval rests on that uncertainty, and not on the scatter of the windows.
[[nodiscard]] inline bool is_below_resolution(const Estimate<double>& mean) noexcept {
  return mean.dof >= infinite_dof;
}

/// Checks whether a run may stop: the interval is as narrow as required, and is reliable.
/// @param mean  of all windows
/// @unit relative_halfwidth is a share of 1
[[nodiscard]] bool has_settled(View<double> windows, const Estimate<double>& mean,
                               double relative_halfwidth);

/// Checks whether the measured quantity changed during the run, so that there is no single value
/// for the interval to cover.
/// @param mean  of all windows
[[nodiscard]] bool has_drifted(View<double> windows, const Estimate<double>& mean);

/// Returns a column of the samples per item, minus `watts` times the wall time: 0 W for the total
/// energy, and the idle power for the active energy. A value is not finite if the window has none.
/// @unit the unit of the column, per item; watts: W
[[nodiscard]] std::vector<double> per_item_by_window(const Samples& samples, Samples::Column column,
                                                     double watts = 0.0);

/// The same, without windows that have no value.
/// @unit the unit of the column, per item; watts: W
[[nodiscard]] std::vector<double> per_item(const Samples& samples, Samples::Column column,
                                           double watts = 0.0);

/// Returns the column to take the time of a model from: the uninterrupted slices, if at least
/// twelve windows or at least half of them have some. Otherwise whole windows, including
/// interruptions.
[[nodiscard]] Samples::Column best_time_column(const Samples& samples);

/// Returns the mean of a column of seconds per item.
/// @unit  s/item
/// @error random as in mean_of_windows, with the uncertainty of the clock in each window
[[nodiscard]] Estimate<double> time_per_item(const Samples& samples, Samples::Column column,
                                             Provenance provenance);

/// Returns the mean energy per item, minus `watts` times the wall time.
/// @unit  J/item
/// @error random as in mean_of_windows; common: the mean over the windows
[[nodiscard]] Estimate<double> energy_per_item(const Samples& samples, Provenance provenance,
                                               double watts = 0.0);

/// Returns the share of other programs in the CPU time of all windows.
/// @unit a share of 1; not finite if it is not known
[[nodiscard]] double others_cpu_share(const Samples& samples) noexcept;

}  // namespace perjoule::inline v0::detail

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/engine/sample_estimates-inl.hpp"
#endif
