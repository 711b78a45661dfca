// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cmath>

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/math.hpp"
#include "perjoule/stats/confidence.hpp"
#include "perjoule/stats/distributions.hpp"
#include "perjoule/stats/equivalence.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE double one_sided_p_value(const Estimate<double>& difference, double bound) {
  const double u = standard_uncertainty(difference);
  const double above = difference.value - bound;
  if (u <= 0.0) return above > 0.0 ? 0.0 : 1.0;
  return t_probability(-above / u, effective_dof(difference));
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE MarginTest non_inferiority(const Estimate<double>& difference, double margin,
                                           double alpha) {
  PERJOULE_EXPECTS(margin >= 0.0 && alpha > 0.0 && alpha < 0.5);
  if (!difference.is_known()) return {};
  MarginTest found;
  found.p_value = found.p_lower = detail::one_sided_p_value(difference, -margin);
  found.verdict = found.p_value <= alpha         ? WithinMargin::shown
                  : found.p_value >= 1.0 - alpha ? WithinMargin::refuted
                                                 : WithinMargin::inconclusive;
  return found;
}

PERJOULE_INLINE MarginTest equivalence(const Estimate<double>& difference, double margin,
                                       double alpha) {
  PERJOULE_EXPECTS(margin > 0.0 && alpha > 0.0 && alpha < 0.5);
  if (!difference.is_known()) return {};
  Estimate<double> turned = difference;
  turned.value = -turned.value;
  MarginTest found;
  found.p_lower = detail::one_sided_p_value(difference, -margin);
  found.p_upper = detail::one_sided_p_value(turned, -margin);
  found.p_value = found.p_lower > found.p_upper ? found.p_lower : found.p_upper;
  found.verdict = found.p_value <= alpha         ? WithinMargin::shown
                  : found.p_value >= 1.0 - alpha ? WithinMargin::refuted
                                                 : WithinMargin::inconclusive;
  return found;
}

PERJOULE_INLINE double paired_proportions_deviation(double only_a, double only_b) {
  PERJOULE_EXPECTS(only_a >= 0.0 && only_b >= 0.0 && only_a + only_b <= 1.0);
  return std::sqrt(only_a + only_b - detail::square(only_a - only_b));
}

}  // namespace perjoule::inline v0

namespace perjoule::inline v0::detail {

PERJOULE_INLINE double noncentral_t_upper_tail(double t, double dof, double centre) noexcept {
  const double shrunk = t * (1.0 - 1.0 / (4.0 * dof));
  return normal_probability((centre - shrunk) / std::sqrt(1.0 + t * t / (2.0 * dof)));
}

PERJOULE_INLINE double power_above(const PairedDesign& plan, double above, std::size_t pairs) {
  PERJOULE_EXPECTS(pairs >= 2 && plan.standard_deviation > 0.0 && plan.margin >= 0.0 &&
                   plan.alpha > 0.0 && plan.alpha < 0.5);
  const auto n = static_cast<double>(pairs);
  const double dof = n - 1.0 < infinite_dof ? n - 1.0 : infinite_dof;
  return noncentral_t_upper_tail(t_quantile(1.0 - plan.alpha, dof), dof,
                                 above * std::sqrt(n) / plan.standard_deviation);
}

PERJOULE_INLINE std::size_t min_sample_size(const PairedDesign& plan, double power,
                                            double (*power_of)(const PairedDesign&, std::size_t)) {
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
  std::size_t low = high / 2;  // lacks the power, or is below two pairs
  while (high - low > 1) {
    const std::size_t middle = low + (high - low) / 2;
    (power_of(plan, middle) < power ? low : high) = middle;
  }
  return high;
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE double non_inferiority_power(const PairedDesign& plan, std::size_t pairs) {
  return detail::power_above(plan, plan.margin + plan.difference, pairs);
}

PERJOULE_INLINE double equivalence_power(const PairedDesign& plan, std::size_t pairs) {
  const double both = detail::power_above(plan, plan.margin + plan.difference, pairs) +
                      detail::power_above(plan, plan.margin - plan.difference, pairs) - 1.0;
  return both > 0.0 ? both : 0.0;
}

PERJOULE_INLINE std::size_t non_inferiority_sample_size(const PairedDesign& plan, double power) {
  return detail::min_sample_size(plan, power, non_inferiority_power);
}

PERJOULE_INLINE std::size_t equivalence_sample_size(const PairedDesign& plan, double power) {
  return detail::min_sample_size(plan, power, equivalence_power);
}

}  // namespace perjoule::inline v0
