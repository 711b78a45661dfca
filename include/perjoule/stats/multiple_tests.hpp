// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>

#include "perjoule/core/buffer.hpp"
#include "perjoule/core/config.hpp"
#include "perjoule/core/expects.hpp"
#include "perjoule/core/missing.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/stats/sort.hpp"

namespace perjoule::inline v0 {

namespace detail {

/// A p-value that remembers where it stood.
struct PlacedP {
  double p;
  std::size_t place;
  friend bool operator<(const PlacedP& a, const PlacedP& b) noexcept { return a.p < b.p; }
};

[[nodiscard]] PERJOULE_COLD inline Buffer<PlacedP> ascending(View<double> p_values) {
  Buffer<PlacedP> placed;
  for (std::size_t i = 0; i < p_values.size(); ++i) {
    PERJOULE_EXPECTS(is_finite(p_values[i]) && p_values[i] >= 0.0 && p_values[i] <= 1.0);
    placed.push_back({p_values[i], i});
  }
  sort(placed.data(), placed.size());
  return placed;
}

}  // namespace detail

/// p-values of several tests, each made so much larger that one at or below a level lets claim: the
/// probability of any false finding is at most that level, however the tests depend on each other.
/// It finds all that Bonferroni finds, and more.
/// @unit   a share of 1
/// @shape  in the order of the input
/// @source Holm, Scandinavian Journal of Statistics 6 (1979) 65
[[nodiscard]] PERJOULE_COLD inline Buffer<double> holm(View<double> p_values) {
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

/// p-values of several tests, each made so much larger that, of all at or below a level, the
/// expected share of false findings is at most that level: for many tests of which some may err.
/// @unit   a share of 1
/// @shape  in the order of the input
/// @error  holds for tests that are independent or depend positively, as those of models on the
/// same
///         items against one other do
/// @source Benjamini and Hochberg, J. Royal Statist. Soc. B 57 (1995) 289; Benjamini and Yekutieli,
///         Annals of Statistics 29 (2001) 1165
[[nodiscard]] PERJOULE_COLD inline Buffer<double> benjamini_hochberg(View<double> p_values) {
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
