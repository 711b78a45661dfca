// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/expects.hpp"
#include "perjoule/core/math.hpp"
#include "perjoule/core/version.hpp"
#include "perjoule/stats/random.hpp"

namespace perjoule::inline v0 {

/// A Student t with so many degrees of freedom, drawn; with `known_dof` a normal number. The same
/// seed gives the same numbers on every machine, to the last digits of its logarithm.
/// @param dof  at least 1
/// @unit   none
/// @source Bailey, Mathematics of Computation 62 (1994) 779: the polar method, which takes any dof
[[nodiscard]] inline double student_draw(Random& random, double dof) {
  PERJOULE_EXPECTS(dof >= 1.0);
  for (;;) {
    const double x = 2.0 * random.uniform() - 1.0;
    const double y = 2.0 * random.uniform() - 1.0;
    const double w = x * x + y * y;
    if (w <= 0.0 || w >= 1.0) continue;
    const double growth = math::exponential(-2.0 / dof * math::logarithm(w)) - 1.0;
    return x * math::square_root(dof * growth / w);
  }
}

}  // namespace perjoule::inline v0
