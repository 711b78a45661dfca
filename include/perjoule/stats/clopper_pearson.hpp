// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>

#include "perjoule/core/config.hpp"
#include "perjoule/core/expects.hpp"
#include "perjoule/stats/student_t.hpp"
#include "perjoule/units/interval.hpp"

namespace perjoule::inline v0 {

namespace detail {

/// The x that a beta variable stays below with probability p.
/// @unit   none; p in (0, 1)
/// @error  1e-8 relative for a + b up to 1e6, and 1e-12 below a thousand
/// @source inverted from incomplete_beta by bisection
[[nodiscard]] PERJOULE_COLD inline double beta_quantile(double p, double a, double b) {
  double low = 0.0;
  double high = 1.0;
  for (int i = 0; i < 200 && high - low > 1e-14 * high; ++i) {
    const double middle = 0.5 * (low + high);
    (incomplete_beta(a, b, middle) < p ? low : high) = middle;
  }
  return 0.5 * (low + high);
}

/// @copydoc clopper_pearson_interval
/// Successes need not be a whole number: AUROC counts half a success for a tie.
[[nodiscard]] PERJOULE_COLD inline Interval<double> clopper_pearson(double successes, double trials,
                                                                    double level) {
  const double tail = 0.5 * (1.0 - level);
  const double failures = trials - successes;
  return {successes <= 0.0 ? 0.0 : beta_quantile(tail, successes, failures + 1.0),
          failures <= 0.0 ? 1.0 : beta_quantile(1.0 - tail, successes + 1.0, failures), level,
          IntervalMethod::clopper_pearson};
}

}  // namespace detail

/// The exact interval of a proportion: all p under which so many successes or fewer, and so many or
/// more, have at least (1 - level)/2 of all cases. It is wider than Wilson's (wilson.hpp), which is
/// right on average: for a claim that has to hold for each p.
/// @unit   a share of 1
/// @error  covers with `level` or more for every p; at n = 20 with .97 on average
/// @source Clopper and Pearson, Biometrika 26 (1934) 404; the ends as quantiles of beta
///         distributions
[[nodiscard]] PERJOULE_COLD inline Interval<double> clopper_pearson_interval(std::size_t successes,
                                                                             std::size_t trials,
                                                                             double level = 0.95) {
  PERJOULE_EXPECTS(trials > 0 && successes <= trials && level > 0.0 && level < 1.0);
  return detail::clopper_pearson(static_cast<double>(successes), static_cast<double>(trials),
                                 level);
}

}  // namespace perjoule::inline v0
