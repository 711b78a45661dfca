// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cmath>
#include <cstddef>

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/stats/confidence.hpp"
#include "perjoule/stats/distributions.hpp"
#include "perjoule/stats/ratio.hpp"
#include "perjoule/stats/summary.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE Interval<double> fieller(double n, double u_n, double d, double u_d, double t,
                                         double level, double covariance) {
  const double g = fieller_g(d, u_d, t);
  if (g >= 1.0) return {};
  const double r = n / d;
  const double shift = t * covariance / d;
  const double inner = (1.0 - g) * detail::square(u_n) + detail::square(r * u_d) -
                       2.0 * r * covariance + detail::square(shift);
  // It is 0 if n and d move together, and rounding may make it negative.
  const double half = t / std::abs(d) * std::sqrt(inner > 0.0 ? inner : 0.0);
  const double centre = r - t * shift / d;
  return {(centre - half) / (1.0 - g), (centre + half) / (1.0 - g), level, IntervalMethod::fieller};
}

PERJOULE_INLINE Interval<double> box(const Estimate<double>& n, const Estimate<double>& d,
                                     double level) {
  const Interval<double> of_n = interval(n, std::sqrt(level));
  const Interval<double> of_d = interval(d, std::sqrt(level));
  return {of_n.low / (of_n.low < 0.0 ? of_d.low : of_d.high),
          of_n.high / (of_n.high < 0.0 ? of_d.high : of_d.low), level, IntervalMethod::box};
}

PERJOULE_INLINE Estimate<double> quotient(const Estimate<double>& n, const Estimate<double>& d,
                                          double dof, const Covariance& covariance) {
  const double r = n.value / d.value;
  if (!is_finite(n.random) || !is_finite(d.random)) {
    const double common = std::hypot(n.common / d.value, r * d.common / d.value);
    if (!is_finite(r) || !is_finite(common)) return {};
    return {r, quiet_nan(), 0.0, common, worst(n.provenance, d.provenance)};
  }
  const double by = r / detail::square(d.value);
  const Estimate<double> found{
      r,
      uncertainty_of_difference(n.random / d.value, r * d.random / d.value, by * covariance.random),
      dof,
      uncertainty_of_difference(n.common / d.value, r * d.common / d.value, by * covariance.common),
      worst(n.provenance, d.provenance)};
  const bool finite = is_finite(r) && is_finite(standard_uncertainty(found));
  return finite && found.is_known() ? found : Estimate<double>{};
}

PERJOULE_INLINE IntervalEstimate<double> positive_ratio(const Estimate<double>& n,
                                                        const Estimate<double>& d, double dof,
                                                        const Covariance& covariance,
                                                        double level) {
  if (!has_value(n) || !has_value(d) || d.value <= 0.0) return {};
  const Estimate<double> estimate = quotient(n, d, dof, covariance);
  if (!estimate.is_known() || !is_finite(estimate.random)) return {estimate, {}};
  const double r = estimate.value;
  const double u = standard_uncertainty(estimate);
  if (u <= 0.0) return {estimate, without_uncertainty(r, estimate.provenance, level)};
  const double t = t_quantile(0.5 * (1.0 + level), effective_dof(estimate));
  const double u_n = standard_uncertainty(n);
  const double u_d = standard_uncertainty(d);
  constexpr double near = 0.1;
  const bool lognormal = d.provenance == Provenance::modelled;
  const bool clear = n.value > 0.0 && ((n.provenance == Provenance::modelled && !lognormal) ||
                                       fieller_g(n.value, u_n, t) <= near);
  if (clear && (lognormal || fieller_g(d.value, u_d, t) <= near)) {
    const double factor = std::exp(t * u / r);
    return {estimate, {r / factor, r * factor, level, IntervalMethod::log_delta}};
  }
  return {estimate, lognormal ? box(n, d, level)
                              : fieller(n.value, u_n, d.value, u_d, t, level,
                                        covariance.random + covariance.common)};
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE IntervalEstimate<double> ratio(const Estimate<double>& numerator,
                                               const Estimate<double>& denominator, double level) {
  const double dof = detail::combined_dof(
      numerator.random / denominator.value, numerator.dof,
      numerator.value / denominator.value * denominator.random / denominator.value,
      denominator.dof);
  return detail::positive_ratio(numerator, denominator, dof, {}, level);
}

}  // namespace perjoule::inline v0

