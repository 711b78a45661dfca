// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>

#include "perjoule/core/config.hpp"
#include "perjoule/core/expects.hpp"
#include "perjoule/core/math.hpp"
#include "perjoule/stats/student_t.hpp"
#include "perjoule/units/interval.hpp"

namespace perjoule::inline v0 {

/// The score interval of a proportion. Unlike p ± z sqrt(p(1 - p)/n) it has a width at 0 of n and n
/// of n, and never leaves [0, 1].
/// @unit   a share of 1
/// @error  covers .95 on average over p; for a single p between .93 and .97 at n >= 10
/// @source Wilson, J. Amer. Statist. Assoc. 22 (1927) 209
[[nodiscard]] PERJOULE_COLD inline Interval<double> wilson_interval(std::size_t successes,
                                                                    std::size_t trials,
                                                                    double level = 0.95) {
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
