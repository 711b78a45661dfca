// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/line.hpp"
#include "perjoule/core/missing.hpp"
#include "perjoule/stats/paired_ratio.hpp"
#include "perjoule/stats/summary.hpp"

namespace perjoule::inline v0 {

PERJOULE_INLINE Ratio<double> paired_ratio(const Estimate<double>& numerator,
                                           const Estimate<double>& denominator,
                                           const Covariance& covariance, double level) {
  if (!detail::is_usable(numerator) || !detail::is_usable(denominator)) return {};
  detail::expect_possible(covariance, numerator, denominator);
  return detail::positive_ratio(numerator, denominator, detail::smaller_dof(numerator, denominator),
                                covariance, level);
}

}  // namespace perjoule::inline v0

namespace perjoule::inline v0::detail {

PERJOULE_INLINE void expect_finite(View<double> numbers, const char* what) {
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (!is_finite(numbers[i])) {
      fail(text::format("%s is not a finite number", what).chars,
           text::format("pair %zu, counted from 0", i).chars, "leave the pair out, of both lists");
    }
  }
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE Ratio<double> paired_ratio(View<double> numerators, View<double> denominators,
                                           Provenance provenance, double common, double level) {
  if (numerators.size() != denominators.size()) {
    detail::fail(
        "pairs without a partner",
        text::format("%zu numerators, %zu denominators", numerators.size(), denominators.size())
            .chars,
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
