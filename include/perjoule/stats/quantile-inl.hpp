// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/math.hpp"
#include "perjoule/stats/distributions.hpp"
#include "perjoule/stats/quantile.hpp"
#include "perjoule/units/estimate.hpp"

namespace perjoule::inline v0 {

PERJOULE_INLINE double quantile_of_sorted(View<double> sorted_sample, double p) {
  PERJOULE_EXPECTS(!sorted_sample.empty() && p >= 0.0 && p <= 1.0);
  const double position = p * static_cast<double>(sorted_sample.size() - 1);
  const auto below = static_cast<std::size_t>(position);
  if (below + 1 >= sorted_sample.size()) return sorted_sample[sorted_sample.size() - 1];
  const double part = position - static_cast<double>(below);
  return std::lerp(sorted_sample[below], sorted_sample[below + 1], part);
}

PERJOULE_INLINE double quantile(View<double> sample, double p) {
  PERJOULE_EXPECTS(!sample.empty() && p >= 0.0 && p <= 1.0);
  // As quantile_of_sorted(), but only the two values in question have to find their places.
  std::vector<double> values(sample.begin(), sample.end());
  const double position = p * static_cast<double>(values.size() - 1);
  const auto below = values.begin() + static_cast<std::ptrdiff_t>(position);
  std::nth_element(values.begin(), below, values.end());
  if (below + 1 == values.end()) return *below;
  const double part = position - std::floor(position);
  return std::lerp(*below, *std::min_element(below + 1, values.end()), part);
}

}  // namespace perjoule::inline v0

namespace perjoule::inline v0::detail {

PERJOULE_INLINE std::uint64_t binomial_quantile(std::uint64_t trials, double p, double share) {
  const auto n = static_cast<double>(trials);
  if (trials > 1'000'000) {
    const double z = t_quantile(share, infinite_dof);
    return static_cast<std::uint64_t>(n * p + z * std::sqrt(n * p * (1.0 - p)) + 0.5);
  }
  // In logarithms, since (1 - p)^n may be below the smallest double.
  double log_term = n * std::log(1.0 - p);
  double sum = 0.0;
  for (std::uint64_t k = 0; k < trials; ++k) {
    sum += std::exp(log_term);
    if (sum > share) return k;
    const auto done = static_cast<double>(k);
    log_term += std::log((n - done) / (done + 1.0) * p / (1.0 - p));
  }
  return trials;
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE bool is_quantile_estimable(std::uint64_t values, double p) {
  PERJOULE_EXPECTS(p >= 0.5 && p < 1.0);
  return detail::binomial_quantile(values, 1.0 - p, 0.01) != 0;
}

PERJOULE_INLINE RankInterval quantile_ranks(std::uint64_t values, double p, double level) {
  PERJOULE_EXPECTS(is_quantile_estimable(values, p));
  const double each = 0.5 * (1.0 - level);
  return {values - detail::binomial_quantile(values, 1.0 - p, 1.0 - each),
          values + 1 - detail::binomial_quantile(values, 1.0 - p, each)};
}

}  // namespace perjoule::inline v0
