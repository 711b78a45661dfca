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

/// What quality costs from one model to a better one: the joules that it takes more of, for each
/// item, over the quality that it has more of. Below zero the better one takes less energy too, and
/// there is nothing to pay for.
///
/// The two differences come from difference(), or from pairs of the same items and of rounds in
/// turns, which know them better.
///
/// @param energy      of the one model less that of the other
/// @param quality     of the one less that of the other, the same way round; of a metric where more
///                    is better
/// @param covariance  of the two differences; none where they come from different runs
/// @unit   J/item for one unit of the quality: for a percentage point of an accuracy, a hundredth
/// @error  Fieller's interval; all is missing where the qualities can't be told apart
/// @throws Error for an impossible covariance
/// @source (E_b - E_a)/(Q_b - Q_a); Fieller, J. Royal Statist. Soc. B 16 (1954) 175
[[nodiscard]] Measured<JoulesPerItem> marginal_joules(const Estimate<JoulesPerItem>& energy,
                                                      const Estimate<double>& quality,
                                                      const Covariance& covariance = {},
                                                      double level = 0.95);

/// What a model is worth to somebody who pays so many joules an item for one unit of quality.
/// @param quality  of a metric where more is better
/// @param lambda   joules per item that one unit of the quality is worth, above 0
/// @unit   that of the quality
/// @error  quality and energy are taken as independent
/// @throws Error for a lambda that is not above 0; a missing input gives a missing benefit
/// @source Q - E/lambda, the net benefit of health economics: Stinnett and Mullahy, Medical
/// Decision
///         Making 18 (1998) S68
[[nodiscard]] Estimate<double> net_benefit(const Estimate<double>& quality,
                                           const Estimate<JoulesPerItem>& energy,
                                           JoulesPerItem lambda);

/// A model among those that best_by_net_benefit compares.
struct QualityEnergyPoint {
  Estimate<double> quality = {};  ///< of a metric where more is better
  Estimate<JoulesPerItem> energy = {};
};

/// From which lambda on a model has the greatest net benefit. It ends where the next range begins,
/// and the last one never does.
struct BenefitRange {
  std::size_t winner = 0;   ///< its index among the candidates
  JoulesPerItem from{0.0};  ///< per unit of quality; 0 for the first
  /// Of `from`, with the errors of all four numbers taken as independent; missing for the first,
  /// and where the qualities of both neighbours can't be told apart.
  Interval<JoulesPerItem> from_interval = {};
};

namespace detail {

/// @throws Error for an estimate with a number that isn't finite, and for energies of a model and
/// of
///         an instrument beside each other
void expect_comparable(View<QualityEnergyPoint> candidates);

}  // namespace detail

/// Which model to take for each price of quality: the ranges of lambda from 0 (nothing but energy
/// counts) to where energy is free. A model in no range is never the one to take, whatever quality
/// is worth: some other has more of it for less, or two others have between them.
///
/// Of equal candidates the first counts. One without a quality or an energy is in no range, and
/// there is none where all are so.
///
/// @unit   lambda in J/item for one unit of the quality
/// @shape  [ranges], lambda ascending; quality and energy ascend along it
/// @error  the ranges are those of the values; from_interval tells how well an end is known
/// @throws Error for no candidates, for numbers that aren't finite, and for modelled (or simulated)
///         energies among measured ones
/// @source the ends are (E_b - E_a)/(Q_b - Q_a) of neighbours on the upper convex hull, walked as
/// in
///         Jarvis, Information Processing Letters 2 (1973) 18
[[nodiscard]] std::vector<BenefitRange> best_by_net_benefit(View<QualityEnergyPoint> candidates,
                                                            double level = 0.95);

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/score/net_benefit-inl.hpp"
#endif
