// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/line.hpp"
#include "perjoule/core/math.hpp"
#include "perjoule/core/missing.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/stats/covariance.hpp"
#include "perjoule/stats/ratio.hpp"
#include "perjoule/stats/summary.hpp"

namespace perjoule::inline v0 {

/// numerator / denominator of estimates whose errors are not independent: both were found on the
/// same items, and a hard item takes more energy and is more often answered wrongly. With a
/// covariance below zero the interval is wider than that of ratio(), and too short without it.
///
/// @param covariance  of the two estimates, not of single items
/// @unit   numerator's over denominator's
/// @error  as ratio(), with the covariance in the estimate, in log_delta and in Fieller's interval.
///         A `box` takes none and needs none: two normal intervals at level sqrt(.95) hold together
///         with .95 at least, whatever their correlation (Sidak 1967). t has the smaller degrees of
///         freedom of both
/// @throws Error for a covariance that is not finite, or larger than the uncertainties allow
/// @source Fieller, J. Royal Statist. Soc. B 16 (1954) 175; GUM (JCGM 100:2008) 5.2.2
[[nodiscard]] PERJOULE_COLD inline Ratio<double> paired_ratio(const Estimate<double>& numerator,
                                                              const Estimate<double>& denominator,
                                                              const Covariance& covariance,
                                                              double level = 0.95) {
  if (!detail::is_usable(numerator) || !detail::is_usable(denominator)) return {};
  detail::expect_possible(covariance, numerator, denominator);
  return detail::positive_ratio(numerator, denominator, detail::smaller_dof(numerator, denominator),
                                covariance, level);
}

namespace detail {

/// @throws Error for a number that is not finite
PERJOULE_COLD inline void expect_finite(View<double> numbers, const char* what) {
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (!is_finite(numbers[i])) {
      fail(text::format("%s is not a finite number", what).chars,
           text::format("pair %zu, counted from 0", i).chars, "leave the pair out, of both lists");
    }
  }
}

}  // namespace detail

/// The ratio of the means of pairs: what the items gave over what they took, with what both have to
/// do with each other. It is the ratio of the sums, and not the mean of the items' own ratios, in
/// which an item that took next to nothing outweighs all others.
///
/// @param common   standard uncertainty that the mean of the denominators has besides, the same for
///                 all items: the meter's. @unit that of the denominators
/// @unit   numerators' over denominators'
/// @shape  numerators, denominators: [items], in one order
/// @error  that of paired_ratio with the pairs' covariance and n - 1 degrees of freedom; the pairs
///         are taken as independent of one another. Missing for fewer than two
/// @throws Error for lists of different lengths, and for a number that is not finite
/// @source Cochran, Sampling Techniques (1977), 2.11 and 6.3; Fieller (1954)
[[nodiscard]] PERJOULE_COLD inline Ratio<double> paired_ratio(View<double> numerators,
                                                              View<double> denominators,
                                                              Provenance provenance,
                                                              double common = 0.0,
                                                              double level = 0.95) {
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
