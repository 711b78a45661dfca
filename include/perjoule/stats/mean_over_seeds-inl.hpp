// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cmath>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/math.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/stats/confidence.hpp"
#include "perjoule/stats/mean_over_seeds.hpp"
#include "perjoule/stats/summary.hpp"

namespace perjoule::inline v0 {

PERJOULE_INLINE Estimate<double> mean_over_seeds(View<Estimate<double>> seeds) {
  if (seeds.empty()) {
    detail::fail("a mean over no seeds", "mean_over_seeds", "pass the estimate of each seed");
  }
  std::vector<double> values;
  double variance = 0.0;  // that the items leave
  Provenance provenance = Provenance::measured;
  for (const Estimate<double>& seed : seeds) {
    if (!detail::is_known_and_finite(seed)) return {};
    values.push_back(seed.value);
    variance += detail::square(standard_uncertainty(seed)) / static_cast<double>(seeds.size());
    provenance = worst(provenance, seed.provenance);
  }
  const Summary between = summarize(values);
  const auto k = static_cast<double>(between.n);
  return {between.mean,
          between.n == 1 ? detail::quiet_nan() : between.standard_deviation / std::sqrt(k), k - 1.0,
          std::sqrt(variance), provenance};
}

}  // namespace perjoule::inline v0
