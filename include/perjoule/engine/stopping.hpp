// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>

#include "perjoule/stats/confidence.hpp"
#include "perjoule/units/estimate.hpp"

namespace perjoule::inline v0::detail {

/// The first look at the intervals. Checking them after each window would stop on lucky streaks: a
/// nominal 95 % then covers 92.2 %; looking at 12, 18, 27, 40, ... only, 94.4 %.
inline constexpr std::size_t first_look = 12;

/// @source 3/2 of the last look, rounded down: 12, 18, 27, 40, 60, 90, ...
[[nodiscard]] constexpr std::size_t next_look(std::size_t look) noexcept { return look * 3 / 2; }

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

}  // namespace perjoule::inline v0::detail
