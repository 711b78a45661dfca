// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/stats/distributions.hpp"

namespace perjoule::inline v0 {

PERJOULE_INLINE double normal_quantile(double p) {
  PERJOULE_EXPECTS(p > 0.0 && p < 1.0);
  if (p > 0.5) return -normal_quantile(1.0 - p);
  double low = -39.0;  // the tail below is less than the smallest double
  double high = 0.0;
  while (high - low > 1e-14) {
    const double middle = 0.5 * (low + high);
    if (middle <= low || middle >= high) break;
    (normal_probability(middle) < p ? low : high) = middle;
  }
  return 0.5 * (low + high);
}

}  // namespace perjoule::inline v0

namespace perjoule::inline v0::detail {

PERJOULE_INLINE double incomplete_beta(double a, double b, double x) {
  if (x <= 0.0) return 0.0;
  if (x >= 1.0) return 1.0;
  // The fraction converges fast only on this side of the mean.
  if (x > (a + 1.0) / (a + b + 2.0)) return 1.0 - incomplete_beta(b, a, 1.0 - x);
  const double front = std::exp(detail::log_gamma(a + b) - detail::log_gamma(a) -
                                detail::log_gamma(b) + a * std::log(x) + b * std::log(1.0 - x)) /
                       a;
  constexpr double tiny = 1e-300;
  double c = 1.0;
  double d = 1.0 - (a + b) * x / (a + 1.0);
  d = 1.0 / (std::abs(d) < tiny ? tiny : d);
  double fraction = d;
  for (int m = 1; m < 10000; ++m) {
    const double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
    const double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
    double change = 1.0;
    for (const double term : {even, odd}) {
      d = 1.0 + term * d;
      d = 1.0 / (std::abs(d) < tiny ? tiny : d);
      c = 1.0 + term / c;
      if (std::abs(c) < tiny) c = tiny;
      change = d * c;
      fraction *= change;
    }
    if (std::abs(change - 1.0) < 1e-15) break;
  }
  return front * fraction;
}

PERJOULE_INLINE double incomplete_gamma(double a, double x) {
  if (x <= 0.0) return 0.0;
  const double front = std::exp(a * std::log(x) - x - log_gamma(a));
  if (x < a + 1.0) {
    double term = 1.0 / a;
    double sum = term;
    for (double k = a + 1.0; term > 1e-16 * sum; k += 1.0) {
      term *= x / k;
      sum += term;
    }
    return front * sum;
  }
  constexpr double tiny = 1e-300;
  double b = x + 1.0 - a;
  double c = 1.0 / tiny;
  double d = 1.0 / b;
  double fraction = d;
  for (int n = 1; n < 100'000; ++n) {
    const double term = n * (a - n);
    b += 2.0;
    d = term * d + b;
    d = 1.0 / (std::abs(d) < tiny ? tiny : d);
    c = b + term / c;
    if (std::abs(c) < tiny) c = tiny;
    const double change = c * d;
    fraction *= change;
    if (std::abs(change - 1.0) < 1e-15) break;
  }
  return 1.0 - front * fraction;
}

PERJOULE_INLINE double gamma_quantile(double p, double shape) {
  PERJOULE_EXPECTS(p > 0.0 && p < 1.0 && shape > 0.0);
  if (shape > 1e5) {
    const double ninth = 1.0 / (9.0 * shape);
    const double root = 1.0 - ninth + normal_quantile(p) * std::sqrt(ninth);
    return shape * root * root * root;
  }
  // P(a, x) is at most x^a/gamma(a + 1), so the quantile is not below this.
  double low = std::exp((std::log(p) + log_gamma(shape + 1.0)) / shape);
  double high = shape + 1.0;
  while (incomplete_gamma(shape, high) < p) high *= 2.0;
  while (high - low > 1e-12 * high) {
    const double middle = 0.5 * (low + high);
    if (middle <= low || middle >= high) break;
    (incomplete_gamma(shape, middle) < p ? low : high) = middle;
  }
  return 0.5 * (low + high);
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE double t_quantile(double p, double dof) {
  PERJOULE_EXPECTS(p > 0.0 && p < 1.0 && dof > 0.0);
  const double tail = p < 0.5 ? p : 1.0 - p;
  const double power = 0.5 * (dof + 1.0);
  const double log_peak = detail::log_gamma(power) - detail::log_gamma(0.5 * dof) -
                          0.5 * std::log(3.14159265358979323846 * dof);
  double t = 0.0;
  for (int i = 0; i < 1000; ++i) {
    const double density = std::exp(log_peak - power * std::log(1.0 + t * t / dof));
    const double missing =
        tail > 0.25 ? std::abs(p - 0.5) -
                          0.5 * detail::incomplete_beta(0.5, 0.5 * dof, t * t / (dof + t * t))
                    : t_probability(-t, dof) - tail;
    const double step = missing / density;
    t += step;
    if (step <= 1e-12 * t) break;
  }
  return p < 0.5 ? -t : t;
}

}  // namespace perjoule::inline v0
