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

/// After how many windows the intervals are first checked. Checking them after each window would
/// stop on lucky streaks, and a nominal 95 % would cover 92.2 %; checked after 12, 18, 27, 40, ...
/// windows only, they cover 94.4 %.
inline constexpr std::size_t first_check = 12;

/// After how many windows the intervals are checked next.
/// @source 3/2 of the last check, rounded down: 12, 18, 27, 40, 60, 90, ...
[[nodiscard]] constexpr std::size_t next_check(std::size_t last) noexcept { return last * 3 / 2; }

/// How many independent windows an interval needs before a run may stop on it: fewer tell too
/// little of how much their neighbours resemble each other.
inline constexpr double min_effective_samples = 30.0;

/// Fewer independent windows than these, among min_effective_samples and more, show a wave as long
/// as the run: what comes after it may be anywhere.
inline constexpr double min_steady_samples = 10.0;

/// Whether the random half-width is no larger a share of the value than was asked for. The common
/// part is left out, since no number of windows makes it smaller.
/// @unit none; relative_halfwidth is a share of 1
[[nodiscard]] inline bool meets_target(const Estimate<double>& estimate,
                                       double relative_halfwidth) {
  if (!estimate.is_known() || estimate.value <= 0.0) return false;
  Estimate<double> random_part = estimate;
  random_part.common = 0.0;
  return halfwidth(random_part) <= relative_halfwidth * estimate.value;
}

/// How many independent windows these are worth.
/// @unit none
[[nodiscard]] inline double effective_sample_size(View<double> windows) noexcept {
  return static_cast<double>(windows.size()) / autocorrelation_time(windows);
}

/// Whether the two halves differ by no more than chance makes them differ in 99 of 100 runs. A half
/// has twice the variance of the whole, so the difference of the two has twice its standard
/// uncertainty.
/// @param mean  of all windows
[[nodiscard]] bool halves_agree(View<double> windows, const Estimate<double>& mean);

/// Whether windows differ by less than the instrument leaves unknown in each. Then the interval
/// rests on that, and not on how they scatter.
[[nodiscard]] inline bool is_below_resolution(const Estimate<double>& mean) noexcept {
  return mean.dof >= infinite_dof;
}

/// Whether a run may stop: the interval is as narrow as was asked for, and can be relied on.
/// @param mean  of all windows
/// @unit relative_halfwidth is a share of 1
[[nodiscard]] bool has_settled(View<double> windows, const Estimate<double>& mean,
                               double relative_halfwidth);

/// Whether what is measured changed meanwhile, so that there is no one value for the interval to
/// cover.
/// @param mean  of all windows
[[nodiscard]] bool has_drifted(View<double> windows, const Estimate<double>& mean);

/// A column of the samples per item, minus `watts` times the time: 0 W for the total energy, and the
/// idle power for the active energy. Not finite where a window has no number.
/// @unit that of the column, per item; watts: W
[[nodiscard]] std::vector<double> per_item_by_window(const Samples& samples, Samples::Column column,
                                                     double watts = 0.0);

/// The same, without windows that have no number.
/// @unit that of the column, per item; watts: W
[[nodiscard]] std::vector<double> per_item(const Samples& samples, Samples::Column column,
                                           double watts = 0.0);

/// Where the time of a model is taken from: the slices that nothing interrupted, if twelve windows
/// have some, or every other one of fewer; else whole windows, with what interrupted them.
[[nodiscard]] Samples::Column best_time_column(const Samples& samples);

/// The mean of a column of seconds per item.
/// @unit  s/item
/// @error random as in mean_of_windows, where the clock leaves its own uncertainty in each window
[[nodiscard]] Estimate<double> time_per_item(const Samples& samples, Samples::Column column,
                                             Provenance provenance);

/// The mean energy per item, less `watts`.
/// @unit  J/item
/// @error random as in mean_of_windows; common: the mean of the windows'
[[nodiscard]] Estimate<double> energy_per_item(const Samples& samples, Provenance provenance,
                                               double watts = 0.0);

/// The share of other programs in the CPU time of all windows.
/// @unit a share of 1; not finite where it is not known
[[nodiscard]] double others_cpu_share(const Samples& samples) noexcept;

}  // namespace perjoule::inline v0::detail

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/engine/sample_estimates-inl.hpp"
#endif
