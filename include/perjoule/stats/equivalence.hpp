// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstdint>

#include "perjoule/core/config.hpp"
#include "perjoule/core/missing.hpp"
#include "perjoule/core/version.hpp"
#include "perjoule/units/estimate.hpp"

namespace perjoule::inline v0 {

/// Whether a difference lies within a margin.
enum class WithinMargin : std::uint8_t {
  shown,         ///< it does, and an error of that is as rare as alpha
  inconclusive,  ///< the data leave both possible
  refuted,       ///< it lies beyond, and an error of that is as rare as alpha
  missing,       ///< there is no difference to look at
};

[[nodiscard]] constexpr const char* name(WithinMargin verdict) noexcept {
  switch (verdict) {
    case WithinMargin::shown:
      return "shown";
    case WithinMargin::inconclusive:
      return "inconclusive";
    case WithinMargin::refuted:
      return "refuted";
    case WithinMargin::missing:
      break;
  }
  return "missing";
}

/// What a test against a margin says. That a difference is not significant shows nothing: a test
/// with few items never finds one.
struct MarginTest {
  /// Of a difference at or below -margin.
  /// @unit a share of 1
  double p_lower = detail::no_number();
  /// Of a difference at or above +margin; no number in a test of non-inferiority.
  /// @unit a share of 1
  double p_upper = detail::no_number();
  /// Of a difference outside the margin: the larger of the two.
  /// @unit a share of 1
  double p_value = detail::no_number();
  WithinMargin verdict = WithinMargin::missing;
};

namespace detail {

/// Of a difference that is at or below a bound, under which the estimate is seldom so far above it;
/// a value without uncertainty is above or not.
/// @unit   a share of 1
/// @source one-sided t test
[[nodiscard]] double p_at_most(const Estimate<double>& difference, double bound);

}  // namespace detail

/// Whether a model is no worse than another by as much as a margin: candidate - reference, of what
/// is better where it is larger. Of what is better where it is smaller, pass reference - candidate.
/// A margin of 0 asks whether it is better.
/// @unit   difference and margin: one unit; alpha and p-values: a share of 1
/// @error  one-sided: `shown` where the lower end of the interval at level 1 - 2 alpha lies above
///         -margin, `refuted` where its upper end lies below; a missing difference is missing
/// @source Wellek, Testing Statistical Hypotheses of Equivalence and Noninferiority (2010), 2.1;
///         t with the effective degrees of freedom of the estimate
[[nodiscard]] MarginTest non_inferiority(const Estimate<double>& difference, double margin,
                                         double alpha = 0.05);

/// Whether two models differ by less than a margin either way: two one-sided tests, each at alpha.
/// @unit   difference and margin: one unit; alpha and p-values: a share of 1
/// @error  `shown` where the interval at level 1 - 2 alpha lies within the margin, `refuted` where
///         it lies outside; a missing difference is missing
/// @source Schuirmann, Journal of Pharmacokinetics and Biopharmaceutics 15 (1987) 657
[[nodiscard]] MarginTest equivalence(const Estimate<double>& difference, double margin,
                                     double alpha = 0.05);

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/stats/equivalence-inl.hpp"
#endif
