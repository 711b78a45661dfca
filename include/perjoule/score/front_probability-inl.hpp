// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/core/expects.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/score/front_probability.hpp"
#include "perjoule/score/pareto.hpp"

namespace perjoule::inline v0 {

PERJOULE_INLINE Buffer<double> probability_on_front(const JointDraws& draws) {
  detail::FrontFinder finder;
  Buffer<std::size_t> times(draws.contenders());
  for (std::size_t k = 0; k < draws.size(); ++k) {
    const View<bool> on_front = finder.find(draws[k]);
    for (std::size_t i = 0; i < times.size(); ++i) times[i] += on_front[i] ? 1 : 0;
  }
  Buffer<double> probability(times.size());
  for (std::size_t i = 0; i < times.size(); ++i) {
    probability[i] = static_cast<double>(times[i]) / static_cast<double>(draws.size());
  }
  return probability;
}

PERJOULE_INLINE double probability_dominates(const JointDraws& draws, std::size_t a,
                                             std::size_t b) {
  PERJOULE_EXPECTS(a < draws.contenders() && b < draws.contenders());
  std::size_t times = 0;
  for (std::size_t k = 0; k < draws.size(); ++k) {
    times += dominates(draws[k][a], draws[k][b]) ? 1 : 0;
  }
  return static_cast<double>(times) / static_cast<double>(draws.size());
}

}  // namespace perjoule::inline v0
