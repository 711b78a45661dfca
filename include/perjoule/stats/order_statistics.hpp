// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstdint>

#include "perjoule/core/config.hpp"
#include "perjoule/core/expects.hpp"
#include "perjoule/core/math.hpp"
#include "perjoule/stats/student_t.hpp"
#include "perjoule/units/estimate.hpp"

namespace perjoule::inline v0 {

namespace detail {

/// The least number of successes that is not exceeded in more than a `share` of all cases.
/// @param p  of a success in one trial
/// @unit   p and share: a share of 1
/// @error  exact up to a million trials; beyond them a normal approximation, off by one
/// @source quantile of the binomial distribution
[[nodiscard]] PERJOULE_COLD inline std::uint64_t binomial_quantile(std::uint64_t trials, double p,
                                                                   double share) {
  const auto n = static_cast<double>(trials);
  if (trials > 1'000'000) {
    const double z = t_quantile(share, known_dof);
    return static_cast<std::uint64_t>(n * p + z * math::square_root(n * p * (1.0 - p)) + 0.5);
  }
  // In logarithms, for (1 - p)^n may be below the smallest double.
  double log_term = n * math::logarithm(1.0 - p);
  double sum = 0.0;
  for (std::uint64_t k = 0; k < trials; ++k) {
    sum += math::exponential(log_term);
    if (sum > share) return k;
    const auto done = static_cast<double>(k);
    log_term += math::logarithm((n - done) / (done + 1.0) * p / (1.0 - p));
  }
  return trials;
}

}  // namespace detail

/// Whether so many values are enough to speak of their p-quantile: the largest of them must be no
/// less in 99 of 100 samples.
/// @unit   p is a share of 1, 0.5 or more
/// @source MLPerf inference rules, early stopping: 44 values for p = .90, 459 for .99
[[nodiscard]] PERJOULE_COLD inline bool is_quantile_bounded(std::uint64_t values, double p) {
  PERJOULE_EXPECTS(p >= 0.5 && p < 1.0);
  return detail::binomial_quantile(values, 1.0 - p, 0.01) != 0;
}

/// Places in an ascending sample, from 1.
struct Ranks {
  std::uint64_t low = 0;
  std::uint64_t high = 0;
};

/// Between which values of a sample the p-quantile lies, whatever their distribution is.
/// @unit   p and level: a share of 1
/// @shape  enough values that is_quantile_bounded
/// @error  covers with probability `level` or more, where values do not depend on each other
/// @source David and Nagaraja, Order Statistics (2003), 7.1
[[nodiscard]] PERJOULE_COLD inline Ranks quantile_ranks(std::uint64_t values, double p,
                                                        double level = 0.95) {
  PERJOULE_EXPECTS(is_quantile_bounded(values, p));
  const double each = 0.5 * (1.0 - level);
  return {values - detail::binomial_quantile(values, 1.0 - p, 1.0 - each),
          values + 1 - detail::binomial_quantile(values, 1.0 - p, each)};
}

}  // namespace perjoule::inline v0
