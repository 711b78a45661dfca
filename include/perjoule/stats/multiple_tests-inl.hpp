// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/core/expects.hpp"
#include "perjoule/core/missing.hpp"
#include "perjoule/stats/multiple_tests.hpp"
#include "perjoule/stats/sort.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE Buffer<PlacedP> ascending(View<double> p_values) {
  Buffer<PlacedP> placed;
  for (std::size_t i = 0; i < p_values.size(); ++i) {
    PERJOULE_EXPECTS(is_finite(p_values[i]) && p_values[i] >= 0.0 && p_values[i] <= 1.0);
    placed.push_back({p_values[i], i});
  }
  sort(placed.data(), placed.size());
  return placed;
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE Buffer<double> holm(View<double> p_values) {
  const Buffer<detail::PlacedP> placed = detail::ascending(p_values);
  Buffer<double> adjusted(placed.size());
  double least = 0.0;
  for (std::size_t i = 0; i < placed.size(); ++i) {
    const double p = placed[i].p * static_cast<double>(placed.size() - i);
    least = p > least ? p : least;
    adjusted[placed[i].place] = least < 1.0 ? least : 1.0;
  }
  return adjusted;
}

PERJOULE_INLINE Buffer<double> benjamini_hochberg(View<double> p_values) {
  const Buffer<detail::PlacedP> placed = detail::ascending(p_values);
  Buffer<double> adjusted(placed.size());
  double most = 1.0;
  for (std::size_t i = placed.size(); i > 0; --i) {
    const double p = placed[i - 1].p * static_cast<double>(placed.size()) / static_cast<double>(i);
    most = p < most ? p : most;
    adjusted[placed[i - 1].place] = most;
  }
  return adjusted;
}

}  // namespace perjoule::inline v0
