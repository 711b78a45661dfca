// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/core/math.hpp"
#include "perjoule/stats/mcnemar.hpp"
#include "perjoule/stats/student_t.hpp"

namespace perjoule::inline v0 {

PERJOULE_INLINE McNemar mcnemar(std::size_t only_a, std::size_t only_b) {
  if (only_a + only_b == 0) return {};
  const auto fewer = static_cast<double>(only_a < only_b ? only_a : only_b);
  const auto n = static_cast<double>(only_a + only_b);
  const double log_seen = math::log_gamma(n + 1.0) - math::log_gamma(fewer + 1.0) -
                          math::log_gamma(n - fewer + 1.0) - n * 0.69314718055994530942;
  const double seen = math::exponential(log_seen);
  // The middle is one outcome of n + 1 and not two.
  if (only_a == only_b) return {1.0, 1.0 - 0.5 * seen};
  const double exact = 2.0 * detail::incomplete_beta(n - fewer, fewer + 1.0, 0.5);
  return {exact, exact - seen};
}

}  // namespace perjoule::inline v0
