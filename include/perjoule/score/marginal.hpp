// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/stats/covariance.hpp"
#include "perjoule/stats/ratio.hpp"
#include "perjoule/units/estimate.hpp"
#include "perjoule/units/names.hpp"

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
[[nodiscard]] Ratio<JoulesPerItem> marginal_joules(const Estimate<JoulesPerItem>& energy,
                                                   const Estimate<double>& quality,
                                                   const Covariance& covariance = {},
                                                   double level = 0.95);

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/score/marginal-inl.hpp"
#endif
