// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/stats/random.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE std::vector<std::size_t> random_permutation(std::size_t count, std::uint64_t seed) {
  std::vector<std::size_t> order(count);
  Random random(seed);
  for (std::size_t i = 0; i < order.size(); ++i) {
    const auto place = static_cast<std::size_t>(random.below(i + 1));
    order[i] = order[place];
    order[place] = i;
  }
  return order;
}

}  // namespace perjoule::inline v0::detail
