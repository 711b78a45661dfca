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

/// Verdict on whether a difference lies within a margin.
enum class WithinMargin : std::uint8_t {
  shown,         ///< it lies within; the probability of a wrong verdict is at most alpha
  inconclusive,  ///< the data leave both possible
  refuted,       ///< it lies outside; the probability of a wrong verdict is at most alpha
  missing,       ///< there is no difference to test
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

/// Result of a test against a margin. A difference that is merely not significant shows nothing: a
/// test with few items never finds one.
struct MarginTest {
  /// p-value for a difference at or below -margin.
  /// @unit a share of 1
  double p_lower = detail::quiet_nan();
  /// p-value for a difference at or above +margin; NaN in a test of non-inferiority.
  /// @unit a share of 1
  double p_upper = detail::quiet_nan();
  /// p-value for a difference outside the margin: the larger of the two.
  /// @unit a share of 1
  double p_value = detail::quiet_nan();
  WithinMargin verdict = WithinMargin::missing;
};

namespace detail {

/// Returns the p-value for a difference at or below a bound: small if the estimate lies far above
/// the bound. A value without uncertainty is either above the bound (0) or not (1).
/// @unit   a share of 1
/// @source one-sided t test
[[nodiscard]] double one_sided_p_value(const Estimate<double>& difference, double bound);

}  // namespace detail

/// Tests whether a candidate is worse than a reference by less than a margin. The difference is
/// candidate - reference for a metric that is better when larger; for one that is better when
/// smaller, pass reference - candidate. A margin of 0 tests whether the candidate is better.
/// @unit   difference and margin: one unit; alpha and p-values: a share of 1
/// @error  one-sided: `shown` if the lower end of the interval at level 1 - 2 alpha lies above
///         -margin, `refuted` if its upper end lies below; a missing difference gives `missing`
/// @source Wellek, Testing Statistical Hypotheses of Equivalence and Noninferiority (2010), 2.1; t
///         with the effective degrees of freedom of the estimate
[[nodiscard]] MarginTest non_inferiority(const Estimate<double>& difference, double margin,
                                         double alpha = 0.05);

/// Tests whether two models differ by less than a margin in either direction, by two one-sided
/// tests, each at alpha.
/// @unit   difference and margin: one unit; alpha and p-values: a share of 1
/// @error  `shown` if the interval at level 1 - 2 alpha lies within the margin, `refuted` if it
///         lies outside; a missing difference gives `missing`
/// @source Schuirmann, Journal of Pharmacokinetics and Biopharmaceutics 15 (1987) 657
[[nodiscard]] MarginTest equivalence(const Estimate<double>& difference, double margin,
                                     double alpha = 0.05);

/// Expected differences of pairs, to find before a measurement how many items a claim needs.
/// Margin, difference and standard deviation have the same unit.
struct PairedDesign {
  /// Margin of non_inferiority() or equivalence().
  /// @unit same as the differences
  double margin = 0.0;
  /// The true mean difference.
  /// @unit same as the differences
  double difference = 0.0;
  /// Standard deviation of the difference of a single pair.
  /// @unit same as the differences
  double standard_deviation = 0.0;
  double alpha = 0.05;  ///< one-sided. @unit a share of 1
};

/// Returns the standard deviation of the difference of two models on one item, where an answer is
/// right or wrong. Accuracy is the mean of such answers, so a plan for means applies.
/// @param only_a  probability that only model a is right; likewise `only_b`
/// @unit   a share of 1
/// @source the variance of a variable that is 1, 0 or -1: a + b - (a - b)^2
[[nodiscard]] double paired_proportions_deviation(double only_a, double only_b);

namespace detail {

/// Returns the probability that a t variable whose normal part has the mean `centre` exceeds t.
/// @unit   none
/// @error  .003 absolute from nine degrees of freedom on, .008 from five; for alpha down to .01
/// @source Abramowitz and Stegun 26.7.10
[[nodiscard]] double noncentral_t_upper_tail(double t, double dof, double centre) noexcept;

/// Returns the probability of finding a difference above a bound that its true value exceeds by
/// `above`.
/// @unit   a share of 1
/// @source Julious, Statistics in Medicine 23 (2004) 1921
[[nodiscard]] double power_above(const PairedDesign& plan, double above, std::size_t pairs);

/// Returns the smallest number of pairs that reaches the power.
/// @throws Error if not even 2^40 pairs reach it
[[nodiscard]] std::size_t min_sample_size(const PairedDesign& plan, double power,
                                          double (*power_of)(const PairedDesign&, std::size_t));

}  // namespace detail

/// Returns the probability that non_inferiority() gives `shown` with this number of pairs.
/// @unit   a share of 1
/// @error  .003 from ten pairs on and .008 from six, if differences are normal; alpha .01 to .05
/// @source Julious, Sample sizes for clinical trials with normal data, Statistics in Medicine 23
///         (2004) 1921: the noncentral t, here by its normal approximation (Abramowitz and Stegun
///         26.7.10)
[[nodiscard]] double non_inferiority_power(const PairedDesign& plan, std::size_t pairs);

/// Returns the probability that equivalence() gives `shown` with this number of pairs.
/// @unit   a share of 1
/// @error  as non_inferiority_power where the result is above a half. Below that it is too small,
///         and 0 if the margin is so narrow that the test can hardly be passed
/// @source Julious, Statistics in Medicine 23 (2004) 1921: the sum of the probabilities that either
///         one-sided test fails, which assumes that the two never fail together
[[nodiscard]] double equivalence_power(const PairedDesign& plan, std::size_t pairs);

/// Returns the smallest number of pairs for which non_inferiority() gives `shown` with the power.
/// @unit   power: a share of 1, a half or more; the result counts pairs
/// @throws Error if no number does: the expected difference is -margin or less
/// @source solved from non_inferiority_power by bisection
[[nodiscard]] std::size_t non_inferiority_sample_size(const PairedDesign& plan, double power = 0.8);

/// Returns the smallest number of pairs for which equivalence() gives `shown` with the power.
/// @unit   power: a share of 1, a half or more; the result counts pairs
/// @throws Error if no number does: the expected difference is on the margin or beyond it
/// @source solved from equivalence_power by bisection
[[nodiscard]] std::size_t equivalence_sample_size(const PairedDesign& plan, double power = 0.8);

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/stats/equivalence-inl.hpp"
#endif
