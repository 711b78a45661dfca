// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>

#include "perjoule/core/buffer.hpp"
#include "perjoule/core/config.hpp"
#include "perjoule/core/view.hpp"

namespace perjoule::inline v0 {

namespace detail {

/// A p-value that remembers where it stood.
struct PlacedP {
  double p;
  std::size_t place;
  friend bool operator<(const PlacedP& a, const PlacedP& b) noexcept { return a.p < b.p; }
};

[[nodiscard]] Buffer<PlacedP> ascending(View<double> p_values);

}  // namespace detail

/// p-values of several tests, each made so much larger that one at or below a level lets claim: the
/// probability of any false finding is at most that level, however the tests depend on each other.
/// It finds all that Bonferroni finds, and more.
/// @unit   a share of 1
/// @shape  in the order of the input
/// @source Holm, Scandinavian Journal of Statistics 6 (1979) 65
[[nodiscard]] Buffer<double> holm(View<double> p_values);

/// p-values of several tests, each made so much larger that, of all at or below a level, the
/// expected share of false findings is at most that level: for many tests of which some may err.
/// @unit   a share of 1
/// @shape  in the order of the input
/// @error  holds for tests that are independent or depend positively, as those of models on the
/// same
///         items against one other do
/// @source Benjamini and Hochberg, J. Royal Statist. Soc. B 57 (1995) 289; Benjamini and Yekutieli,
///         Annals of Statistics 29 (2001) 1165
[[nodiscard]] Buffer<double> benjamini_hochberg(View<double> p_values);

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/stats/multiple_tests-inl.hpp"
#endif
