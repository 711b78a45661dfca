// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/core/expects.hpp"
#include "perjoule/core/math.hpp"
#include "perjoule/stats/summary.hpp"

namespace perjoule::inline v0 {

PERJOULE_INLINE Summary summarize(View<double> sample) noexcept {
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

PERJOULE_INLINE Estimate<double> mean_of_independent(View<double> sample,
                                                     Provenance provenance) noexcept {
  if (sample.size() < 2) return {};
  const Summary summary = summarize(sample);
  const auto n = static_cast<double>(summary.n);
  return {summary.mean, summary.standard_deviation / math::square_root(n), n - 1.0, 0.0,
          provenance};
}

}  // namespace perjoule::inline v0
