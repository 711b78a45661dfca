// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cmath>

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/math.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/stats/distributions.hpp"
#include "perjoule/stats/proportion_interval.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE Interval<double> wilson_of_share(double share, double items, double z,
                                                 double level) {
  const double shrink = 1.0 + z * z / items;
  const double centre = (share + z * z / (2.0 * items)) / shrink;
  const double half =
      z / shrink * std::sqrt(share * (1.0 - share) / items + z * z / (4.0 * items * items));
  return {centre - half, centre + half, level, IntervalMethod::wilson};
}

PERJOULE_INLINE Interval<double> wilson_at_level(double share, const Interval<double>& known,
                                                 double level) {
  // Of the two, the one that is not a quotient of tiny numbers.
  const double ends = share >= 0.5 ? known.low * known.high / square(share)
                                   : (1.0 - known.low) * (1.0 - known.high) / square(1.0 - share);
  const double z = normal_quantile(0.5 * (1.0 + known.level));
  const double items = square(z) * ends / (1.0 - ends);
  if (!is_finite(items) || items <= 0.0) return {};
  const Interval<double> again = wilson_of_share(share, items, z, known.level);
  constexpr double rounding = 1e-9;
  const bool is_the_known =
      std::abs(again.low - known.low) < rounding && std::abs(again.high - known.high) < rounding;
  if (!is_the_known) return {};
  Interval<double> found =
      wilson_of_share(share, items, normal_quantile(0.5 * (1.0 + level)), level);
  if (share <= 0.0) found.low = 0.0;
  if (share >= 1.0) found.high = 1.0;
  return found;
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE Interval<double> wilson_interval(std::size_t successes, std::size_t trials,
                                                 double level) {
  PERJOULE_EXPECTS(trials > 0 && successes <= trials);
  const auto n = static_cast<double>(trials);
  Interval<double> found = detail::wilson_of_share(
      static_cast<double>(successes) / n, n, t_quantile(0.5 * (1.0 + level), infinite_dof), level);
  // At 0 and n successes one end is exact, where the formula would leave a rounding error.
  if (successes == 0) found.low = 0.0;
  if (successes == trials) found.high = 1.0;
  return found;
}

PERJOULE_INLINE Interval<double> logit_interval(double share, double u, double dof, double level) {
  if (!(share > 0.0 && share < 1.0) || !is_finite(u) || !(dof > 0.0)) return {};
  const double odds = share / (1.0 - share);
  const double factor =
      std::exp(t_quantile(0.5 * (1.0 + level), dof) * u / (share * (1.0 - share)));
  if (!(factor >= 1.0)) return {};  // degrees of freedom that no sample has
  const double low = odds / factor;
  const double high = odds * factor;
  return {low / (1.0 + low), is_finite(high) ? high / (1.0 + high) : 1.0, level,
          IntervalMethod::logit};
}

}  // namespace perjoule::inline v0

namespace perjoule::inline v0::detail {

PERJOULE_INLINE double tango_score(double only_a, double only_b, double items, double difference) {
  // The share that only b gets right is estimated under the difference: a root of a square.
  const double a = 2.0 * items;
  const double b = (2.0 * items - only_a + only_b) * difference - only_a - only_b;
  const double c = -only_b * difference * (1.0 - difference);
  const double inner = square(b) - 4.0 * a * c;
  const double share = (std::sqrt(inner > 0.0 ? inner : 0.0) - b) / (2.0 * a);
  const double variance = items * (2.0 * share + difference * (1.0 - difference));
  const double off = only_a - only_b - items * difference;
  // At -1 and 1 there is no variance.
  return variance > 0.0 ? off / std::sqrt(variance) : off > 0.0 ? 1e300 : off < 0.0 ? -1e300 : 0.0;
}

PERJOULE_INLINE double beta_quantile(double p, double a, double b) {
  double low = 0.0;
  double high = 1.0;
  for (int i = 0; i < 200 && high - low > 1e-14 * high; ++i) {
    const double middle = 0.5 * (low + high);
    (incomplete_beta(a, b, middle) < p ? low : high) = middle;
  }
  return 0.5 * (low + high);
}

PERJOULE_INLINE Interval<double> clopper_pearson(double successes, double trials, double level) {
  const double tail = 0.5 * (1.0 - level);
  const double failures = trials - successes;
  return {successes <= 0.0 ? 0.0 : beta_quantile(tail, successes, failures + 1.0),
          failures <= 0.0 ? 1.0 : beta_quantile(1.0 - tail, successes + 1.0, failures), level,
          IntervalMethod::clopper_pearson};
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE Interval<double> tango_interval(std::size_t only_a, std::size_t only_b,
                                                std::size_t items, double level) {
  PERJOULE_EXPECTS(items > 0 && only_a + only_b <= items && level > 0.0 && level < 1.0);
  const auto a = static_cast<double>(only_a);
  const auto b = static_cast<double>(only_b);
  const auto n = static_cast<double>(items);
  const double z = normal_quantile(0.5 * (1.0 + level));
  // The statistic falls from one end to the other.
  const auto end = [&](double low, double high, double score) {
    for (int i = 0; i < 60; ++i) {
      const double middle = 0.5 * (low + high);
      (detail::tango_score(a, b, n, middle) > score ? low : high) = middle;
    }
    return 0.5 * (low + high);
  };
  const double difference = (a - b) / n;
  return {only_b == items ? -1.0 : end(-1.0, difference, z),
          only_a == items ? 1.0 : end(difference, 1.0, -z), level, IntervalMethod::tango};
}

PERJOULE_INLINE Interval<double> clopper_pearson_interval(std::size_t successes, std::size_t trials,
                                                          double level) {
  PERJOULE_EXPECTS(trials > 0 && successes <= trials && level > 0.0 && level < 1.0);
  return detail::clopper_pearson(static_cast<double>(successes), static_cast<double>(trials),
                                 level);
}

}  // namespace perjoule::inline v0
