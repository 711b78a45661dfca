// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cmath>

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/math.hpp"
#include "perjoule/stats/distributions.hpp"
#include "perjoule/stats/proportion_interval.hpp"

namespace perjoule::inline v0 {

PERJOULE_INLINE Interval<double> wilson_interval(std::size_t successes, std::size_t trials,
                                                 double level) {
  PERJOULE_EXPECTS(trials > 0 && successes <= trials);
  const auto n = static_cast<double>(trials);
  const double p = static_cast<double>(successes) / n;
  const double z = t_quantile(0.5 * (1.0 + level), infinite_dof);
  const double shrink = 1.0 + z * z / n;
  const double centre = (p + z * z / (2.0 * n)) / shrink;
  const double half = z / shrink * std::sqrt(p * (1.0 - p) / n + z * z / (4.0 * n * n));
  // At 0 and n successes one end is exact, where the formula would leave a rounding error.
  return {successes == 0 ? 0.0 : centre - half, successes == trials ? 1.0 : centre + half, level,
          IntervalMethod::wilson};
}

}  // namespace perjoule::inline v0

namespace perjoule::inline v0::detail {

PERJOULE_INLINE double beta_quantile(double p, double a, double b) {
  double low = 0.0;
  double high = 1.0;
  for (int i = 0; i < 200 && high - low > 1e-14 * high; ++i) {
    const double middle = 0.5 * (low + high);
    (incomplete_beta(a, b, middle) < p ? low : high) = middle;
  }
  return 0.5 * (low + high);
}

PERJOULE_INLINE Interval<double> clopper_pearson(double successes, double trials, double level) {
  const double tail = 0.5 * (1.0 - level);
  const double failures = trials - successes;
  return {successes <= 0.0 ? 0.0 : beta_quantile(tail, successes, failures + 1.0),
          failures <= 0.0 ? 1.0 : beta_quantile(1.0 - tail, successes + 1.0, failures), level,
          IntervalMethod::clopper_pearson};
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE Interval<double> clopper_pearson_interval(std::size_t successes, std::size_t trials,
                                                          double level) {
  PERJOULE_EXPECTS(trials > 0 && successes <= trials && level > 0.0 && level < 1.0);
  return detail::clopper_pearson(static_cast<double>(successes), static_cast<double>(trials),
                                 level);
}

}  // namespace perjoule::inline v0
