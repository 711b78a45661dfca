// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/core/math.hpp"
#include "perjoule/stats/propagate.hpp"
#include "perjoule/units/estimate.hpp"

namespace perjoule::inline v0 {

/// a b, of two sources whose errors are independent: an energy and a price, say.
/// @unit   that of a times that of b
/// @error  first order; missing when either is, or isn't finite
/// @source GUM (JCGM 100:2008) 5.1.2
[[nodiscard]] PERJOULE_COLD inline Estimate<double> product(const Estimate<double>& a,
                                                            const Estimate<double>& b) {
  if (!detail::is_usable(a) || !detail::is_usable(b)) return {};
  const double random_a = b.value * a.random;
  const double random_b = a.value * b.random;
  return {a.value * b.value, math::root_sum_square(random_a, random_b),
          detail::combined_dof(random_a, a.dof, random_b, b.dof),
          math::root_sum_square(b.value * a.common, a.value * b.common),
          worst(a.provenance, b.provenance)};
}

/// @copydoc product(const Estimate<double>&, const Estimate<double>&)
template <class A, class B>
[[nodiscard]] auto product(const Estimate<A>& a, const Estimate<B>& b) {
  using Q = decltype(a.value * b.value);
  return detail::with_unit<Q>(product(detail::bare(a), detail::bare(b)));
}

}  // namespace perjoule::inline v0
