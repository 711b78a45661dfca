// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/missing.hpp"
#include "perjoule/stats/covariance.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE void expect_possible(const Covariance& covariance, const Estimate<double>& a,
                                     const Estimate<double>& b) {
  constexpr double rounding = 1.0 + 1e-9;
  const bool finite = is_finite(covariance.random) && is_finite(covariance.common);
  if (finite && math::absolute(covariance.random) <= a.random * b.random * rounding &&
      math::absolute(covariance.common) <= a.common * b.common * rounding) {
    return;
  }
  fail("a covariance is larger than both uncertainties allow", "two estimates",
       "pass the covariance of the two means (of single items, over their number), in the units of "
       "both, and none of a part that has no uncertainty");
}

}  // namespace perjoule::inline v0::detail
