// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>

#include "perjoule/core/buffer.hpp"
#include "perjoule/core/config.hpp"
#include "perjoule/core/expects.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/score/field.hpp"
#include "perjoule/score/joint_draws.hpp"
#include "perjoule/score/pareto.hpp"

namespace perjoule::inline v0 {

/// How probable it is of each contender that none dominates it. Like the front it orders nobody.
/// @unit   a share of 1
/// @shape  result: [contenders]
/// @error  see JointDraws
/// @source the share of the draws in which it is on the front
[[nodiscard]] PERJOULE_COLD inline Buffer<double> probability_on_front(const JointDraws& draws) {
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

/// How probable it is that contender `a` is as good as `b` by every axis and better by one.
/// @unit   a share of 1
/// @error  see JointDraws
/// @source the share of the draws in which it does
[[nodiscard]] PERJOULE_COLD inline double probability_dominates(const JointDraws& draws,
                                                                std::size_t a, std::size_t b) {
  PERJOULE_EXPECTS(a < draws.contenders() && b < draws.contenders());
  std::size_t times = 0;
  for (std::size_t k = 0; k < draws.size(); ++k) {
    times += dominates(draws[k][a], draws[k][b]) ? 1 : 0;
  }
  return static_cast<double>(times) / static_cast<double>(draws.size());
}

}  // namespace perjoule::inline v0
