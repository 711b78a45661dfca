// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/units/dimension.hpp"
#include "perjoule/units/estimate.hpp"
#include "perjoule/units/quantity.hpp"

namespace perjoule::inline v0 {

/// a b, of two sources whose errors are independent: an energy and a price, say.
/// @unit   that of a times that of b
/// @error  first order; missing when either is, or isn't finite
/// @source GUM (JCGM 100:2008) 5.1.2
[[nodiscard]] Estimate<double> product(const Estimate<double>& a, const Estimate<double>& b);

/// @copydoc product(const Estimate<double>&, const Estimate<double>&)
template <class A, class B>
[[nodiscard]] auto product(const Estimate<A>& a, const Estimate<B>& b) {
  using Q = decltype(a.value * b.value);
  return detail::with_unit<Q>(product(detail::bare(a), detail::bare(b)));
}

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/stats/product-inl.hpp"
#endif
