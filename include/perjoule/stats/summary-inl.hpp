// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cmath>

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/math.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/stats/summary.hpp"

namespace perjoule::inline v0 {

PERJOULE_INLINE Summary summarize(View<double> sample) noexcept {
  PERJOULE_EXPECTS(!sample.empty());
  const auto n = static_cast<double>(sample.size());
  double above =
      0.0;  // relative to the first value, so that rounding adds no scatter to equal values
  for (const double x : sample) above += x - sample[0];
  Summary summary{sample.size(), sample[0] + above / n, 0.0};
  if (summary.n == 1) return summary;
  double squares = 0.0;
  for (const double x : sample) squares += detail::square(x - summary.mean);
  summary.standard_deviation = std::sqrt(squares / (n - 1.0));
  return summary;
}

PERJOULE_INLINE Estimate<double> mean_of_independent(View<double> sample,
                                                     Provenance provenance) noexcept {
  if (sample.size() < 2) return {};
  const Summary summary = summarize(sample);
  const auto n = static_cast<double>(summary.n);
  return {summary.mean, summary.standard_deviation / std::sqrt(n), n - 1.0, 0.0, provenance};
}

}  // namespace perjoule::inline v0

namespace perjoule::inline v0::detail {

PERJOULE_INLINE double autocovariance_sum(View<double> sample, double mean,
                                          std::size_t lag) noexcept {
  double sum = 0.0;
  for (std::size_t i = lag; i < sample.size(); ++i) {
    sum += (sample[i] - mean) * (sample[i - lag] - mean);
  }
  return sum;
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE double autocorrelation_time(View<double> sample) noexcept {
  if (sample.size() < detail::min_autocorrelation_samples) return 1.0;
  const auto n = static_cast<double>(sample.size());
  const double most = 0.25 * n;
  const double mean = summarize(sample).mean;
  const double squares = detail::autocovariance_sum(sample, mean, 0);
  if (squares <= 0.0) return 1.0;

  const double biased = detail::autocovariance_sum(sample, mean, 1) / squares;
  const double p = biased + (1.0 + 3.0 * biased) / n;
  const double of_neighbours = p < 1.0 ? (1.0 + p) / (1.0 - p) : most;

  double pairs = 0.0;
  double last = n;
  for (std::size_t lag = 0; lag + 1 < sample.size(); lag += 2) {
    const double pair = (detail::autocovariance_sum(sample, mean, lag) +
                         detail::autocovariance_sum(sample, mean, lag + 1)) /
                        squares;
    if (pair <= 0.0) break;
    last = pair < last ? pair : last;
    pairs += last;
  }
  const double of_all = 2.0 * pairs - 1.0;

  constexpr double few = 50.0;
  // The mean of the correlation of independent neighbours is -1/n.
  const bool is_plain = biased + 1.0 / n > 1.85 * std::sqrt((n - 2.0) / (n * (n - 1.0)));
  const double most_by_chance = n < few && !is_plain ? 1.45 + n / 40.0 : most;
  double time = of_neighbours > of_all ? of_neighbours : of_all;
  if (time > most_by_chance) time = most_by_chance;
  if (time > most) return most;
  return time > 1.0 ? time : 1.0;
}

PERJOULE_INLINE Estimate<double> mean_of_windows(View<double> windows, double resolution,
                                                 Provenance provenance) noexcept {
  if (windows.empty()) return {};
  const Summary summary = summarize(windows);
  if (summary.n == 1) return {summary.mean, detail::quiet_nan(), 0.0, 0.0, provenance};
  const auto n = static_cast<double>(summary.n);
  const double time = autocorrelation_time(windows);
  const double inflation = std::sqrt(time * (n - 1.0) / (n - time));
  const double scatter = summary.standard_deviation * inflation;
  const double root_n = std::sqrt(n);
  if (scatter <= resolution)
    return {summary.mean, resolution / root_n, infinite_dof, 0.0, provenance};
  return {summary.mean, scatter / root_n, detail::autocorrelated_dof(n, time), 0.0, provenance};
}

}  // namespace perjoule::inline v0
