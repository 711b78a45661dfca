// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "perjoule/core/config.hpp"
#include "perjoule/core/nan.hpp"
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

[[nodiscard]] constexpr std::string_view name(WithinMargin verdict) noexcept {
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
  double p_lower = detail::quiet_nan();
  /// Of a difference at or above +margin; no number in a test of non-inferiority.
  /// @unit a share of 1
  double p_upper = detail::quiet_nan();
  /// Of a difference outside the margin: the larger of the two.
  /// @unit a share of 1
  double p_value = detail::quiet_nan();
  WithinMargin verdict = WithinMargin::missing;
};

namespace detail {

/// Of a difference that is at or below a bound, under which the estimate is seldom so far above it;
/// a value without uncertainty is above or not.
/// @unit   a share of 1
/// @source one-sided t test
[[nodiscard]] double one_sided_p_value(const Estimate<double>& difference, double bound);

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

/// What one expects of the differences of pairs before there are any: how many items does a claim
/// need? Margin, difference and standard deviation have one unit.
struct PairedDesign {
  /// Of non_inferiority() or equivalence().
  /// @unit that of the differences
  double margin = 0.0;
  /// The true mean difference.
  /// @unit that of the differences
  double difference = 0.0;
  /// Of the difference of a single pair.
  /// @unit that of the differences
  double standard_deviation = 0.0;
  double alpha = 0.05;  ///< one-sided. @unit a share of 1
};

/// The standard deviation of the difference of two models on one item, where an answer is right or
/// wrong: as accuracy is the mean of such, a plan for means serves.
/// @param only_a  probability that only one of them is right; likewise `only_b`
/// @unit   a share of 1
/// @source the variance of a variable that is 1, 0 or -1: a + b - (a - b)^2
[[nodiscard]] double paired_proportions_deviation(double only_a, double only_b);

namespace detail {

/// The probability that a t variable whose normal part has the mean `centre` is above t.
/// @unit   none
/// @error  .003 absolute from nine degrees of freedom on, .008 from five; for alpha down to .01
/// @source Abramowitz and Stegun 26.7.10
[[nodiscard]] double noncentral_t_upper_tail(double t, double dof, double centre) noexcept;

/// The probability that the difference is found above a bound that it lies `above` of.
/// @unit   a share of 1
/// @source Julious, Statistics in Medicine 23 (2004) 1921
[[nodiscard]] double power_above(const PairedDesign& plan, double above, std::size_t pairs);

/// The fewest pairs that have the power.
/// @throws Error where not even 2^40 pairs have it
[[nodiscard]] std::size_t min_sample_size(const PairedDesign& plan, double power,
                                          double (*power_of)(const PairedDesign&, std::size_t));

}  // namespace detail

/// How likely non_inferiority() is to be shown with so many pairs.
/// @unit   a share of 1
/// @error  .003 from ten pairs on and .008 from six, where differences are normal; alpha .01 to .05
/// @source Julious, Sample sizes for clinical trials with normal data, Statistics in Medicine 23
///         (2004) 1921: the noncentral t, here by its normal approximation (Abramowitz and Stegun
///         26.7.10)
[[nodiscard]] double non_inferiority_power(const PairedDesign& plan, std::size_t pairs);

/// How likely equivalence() is to be shown with so many pairs.
/// @unit   a share of 1
/// @error  as non_inferiority_power where it is above a half; below, it is too small, and 0 where
///         the margin is so narrow that a test can hardly be passed
/// @source Julious, Statistics in Medicine 23 (2004) 1921: the probabilities that either one-sided
///         test fails, added, which takes the two as never failing together
[[nodiscard]] double equivalence_power(const PairedDesign& plan, std::size_t pairs);

/// The fewest pairs for which non_inferiority() is shown with the power.
/// @unit   power: a share of 1, a half or more; the result counts pairs
/// @throws Error where no number does: the expected difference is -margin or less
/// @source solved from non_inferiority_power by bisection
[[nodiscard]] std::size_t non_inferiority_sample_size(const PairedDesign& plan, double power = 0.8);

/// The fewest pairs for which equivalence() is shown with the power.
/// @unit   power: a share of 1, a half or more; the result counts pairs
/// @throws Error where no number does: the expected difference is on the margin or beyond it
/// @source solved from equivalence_power by bisection
[[nodiscard]] std::size_t equivalence_sample_size(const PairedDesign& plan, double power = 0.8);

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/stats/equivalence-inl.hpp"
#endif
