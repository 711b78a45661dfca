// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/stats/propagate.hpp"
#include "perjoule/stats/ratio.hpp"
#include "perjoule/units/estimate.hpp"
#include "perjoule/units/quantity.hpp"

namespace perjoule::inline v0 {

/// Returns the price of quality from one model to a better one: the additional joules per item over
/// the additional quality. A negative price means that the better model also takes less energy, so
/// nothing has to be paid.
///
/// Get the two differences from difference(), or from pairs of the same items and of rounds
/// measured in turns, which are more precise.
///
/// @param energy      one model minus the other
/// @param quality     one model minus the other, in the same order; of a metric where more is
///                    better
/// @param covariance  of the two differences; zero if they come from different runs
/// @unit   J/item for one unit of the quality: for a percentage point of an accuracy, a hundredth
/// @error  Fieller's interval; everything is missing if the qualities can't be told apart
/// @throws Error for an impossible covariance
/// @source (E_b - E_a)/(Q_b - Q_a); Fieller, J. Royal Statist. Soc. B 16 (1954) 175
[[nodiscard]] IntervalEstimate<JoulesPerItem> marginal_joules(const Estimate<JoulesPerItem>& energy,
                                                              const Estimate<double>& quality,
                                                              const Covariance& covariance = {},
                                                              double level = 0.95);

/// Returns the net benefit of a model, for a given price of quality in joules per item.
/// @param quality  of a metric where more is better
/// @param lambda   joules per item that one unit of the quality is worth, above 0
/// @unit   same as the quality
/// @error  quality and energy are taken as independent
/// @throws Error for a lambda that is not above 0; a missing input gives a missing benefit
/// @source Q - E/lambda, the net benefit of health economics: Stinnett and Mullahy, Medical
///         Decision Making 18 (1998) S68
[[nodiscard]] Estimate<double> net_benefit(const Estimate<double>& quality,
                                           const Estimate<JoulesPerItem>& energy,
                                           JoulesPerItem lambda);

/// A model for best_by_net_benefit to compare.
struct QualityEnergyPoint {
  Estimate<double> quality = {};  ///< of a metric where more is better
  Estimate<JoulesPerItem> energy = {};
};

/// Range of lambda in which a model has the greatest net benefit. It begins at `from` and ends
/// where the next range begins; the last range has no end.
struct BenefitRange {
  std::size_t winner = 0;   ///< index among the candidates
  JoulesPerItem from{0.0};  ///< per unit of quality; 0 for the first
  /// Interval of `from`, with the errors of all four numbers taken as independent; missing for the
  /// first range, and if the qualities of the two neighbours can't be told apart.
  Interval<JoulesPerItem> from_interval = {};
};

namespace detail {

/// @throws Error for a number that is not finite, and for measured energies mixed with modelled (or
///         simulated) ones
void expect_comparable(View<QualityEnergyPoint> candidates);

}  // namespace detail

/// Returns the best model for each price of quality: the ranges of lambda from 0 (only energy
/// counts) to where energy is free. A model in no range is never the best choice, whatever quality
/// is worth: another one has more quality for less energy, or a mixture of two others does.
///
/// Of equal candidates the first one counts. A candidate without a quality or an energy is in no
/// range; if all are like that, there are no ranges.
///
/// @unit   lambda in J/item for one unit of the quality
/// @shape  [ranges], lambda ascending; quality and energy also ascend
/// @error  the ranges are those of the values; from_interval tells how well an end is known
/// @throws Error for no candidates, for numbers that are not finite, and for modelled (or
///         simulated) energies among measured ones
/// @source the ends are (E_b - E_a)/(Q_b - Q_a) of neighbours on the upper convex hull, walked as
///         in Jarvis, Information Processing Letters 2 (1973) 18
[[nodiscard]] std::vector<BenefitRange> best_by_net_benefit(View<QualityEnergyPoint> candidates,
                                                            double level = 0.95);

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/score/net_benefit-inl.hpp"
#endif
