// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>

#include "perjoule/core/buffer.hpp"
#include "perjoule/core/expects.hpp"
#include "perjoule/core/version.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/stats/sort.hpp"

namespace perjoule::inline v0 {

/// The p-quantile of a sample, linear between order statistics.
/// @unit   that of the sample; 0 <= p <= 1
/// @shape  sample: at least one value, any order; sorted_sample: ascending
/// @source Hyndman and Fan, The American Statistician 50 (1996) 361, type 7 (NumPy's and R's
/// default)
[[nodiscard]] inline double quantile_of_sorted(View<double> sorted_sample, double p) {
  PERJOULE_EXPECTS(!sorted_sample.empty() && p >= 0.0 && p <= 1.0);
  const double position = p * static_cast<double>(sorted_sample.size() - 1);
  const auto below = static_cast<std::size_t>(position);
  if (below + 1 >= sorted_sample.size()) return sorted_sample[sorted_sample.size() - 1];
  const double part = position - static_cast<double>(below);
  return sorted_sample[below] + part * (sorted_sample[below + 1] - sorted_sample[below]);
}

/// @copydoc quantile_of_sorted
[[nodiscard]] inline double quantile(View<double> sample, double p) {
  Buffer<double> sorted(sample);
  detail::sort(sorted.data(), sorted.size());
  return quantile_of_sorted(sorted, p);
}

}  // namespace perjoule::inline v0
