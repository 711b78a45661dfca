// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>

#include "perjoule/core/config.hpp"

namespace perjoule::inline v0 {

/// What one expects of the differences of pairs before there are any: how many items does a claim
/// need? Margin, difference and standard deviation have one unit.
struct PairedPlan {
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
[[nodiscard]] double noncentral_t_above(double t, double dof, double centre) noexcept;

/// The probability that the difference is found above a bound that it lies `above` of.
/// @unit   a share of 1
/// @source Julious, Statistics in Medicine 23 (2004) 1921
[[nodiscard]] double power_above(const PairedPlan& plan, double above, std::size_t pairs);

/// The fewest pairs that have the power.
/// @throws Error where not even 2^40 pairs have it
[[nodiscard]] std::size_t fewest_pairs(const PairedPlan& plan, double power,
                                       double (*power_of)(const PairedPlan&, std::size_t));

}  // namespace detail

/// How likely non_inferiority() is to be shown with so many pairs.
/// @unit   a share of 1
/// @error  .003 from ten pairs on and .008 from six, where differences are normal; alpha .01 to .05
/// @source Julious, Sample sizes for clinical trials with normal data, Statistics in Medicine 23
///         (2004) 1921: the noncentral t, here by its normal approximation (Abramowitz and Stegun
///         26.7.10)
[[nodiscard]] double non_inferiority_power(const PairedPlan& plan, std::size_t pairs);

/// How likely equivalence() is to be shown with so many pairs.
/// @unit   a share of 1
/// @error  as non_inferiority_power where it is above a half; below, it is too small, and 0 where
///         the margin is so narrow that a test can hardly be passed
/// @source Julious, Statistics in Medicine 23 (2004) 1921: the probabilities that either one-sided
///         test fails, added, which takes the two as never failing together
[[nodiscard]] double equivalence_power(const PairedPlan& plan, std::size_t pairs);

/// The fewest pairs for which non_inferiority() is shown with the power.
/// @unit   power: a share of 1, a half or more; the result counts pairs
/// @throws Error where no number does: the expected difference is -margin or less
/// @source solved from non_inferiority_power by bisection
[[nodiscard]] std::size_t non_inferiority_pairs(const PairedPlan& plan, double power = 0.8);

/// The fewest pairs for which equivalence() is shown with the power.
/// @unit   power: a share of 1, a half or more; the result counts pairs
/// @throws Error where no number does: the expected difference is on the margin or beyond it
/// @source solved from equivalence_power by bisection
[[nodiscard]] std::size_t equivalence_pairs(const PairedPlan& plan, double power = 0.8);

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/stats/power-inl.hpp"
#endif
