// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cmath>

#include "perjoule/core/config.hpp"
#include "perjoule/regress/simulated_nights.hpp"
#include "perjoule/units/estimate.hpp"

namespace perjoule::inline v0 {

PERJOULE_INLINE std::vector<double> simulated_nights(NightNoise noise, std::size_t nights,
                                                     Random& random) {
  const auto normal = [&random](double standard_deviation) {
    return standard_deviation * draw_student_t(random, infinite_dof);
  };
  std::vector<double> values;
  double kept = normal(0.01);
  double level = 0.0;
  for (std::size_t i = 0; i < nights; ++i) {
    double value = 0.0;
    switch (noise) {
      case NightNoise::independent:
      case NightNoise::outliers:
        value = normal(0.01);
        if (noise == NightNoise::outliers && random.uniform() < 0.03) {
          value += std::log(1.0 - 0.15 * std::log(1.0 - random.uniform()));
        }
        break;
      case NightNoise::autocorrelated:
        value = kept;
        kept = 0.7 * kept + normal(0.01 * std::sqrt(1.0 - 0.7 * 0.7));
        break;
      case NightNoise::two_levels:
        value = normal(0.005) + (random.uniform() < 0.3 ? std::log(1.03) : 0.0);
        break;
      case NightNoise::wandering:
        level += normal(0.001);
        value = level + normal(0.005);
        break;
    }
    values.push_back(std::exp(value));
  }
  return values;
}

PERJOULE_INLINE std::vector<double> with_shift(View<double> nights, std::size_t first,
                                               double ratio) {
  std::vector<double> values(nights.begin(), nights.end());
  for (std::size_t i = first; i < values.size(); ++i) values[i] *= ratio;
  return values;
}

}  // namespace perjoule::inline v0
