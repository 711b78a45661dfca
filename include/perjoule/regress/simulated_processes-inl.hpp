// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cmath>

#include "perjoule/core/config.hpp"
#include "perjoule/regress/simulated_processes.hpp"
#include "perjoule/units/estimate.hpp"

namespace perjoule::inline v0 {

PERJOULE_INLINE std::vector<char> abba_order(std::size_t processes) {
  std::vector<char> is_new(2 * processes);
  for (std::size_t i = 0; i < is_new.size(); ++i) is_new[i] = i % 4 == 1 || i % 4 == 2 ? 1 : 0;
  return is_new;
}

PERJOULE_INLINE std::vector<ProcessValue> simulate_processes(ProcessNoise noise,
                                                             const std::vector<char>& is_new,
                                                             double change, Random& random) {
  const auto normal = [&](double deviation) {
    return deviation * draw_student_t(random, infinite_dof);
  };
  std::vector<ProcessValue> processes;
  double state = normal(0.01);
  for (std::size_t i = 0; i < is_new.size(); ++i) {
    double x = is_new[i] != 0 ? std::log1p(change) : 0.0;
    switch (noise) {
      case ProcessNoise::independent:
        x += normal(0.01);
        break;
      case ProcessNoise::outliers:
        x += normal(0.01);
        if (random.uniform() < 0.1) x += std::log1p(-0.3 * std::log1p(-random.uniform()));
        break;
      case ProcessNoise::correlated:
        x += state;
        state = 0.8 * state + normal(0.01 * 0.6);
        break;
      case ProcessNoise::drift:
        x += normal(0.01) +
             std::log1p(0.03 * static_cast<double>(i) / static_cast<double>(is_new.size() - 1));
        break;
      case ProcessNoise::bimodal:
        x += normal(0.005) + (random.uniform() < 0.3 ? std::log1p(0.03) : 0.0);
        break;
      case ProcessNoise::offset:
        x += normal(0.01) + normal(0.005);
        break;
    }
    processes.push_back({std::exp(x), is_new[i] != 0});
  }
  return processes;
}

}  // namespace perjoule::inline v0
