// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/expects.hpp"
#include "perjoule/core/math.hpp"
#include "perjoule/stats/normal.hpp"
#include "perjoule/stats/power.hpp"
#include "perjoule/stats/student_t.hpp"
#include "perjoule/units/estimate.hpp"

namespace perjoule::inline v0 {

PERJOULE_INLINE double paired_proportions_deviation(double only_a, double only_b) {
  PERJOULE_EXPECTS(only_a >= 0.0 && only_b >= 0.0 && only_a + only_b <= 1.0);
  return math::square_root(only_a + only_b - math::square(only_a - only_b));
}

}  // namespace perjoule::inline v0

namespace perjoule::inline v0::detail {

PERJOULE_INLINE double noncentral_t_above(double t, double dof, double centre) noexcept {
  const double shrunk = t * (1.0 - 1.0 / (4.0 * dof));
  return normal_probability((centre - shrunk) / math::square_root(1.0 + t * t / (2.0 * dof)));
}

PERJOULE_INLINE double power_above(const PairedPlan& plan, double above, std::size_t pairs) {
  PERJOULE_EXPECTS(pairs >= 2 && plan.standard_deviation > 0.0 && plan.margin >= 0.0 &&
                   plan.alpha > 0.0 && plan.alpha < 0.5);
  const auto n = static_cast<double>(pairs);
  const double dof = n - 1.0 < known_dof ? n - 1.0 : known_dof;
  return noncentral_t_above(t_quantile(1.0 - plan.alpha, dof), dof,
                            above * math::square_root(n) / plan.standard_deviation);
}

PERJOULE_INLINE std::size_t fewest_pairs(const PairedPlan& plan, double power,
                                         double (*power_of)(const PairedPlan&, std::size_t)) {
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

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE double non_inferiority_power(const PairedPlan& plan, std::size_t pairs) {
  return detail::power_above(plan, plan.margin + plan.difference, pairs);
}

PERJOULE_INLINE double equivalence_power(const PairedPlan& plan, std::size_t pairs) {
  const double both = detail::power_above(plan, plan.margin + plan.difference, pairs) +
                      detail::power_above(plan, plan.margin - plan.difference, pairs) - 1.0;
  return both > 0.0 ? both : 0.0;
}

PERJOULE_INLINE std::size_t non_inferiority_pairs(const PairedPlan& plan, double power) {
  return detail::fewest_pairs(plan, power, non_inferiority_power);
}

PERJOULE_INLINE std::size_t equivalence_pairs(const PairedPlan& plan, double power) {
  return detail::fewest_pairs(plan, power, equivalence_power);
}

}  // namespace perjoule::inline v0
