// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/core/math.hpp"
#include "perjoule/engine/stopping.hpp"
#include "perjoule/stats/student_t.hpp"
#include "perjoule/stats/summary.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE bool halves_agree(View<double> windows, const Estimate<double>& mean) {
  const std::size_t half = windows.size() / 2;
  const Summary first = summarize({windows.data(), half});
  const Summary second = summarize({windows.data() + windows.size() - half, half});
  const double most = t_quantile(0.995, mean.dof) * 2.0 * mean.random;
  return math::absolute(second.mean - first.mean) <= most;
}

PERJOULE_INLINE bool has_settled(View<double> windows, const Estimate<double>& mean,
                                 double relative_halfwidth) {
  if (!meets_target(mean, relative_halfwidth)) return false;
  return is_below_resolution(mean) ||
         (independent(windows) >= least_independent && halves_agree(windows, mean));
}

PERJOULE_INLINE bool has_drifted(View<double> windows, const Estimate<double>& mean) {
  if (windows.size() < first_look || is_below_resolution(mean)) return false;
  const bool waves = static_cast<double>(windows.size()) >= least_independent &&
                     independent(windows) < least_steady;
  return waves || !halves_agree(windows, mean);
}

}  // namespace perjoule::inline v0::detail
