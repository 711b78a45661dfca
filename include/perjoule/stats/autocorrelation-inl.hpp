// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/stats/autocorrelation.hpp"
#include "perjoule/stats/summary.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE double lagged_products(View<double> sample, double mean, std::size_t lag) noexcept {
  double sum = 0.0;
  for (std::size_t i = lag; i < sample.size(); ++i) {
    sum += (sample[i] - mean) * (sample[i - lag] - mean);
  }
  return sum;
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE double autocorrelation_time(View<double> sample) noexcept {
  if (sample.size() < detail::least_for_autocorrelation) return 1.0;
  const auto n = static_cast<double>(sample.size());
  const double most = 0.25 * n;
  const double mean = summarize(sample).mean;
  const double squares = detail::lagged_products(sample, mean, 0);
  if (squares <= 0.0) return 1.0;

  const double biased = detail::lagged_products(sample, mean, 1) / squares;
  const double p = biased + (1.0 + 3.0 * biased) / n;
  const double of_neighbours = p < 1.0 ? (1.0 + p) / (1.0 - p) : most;

  double pairs = 0.0;
  double last = n;
  for (std::size_t lag = 0; lag + 1 < sample.size(); lag += 2) {
    const double pair = (detail::lagged_products(sample, mean, lag) +
                         detail::lagged_products(sample, mean, lag + 1)) /
                        squares;
    if (pair <= 0.0) break;
    last = pair < last ? pair : last;
    pairs += last;
  }
  const double of_all = 2.0 * pairs - 1.0;

  const double time = of_neighbours > of_all ? of_neighbours : of_all;
  if (time > most) return most;
  return time > 1.0 ? time : 1.0;
}

}  // namespace perjoule::inline v0
