// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/core/math.hpp"
#include "perjoule/stats/autocorrelation.hpp"
#include "perjoule/stats/mean_of_windows.hpp"
#include "perjoule/stats/summary.hpp"

namespace perjoule::inline v0 {

PERJOULE_INLINE Estimate<double> mean_of_windows(View<double> windows, double resolution,
                                                 Provenance provenance) noexcept {
  if (windows.empty()) return {};
  const Summary summary = summarize(windows);
  const auto n = static_cast<double>(summary.n);
  const double time = autocorrelation_time(windows);
  const double inflation = n > 1.0 ? math::square_root(time * (n - 1.0) / (n - time)) : 1.0;
  const double scatter = summary.standard_deviation * inflation;
  const double root_n = math::square_root(n);
  if (scatter <= resolution) return {summary.mean, resolution / root_n, known_dof, 0.0, provenance};
  return {summary.mean, scatter / root_n, detail::dependent_dof(n, time), 0.0, provenance};
}

}  // namespace perjoule::inline v0
