// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/core/math.hpp"
#include "perjoule/stats/product.hpp"
#include "perjoule/stats/propagate.hpp"
#include "perjoule/units/provenance.hpp"

namespace perjoule::inline v0 {

PERJOULE_INLINE Estimate<double> product(const Estimate<double>& a, const Estimate<double>& b) {
  if (!detail::is_usable(a) || !detail::is_usable(b)) return {};
  const double random_a = b.value * a.random;
  const double random_b = a.value * b.random;
  return {a.value * b.value, math::root_sum_square(random_a, random_b),
          detail::combined_dof(random_a, a.dof, random_b, b.dof),
          math::root_sum_square(b.value * a.common, a.value * b.common),
          worst(a.provenance, b.provenance)};
}

}  // namespace perjoule::inline v0
