// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/expects.hpp"
#include "perjoule/core/math.hpp"
#include "perjoule/stats/normal.hpp"
#include "perjoule/stats/student_t.hpp"
#include "perjoule/units/estimate.hpp"

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
[[nodiscard]] PERJOULE_COLD inline double paired_proportions_deviation(double only_a,
                                                                       double only_b) {
  PERJOULE_EXPECTS(only_a >= 0.0 && only_b >= 0.0 && only_a + only_b <= 1.0);
  return math::square_root(only_a + only_b - math::square(only_a - only_b));
}

namespace detail {

/// The probability that a t variable whose normal part has the mean `centre` is above t.
/// @unit   none
/// @error  .003 absolute from nine degrees of freedom on, .008 from five; for alpha down to .01
/// @source Abramowitz and Stegun 26.7.10
[[nodiscard]] PERJOULE_COLD inline double noncentral_t_above(double t, double dof,
                                                             double centre) noexcept {
  const double shrunk = t * (1.0 - 1.0 / (4.0 * dof));
  return normal_probability((centre - shrunk) / math::square_root(1.0 + t * t / (2.0 * dof)));
}

/// The probability that the difference is found above a bound that it lies `above` of.
/// @unit   a share of 1
/// @source Julious, Statistics in Medicine 23 (2004) 1921
[[nodiscard]] PERJOULE_COLD inline double power_above(const PairedPlan& plan, double above,
                                                      std::size_t pairs) {
  PERJOULE_EXPECTS(pairs >= 2 && plan.standard_deviation > 0.0 && plan.margin >= 0.0 &&
                   plan.alpha > 0.0 && plan.alpha < 0.5);
  const auto n = static_cast<double>(pairs);
  const double dof = n - 1.0 < known_dof ? n - 1.0 : known_dof;
  return noncentral_t_above(t_quantile(1.0 - plan.alpha, dof), dof,
                            above * math::square_root(n) / plan.standard_deviation);
}

/// The fewest pairs that have the power.
/// @throws Error where not even 2^40 pairs have it
[[nodiscard]] PERJOULE_COLD inline std::size_t fewest_pairs(const PairedPlan& plan, double power,
                                                            double (*power_of)(const PairedPlan&,
                                                                               std::size_t)) {
  PERJOULE_EXPECTS(power >= 0.5 && power < 1.0);
  std::size_t high = 2;
  while (power_of(plan, high) < power) {
    high *= 2;
    if (high > std::size_t{1} << 40U) {
      fail("no number of items shows that a difference is within a margin",
           "the difference that is expected lies too near the margin, or beyond it",
           "allow a wider margin, or expect a better model");
    }
  }
  std::size_t low = high / 2;  // has not the power, or is too few
  while (high - low > 1) {
    const std::size_t middle = low + (high - low) / 2;
    (power_of(plan, middle) < power ? low : high) = middle;
  }
  return high;
}

}  // namespace detail

/// How likely non_inferiority() is to be shown with so many pairs.
/// @unit   a share of 1
/// @error  .003 from ten pairs on and .008 from six, where differences are normal; alpha .01 to .05
/// @source Julious, Sample sizes for clinical trials with normal data, Statistics in Medicine 23
///         (2004) 1921: the noncentral t, here by its normal approximation (Abramowitz and Stegun
///         26.7.10)
[[nodiscard]] PERJOULE_COLD inline double non_inferiority_power(const PairedPlan& plan,
                                                                std::size_t pairs) {
  return detail::power_above(plan, plan.margin + plan.difference, pairs);
}

/// How likely equivalence() is to be shown with so many pairs.
/// @unit   a share of 1
/// @error  as non_inferiority_power where it is above a half; below, it is too small, and 0 where
///         the margin is so narrow that a test can hardly be passed
/// @source Julious, Statistics in Medicine 23 (2004) 1921: the probabilities that either one-sided
///         test fails, added, which takes the two as never failing together
[[nodiscard]] PERJOULE_COLD inline double equivalence_power(const PairedPlan& plan,
                                                            std::size_t pairs) {
  const double both = detail::power_above(plan, plan.margin + plan.difference, pairs) +
                      detail::power_above(plan, plan.margin - plan.difference, pairs) - 1.0;
  return both > 0.0 ? both : 0.0;
}

/// The fewest pairs for which non_inferiority() is shown with the power.
/// @unit   power: a share of 1, a half or more; the result counts pairs
/// @throws Error where no number does: the expected difference is -margin or less
/// @source solved from non_inferiority_power by bisection
[[nodiscard]] PERJOULE_COLD inline std::size_t non_inferiority_pairs(const PairedPlan& plan,
                                                                     double power = 0.8) {
  return detail::fewest_pairs(plan, power, non_inferiority_power);
}

/// The fewest pairs for which equivalence() is shown with the power.
/// @unit   power: a share of 1, a half or more; the result counts pairs
/// @throws Error where no number does: the expected difference is on the margin or beyond it
/// @source solved from equivalence_power by bisection
[[nodiscard]] PERJOULE_COLD inline std::size_t equivalence_pairs(const PairedPlan& plan,
                                                                 double power = 0.8) {
  return detail::fewest_pairs(plan, power, equivalence_power);
}

}  // namespace perjoule::inline v0
