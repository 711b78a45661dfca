// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/expects.hpp"
#include "perjoule/core/line.hpp"
#include "perjoule/stats/paired_bootstrap.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE Buffer<double> side_by_side(View<double> a, View<double> b, std::size_t columns) {
  PERJOULE_EXPECTS(columns > 0 && a.size() % columns == 0 && b.size() % columns == 0);
  if (a.size() != b.size()) {
    fail("two models were not judged on the same items",
         text::format("one has %zu rows, the other %zu", a.size() / columns, b.size() / columns)
             .chars,
         "pass the rows of both in one order");
  }
  Buffer<double> both;
  for (std::size_t i = 0; i < a.size(); i += columns) {
    both.append({a.data() + i, columns});
    both.append({b.data() + i, columns});
  }
  return both;
}

PERJOULE_INLINE double share_below_zero(View<double> values) {
  std::size_t finite = 0;
  std::size_t below = 0;
  for (const double x : values) {
    if (!is_finite(x)) continue;
    ++finite;
    below += x < 0.0 ? 1 : 0;
  }
  return static_cast<double>(below) / static_cast<double>(finite);
}

}  // namespace perjoule::inline v0::detail
