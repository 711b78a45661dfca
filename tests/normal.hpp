// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cmath>
#include <cstdint>

#include "perjoule/stats/random.hpp"

/// Normal numbers from a seed, by Box and Muller, for the simulations.
class Normal {
 public:
  explicit Normal(std::uint64_t seed) : random_(seed) {}

  double operator()(double mean, double standard_deviation) {
    const double radius = std::sqrt(-2.0 * std::log(1.0 - random_.uniform()));
    const double angle = 6.283185307179586 * random_.uniform();
    return mean + standard_deviation * radius * std::cos(angle);
  }

 private:
  perjoule::Random random_;
};
