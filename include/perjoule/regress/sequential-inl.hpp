// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/regress/sequential.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE double least_p_value(std::size_t first, std::size_t second) noexcept {
  double ways = 1.0;
  for (std::size_t i = 1; i <= second; ++i) {
    ways *= static_cast<double>(first + i) / static_cast<double>(i);
  }
  return 1.0 / ways;
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE std::vector<Look> plan_looks(std::size_t processes, double alpha,
                                             std::size_t tests) {
  PERJOULE_EXPECTS(processes > 0 && alpha > 0.0 && alpha < 1.0 && tests > 0);
  std::size_t first = (processes + 1) / 2;
  const double at_first = 0.4 * alpha / static_cast<double>(tests);
  while (first < processes && detail::least_p_value(first, first) > at_first) ++first;
  const std::size_t second = (7 * processes + 9) / 10;
  if (first >= processes) return {{processes, alpha}};
  if (first >= second) return {{first, 0.5 * alpha}, {processes, 0.5 * alpha}};
  return {{first, 0.4 * alpha}, {second, 0.2 * alpha}, {processes, 0.4 * alpha}};
}

}  // namespace perjoule::inline v0
