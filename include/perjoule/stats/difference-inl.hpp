// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/core/math.hpp"
#include "perjoule/stats/difference.hpp"
#include "perjoule/stats/propagate.hpp"
#include "perjoule/units/provenance.hpp"

namespace perjoule::inline v0 {

PERJOULE_INLINE Estimate<double> difference(const Estimate<double>& a, const Estimate<double>& b,
                                            const Covariance& covariance) {
  if (!detail::is_usable(a) || !detail::is_usable(b)) return {};
  detail::expect_possible(covariance, a, b);
  const bool independent = math::absolute(covariance.random) <= 0.0;
  return {a.value - b.value,
          detail::uncertainty_of_difference(a.random, b.random, covariance.random),
          independent ? detail::combined_dof(a.random, a.dof, b.random, b.dof)
                      : detail::smaller_dof(a, b),
          detail::uncertainty_of_difference(a.common, b.common, covariance.common),
          worst(a.provenance, b.provenance)};
}

}  // namespace perjoule::inline v0
