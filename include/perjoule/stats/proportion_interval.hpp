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

/// Returns the score interval of the difference between two shares of the same items: of models a
/// and b, share right of a minus share right of b. Unlike the t interval of differences it has a
/// width where both models agree on all items, and it covers where few items differ.
/// @param only_a, only_b  items that only one of the two got right
/// @unit   a share of 1
/// @error  covers .95 and more with 200 items or fewer of which 5 % or fewer differ; .94 to .97
///         with 20 items or more otherwise
/// @source Tango, Statistics in Medicine 17 (1998) 891; the ends by bisection. Without an item that
///         differs it is 0 +- z^2/(n + z^2)
[[nodiscard]] Interval<double> tango_interval(std::size_t only_a, std::size_t only_b,
                                              std::size_t items, double level = 0.95);

/// Returns the interval of a share that is symmetric on the scale of its log odds, so that it never
/// leaves [0, 1].
/// @param share  between 0 and 1, and neither
/// @param u      its standard uncertainty
/// @param dof    degrees of freedom of u
/// @unit   share, u: a share of 1; dof: none
/// @error  see average_precision(); missing for another share, and without u or dof
/// @source Boyd, Eng and Page, ECML PKDD 2013, 451, 3.2
[[nodiscard]] Interval<double> logit_interval(double share, double u, double dof,
                                              double level = 0.95);

namespace detail {

/// Returns Tango's statistic for a difference: that of the shares minus this one, over its standard
/// deviation if this one is true.
/// @unit  none; difference: a share of 1, between -1 and 1
[[nodiscard]] double tango_score(double only_a, double only_b, double items, double difference);

/// Returns the score interval of a share of so many items, which need not be a whole number.
/// @param z  half-width of the interval in standard deviations of the share. @unit none
/// @unit  a share of 1
[[nodiscard]] Interval<double> wilson_of_share(double share, double items, double z, double level);

/// Returns a score interval at another level, of as many items as the known one is of.
/// @param known  wilson_interval() or wilson_of_share() of this share
/// @unit  a share of 1
/// @error missing if no number of items has such an interval
/// @source from the product of its ends: share^2/(1 + z^2/items)
[[nodiscard]] Interval<double> wilson_at_level(double share, const Interval<double>& known,
                                               double level);

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