namespace perjoule::inline v0::detail {

/// Returns the lower end of detail::mover_ratio().
PERJOULE_INLINE double mover_low(double n, double low, double d, const Interval<double>& of_d) {
  // The quotient has the sign of the numerator's end, which decides on which side of d it matters.
  const double by = low >= 0.0 ? of_d.high - d : d - of_d.low;
  const double a = square(d) - square(by);
  const double b = n * d;
  const double c = low * (2.0 * n - low);
  const double inner = square(b) - a * c;
  const double root = std::sqrt(inner > 0.0 ? inner : 0.0);
  if (b < 0.0) return (b - root) / a;
  return c != 0.0 ? c / (b + root) : 0.0;
}

PERJOULE_INLINE Interval<double> mover_ratio(double n, const Interval<double>& of_n, double d,
                                             const Interval<double>& of_d) {
  if (!of_n.is_known() || !of_d.is_known() || of_d.low <= 0.0) return {};
  // Where both intervals are as narrow as doubles tell apart, rounding moves an end past the value.
  const double value = n / d;
  const double low = mover_low(n, of_n.low, d, of_d);
  const double high = -mover_low(-n, -of_n.high, d, of_d);
  if (!is_finite(low) || !is_finite(high)) return {};
  return {low > value ? value : low, high < value ? value : high, of_n.level,
          IntervalMethod::mover};
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE IntervalEstimate<double> ratio(const IntervalEstimate<double>& numerator,
                                               const Estimate<double>& denominator, double level) {
  IntervalEstimate<double> found = ratio(numerator.estimate, denominator, level);
  const Interval<double>& own = numerator.interval;
  const bool has_own =
      own.is_known() && own.method != IntervalMethod::exact && std::abs(own.level - level) < 1e-9;
  if (!has_own || !found.estimate.is_known()) return found;
  found.interval = detail::mover_ratio(numerator.estimate.value, own, denominator.value,
                                       interval(denominator, level));
  return found;
}

PERJOULE_INLINE IntervalEstimate<double> paired_ratio(const Estimate<double>& numerator,
                                                      const Estimate<double>& denominator,
                                                      const Covariance& covariance, double level) {
  if (!detail::is_known_and_finite(numerator) || !detail::is_known_and_finite(denominator))
    return {};
  detail::validate_covariance(covariance, numerator, denominator);
  return detail::positive_ratio(numerator, denominator, detail::smaller_dof(numerator, denominator),
                                covariance, level);
}

}  // namespace perjoule::inline v0

namespace perjoule::inline v0::detail {

PERJOULE_INLINE void expect_finite(View<double> numbers, std::string_view what) {
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (!is_finite(numbers[i])) {
      fail(text::format("{} is not a finite number", what),
           text::format("pair {}, counted from 0", i), "leave the pair out, of both lists");
    }
  }
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE IntervalEstimate<double> paired_ratio(View<double> numerators,
                                                      View<double> denominators,
                                                      Provenance provenance, double common,
                                                      double level) {
  if (numerators.size() != denominators.size()) {
    detail::fail(
        "pairs without a partner",
        text::format("{} numerators, {} denominators", numerators.size(), denominators.size()),
        "pass one of each for every item, in the same order");
  }
  detail::expect_finite(numerators, "a numerator");
  detail::expect_finite(denominators, "a denominator");
  if (numerators.size() < 2) return {};
  const Estimate<double> above = mean_of_independent(numerators, Provenance::measured);
  Estimate<double> below = mean_of_independent(denominators, provenance);
  below.common = common;
  double products = 0.0;
  for (std::size_t i = 0; i < numerators.size(); ++i) {
    products += (numerators[i] - above.value) * (denominators[i] - below.value);
  }
  const auto n = static_cast<double>(numerators.size());
  return paired_ratio(above, below, {.random = products / (n - 1.0) / n}, level);
}

}  // namespace perjoule::inline v0

namespace perjoule::inline v0::detail {

PERJOULE_INLINE double conservative_t_quantile(const Estimate<double>& a, const Estimate<double>& b,
                                               double level) {
  const double of_a = effective_dof(a);
  const double of_b = effective_dof(b);
  return t_quantile(0.5 * (1.0 + level), of_a < of_b ? of_a : of_b);
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE IntervalEstimate<double> ratio_of_differences(const Estimate<double>& numerator,
                                                              const Estimate<double>& denominator,
                                                              const Covariance& covariance,
                                                              double level) {
  if (!detail::is_known_and_finite(numerator) || !detail::is_known_and_finite(denominator))
    return {};
  detail::validate_covariance(covariance, numerator, denominator);
  const double t = detail::conservative_t_quantile(numerator, denominator, level);
  const double u_n = standard_uncertainty(numerator);
  const double u_d = standard_uncertainty(denominator);
  if (std::abs(denominator.value) <= t * u_d) return {};
  const Estimate<double> found = detail::quotient(
      numerator, denominator, detail::smaller_dof(numerator, denominator), covariance);
  if (!found.is_known()) return {};
  if (u_n <= 0.0 && u_d <= 0.0) {
    return {found, detail::without_uncertainty(found.value, found.provenance, level)};
  }
  return {found, detail::fieller(numerator.value, u_n, denominator.value, u_d, t, level,
                                 covariance.random + covariance.common)};
}

}  // namespace perjoule::inline v0
