// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <cstdint>

#include "perjoule/core/buffer.hpp"
#include "perjoule/core/expects.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/stats/quantile.hpp"
#include "perjoule/stats/random.hpp"
#include "perjoule/stats/sort.hpp"
#include "perjoule/units/interval.hpp"

namespace perjoule::inline v0 {

/// The percentile interval of a statistic over resamples of independent values, for statistics that
/// have no formula. The same seed gives the same interval on every machine.
///
/// @param statistic  View<double> -> double
/// @unit   that of the statistic
/// @shape  sample: at least two values
/// @error  for a mean of 20 values it covers about .93 at a nominal .95, like every percentile
///         bootstrap: it is too short by a factor of sqrt((n - 1)/n) and takes the normal for the t
/// @source Efron and Tibshirani, An Introduction to the Bootstrap (1993), chapter 13
template <class Statistic>
[[nodiscard]] Interval<double> bootstrap_interval(View<double> sample, Statistic statistic,
                                                  std::uint64_t seed, std::size_t resamples = 2000,
                                                  double level = 0.95) {
  PERJOULE_EXPECTS(sample.size() >= 2 && resamples >= 100);
  Random random(seed);
  Buffer<double> drawn(sample.size());
  Buffer<double> statistics(resamples);
  for (double& value : statistics) {
    for (double& x : drawn) x = sample[static_cast<std::size_t>(random.below(sample.size()))];
    value = statistic(View<double>(drawn));
  }
  detail::sort(statistics.data(), statistics.size());
  const double tail = 0.5 * (1.0 - level);
  return {quantile_of_sorted(statistics, tail), quantile_of_sorted(statistics, 1.0 - tail), level,
          IntervalMethod::bootstrap};
}

}  // namespace perjoule::inline v0
