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
/// @error two passes, so that a small scatter about a large mean isn't lost to cancellation; the
///        mean of equal values is that value, to the last digit, and their deviation 0
/// @source GUM (JCGM 100:2008) 4.2.1 and 4.2.2
[[nodiscard]] PERJOULE_COLD inline Summary summarize(View<double> sample) noexcept {
  PERJOULE_EXPECTS(!sample.empty());
  const auto n = static_cast<double>(sample.size());
  double above = 0.0;  // the first value, so that rounding makes no scatter of equal ones
  for (const double x : sample) above += x - sample[0];
  Summary summary{sample.size(), sample[0] + above / n, 0.0};
  if (summary.n == 1) return summary;
  double squares = 0.0;
  for (const double x : sample) squares += math::square(x - summary.mean);
  summary.standard_deviation = math::square_root(squares / (n - 1.0));
  return summary;
}

/// The mean of independent values as an estimate.
/// @unit  that of the sample
/// @error random = s/sqrt(n) with n - 1 degrees of freedom; common = 0; missing for fewer than two
///        values, which tell nothing of their scatter
/// @source GUM (JCGM 100:2008) 4.2.3
[[nodiscard]] PERJOULE_COLD inline Estimate<double> mean_of_independent(
    View<double> sample, Provenance provenance) noexcept {
  if (sample.size() < 2) return {};
  const Summary summary = summarize(sample);
  const auto n = static_cast<double>(summary.n);
  return {summary.mean, summary.standard_deviation / math::square_root(n), n - 1.0, 0.0,
          provenance};
}

}  // namespace perjoule::inline v0
