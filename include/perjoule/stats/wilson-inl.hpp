// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/core/expects.hpp"
#include "perjoule/core/math.hpp"
#include "perjoule/stats/student_t.hpp"
#include "perjoule/stats/wilson.hpp"
#include "perjoule/units/estimate.hpp"

namespace perjoule::inline v0 {

PERJOULE_INLINE Interval<double> wilson_interval(std::size_t successes, std::size_t trials,
                                                 double level) {
  PERJOULE_EXPECTS(trials > 0 && successes <= trials);
  const auto n = static_cast<double>(trials);
  const double p = static_cast<double>(successes) / n;
  const double z = t_quantile(0.5 * (1.0 + level), known_dof);
  const double shrink = 1.0 + z * z / n;
  const double centre = (p + z * z / (2.0 * n)) / shrink;
  const double half = z / shrink * math::square_root(p * (1.0 - p) / n + z * z / (4.0 * n * n));
  // The ends are exact where the formula cancels to within rounding of them.
  return {successes == 0 ? 0.0 : centre - half, successes == trials ? 1.0 : centre + half, level,
          IntervalMethod::wilson};
}

}  // namespace perjoule::inline v0
