// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cmath>

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/stats/correlation_interval.hpp"
#include "perjoule/stats/distributions.hpp"

namespace perjoule::inline v0 {

PERJOULE_INLINE Interval<double> fisher_z_interval(double r, double u, double level) {
  // Rounding leaves a correlation of 1 a little below it.
  constexpr double rounding = 1e-14;
  if (!(std::abs(r) < 1.0 - rounding)) return {};
  const double half = normal_quantile(0.5 * (1.0 + level)) * u;
  const double z = std::atanh(r);
  return {std::tanh(z - half), std::tanh(z + half), level, IntervalMethod::fisher_z};
}

PERJOULE_INLINE double pearson_z_uncertainty(std::size_t pairs) {
  PERJOULE_EXPECTS(pairs >= 4);
  return 1.0 / std::sqrt(static_cast<double>(pairs) - 3.0);
}

PERJOULE_INLINE double spearman_z_uncertainty(double r, std::size_t pairs) {
  return std::sqrt(1.0 + 0.5 * r * r) * pearson_z_uncertainty(pairs);
}

}  // namespace perjoule::inline v0
