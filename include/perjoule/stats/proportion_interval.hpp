// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>

#include "perjoule/core/config.hpp"
#include "perjoule/units/estimate.hpp"

namespace perjoule::inline v0 {

/// Returns the score interval of a proportion. Unlike p ± z sqrt(p(1 - p)/n) it has a width at 0 of
/// n and n of n, and never leaves [0, 1].
/// @unit   a share of 1
/// @error  covers .95 on average over p; between .93 and .97 for a single p at n >= 10
/// @source Wilson, J. Amer. Statist. Assoc. 22 (1927) 209
[[nodiscard]] Interval<double> wilson_interval(std::size_t successes, std::size_t trials,
                                               double level = 0.95);

namespace detail {

/// Returns the x that a beta variable stays below with probability p.
/// @unit   none; p in (0, 1)
/// @error  1e-8 relative for a + b up to 1e6, and 1e-12 below a thousand
/// @source inverted from incomplete_beta by bisection
[[nodiscard]] double beta_quantile(double p, double a, double b);

/// @copydoc clopper_pearson_interval
/// Successes need not be a whole number: AUROC counts a tie as half a success.
[[nodiscard]] Interval<double> clopper_pearson(double successes, double trials, double level);

}  // namespace detail

/// Returns the exact interval of a proportion: all p for which the observed number of successes or
/// fewer, and the observed number or more, each have a probability of at least (1 - level)/2. It is
/// wider than wilson_interval(), which is right on average. Use it for a claim that has to hold for
/// each p.
/// @unit   a share of 1
/// @error  covers with probability `level` or more for every p; at n = 20 with .97 on average
/// @source Clopper and Pearson, Biometrika 26 (1934) 404; the ends as quantiles of beta
///         distributions
[[nodiscard]] Interval<double> clopper_pearson_interval(std::size_t successes, std::size_t trials,
                                                        double level = 0.95);

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/stats/proportion_interval-inl.hpp"
#endif
