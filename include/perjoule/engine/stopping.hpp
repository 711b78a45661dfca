// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>

#include "perjoule/core/config.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/stats/autocorrelation.hpp"
#include "perjoule/stats/confidence.hpp"
#include "perjoule/units/estimate.hpp"

namespace perjoule::inline v0::detail {

/// The first look at the intervals. Checking them after each window would stop on lucky streaks: a
/// nominal 95 % then covers 92.2 %; looking at 12, 18, 27, 40, ... only, 94.4 %.
inline constexpr std::size_t first_look = 12;

/// @source 3/2 of the last look, rounded down: 12, 18, 27, 40, 60, 90, ...
[[nodiscard]] constexpr std::size_t next_look(std::size_t look) noexcept { return look * 3 / 2; }

/// So many independent windows must stand behind an interval before a run may stop on it: fewer
/// tell too little of how much their neighbours resemble each other.
inline constexpr double least_independent = 30.0;

/// With fewer behind so many windows and more, a wave as long as the run is in them, and what comes
/// after it may be anywhere.
inline constexpr double least_steady = 10.0;

/// Whether more windows could still be asked for: the random half-width as a share of the value.
/// The common part is left out, since no number of windows makes it smaller.
/// @unit none; relative_halfwidth is a share of 1
[[nodiscard]] inline bool meets_target(const Estimate<double>& estimate,
                                       double relative_halfwidth) {
  if (!estimate.is_known() || estimate.value <= 0.0) return false;
  Estimate<double> random_part = estimate;
  random_part.common = 0.0;
  return halfwidth(random_part) <= relative_halfwidth * estimate.value;
}

/// Windows that are worth as much as so many independent ones.
/// @unit none
[[nodiscard]] inline double independent(View<double> windows) noexcept {
  return static_cast<double>(windows.size()) / autocorrelation_time(windows);
}

/// Whether the first half and the second differ by no more than chance makes halves differ in 99 of
/// 100 runs. A half has twice the variance of the whole, and so the difference of two has twice its
/// standard uncertainty.
/// @param mean  of all windows
[[nodiscard]] bool halves_agree(View<double> windows, const Estimate<double>& mean);

/// Whether windows differ by less than the instrument leaves unknown in each: then it is that which
/// the interval rests on, and not how they scatter.
[[nodiscard]] inline bool is_below_resolution(const Estimate<double>& mean) noexcept {
  return mean.dof >= known_dof;
}

/// Whether a run may stop: the interval is as narrow as asked for, and is one to rely on.
/// @param mean  of all windows
/// @unit relative_halfwidth is a share of 1
[[nodiscard]] bool has_settled(View<double> windows, const Estimate<double>& mean,
                               double relative_halfwidth);

/// Whether what is measured changed meanwhile: there is no one value that the interval could cover.
/// @param mean  of all windows
[[nodiscard]] bool has_drifted(View<double> windows, const Estimate<double>& mean);

}  // namespace perjoule::inline v0::detail

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/engine/stopping-inl.hpp"
#endif
