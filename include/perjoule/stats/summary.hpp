// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>

#include "perjoule/core/config.hpp"
#include "perjoule/core/expects.hpp"
#include "perjoule/core/math.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/units/estimate.hpp"

namespace perjoule::inline v0 {

/// Mean and scatter of a sample.
struct Summary {
  std::size_t n = 0;
  double mean = 0.0;                ///< @unit that of the sample
  double standard_deviation = 0.0;  ///< divisor n - 1; 0 for n = 1. @unit that of the sample
};

/// @unit  that of the sample
/// @shape sample: at least one value
/// @error two passes, so that a small scatter about a large mean isn't lost to cancellation
/// @source GUM (JCGM 100:2008) 4.2.1 and 4.2.2
[[nodiscard]] PERJOULE_COLD inline Summary summarize(View<double> sample) noexcept {
  PERJOULE_EXPECTS(!sample.empty());
  Summary summary{sample.size(), 0.0, 0.0};
  for (const double x : sample) summary.mean += x;
  summary.mean /= static_cast<double>(summary.n);
  if (summary.n == 1) return summary;
  double squares = 0.0;
  for (const double x : sample) squares += math::square(x - summary.mean);
  summary.standard_deviation = math::square_root(squares / static_cast<double>(summary.n - 1));
  return summary;
}

/// The mean of windows as an estimate with n - 1 degrees of freedom.
///
/// `resolution` is the standard uncertainty that the instrument leaves in each single window. The
/// scatter contains it already, but a coarse counter can show the same number in each window, and
/// then the scatter is zero while the error is not: so the larger of the two counts. A single
/// window has no scatter: it gets the resolution alone, and its caller says `few_windows`.
///
/// @unit  windows and resolution: one unit, that of the result
/// @error random = max(s, resolution)/sqrt(n); common = 0; missing for no windows
/// @source GUM 4.2.3; docs/reference/formulas.md#from-windows-to-an-item
[[nodiscard]] PERJOULE_COLD inline Estimate<double> mean_of_windows(
    View<double> windows, double resolution, Provenance provenance) noexcept {
  if (windows.empty()) return {};
  const Summary summary = summarize(windows);
  const double root_n = math::square_root(static_cast<double>(summary.n));
  const bool scatter_rules = summary.standard_deviation > resolution;
  const double spread = scatter_rules ? summary.standard_deviation : resolution;
  const double dof = scatter_rules ? static_cast<double>(summary.n - 1) : known_dof;
  return {summary.mean, spread / root_n, dof, 0.0, provenance};
}

}  // namespace perjoule::inline v0
