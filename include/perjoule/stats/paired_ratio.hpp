// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/stats/covariance.hpp"
#include "perjoule/stats/ratio.hpp"
#include "perjoule/units/estimate.hpp"
#include "perjoule/units/provenance.hpp"

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
[[nodiscard]] Ratio<double> paired_ratio(const Estimate<double>& numerator,
                                         const Estimate<double>& denominator,
                                         const Covariance& covariance, double level = 0.95);

namespace detail {

/// @throws Error for a number that is not finite
void expect_finite(View<double> numbers, const char* what);

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
[[nodiscard]] Ratio<double> paired_ratio(View<double> numerators, View<double> denominators,
                                         Provenance provenance, double common = 0.0,
                                         double level = 0.95);

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/stats/paired_ratio-inl.hpp"
#endif
