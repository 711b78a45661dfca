// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/score/marginal.hpp"
#include "perjoule/stats/ratio_of_differences.hpp"

namespace perjoule::inline v0 {

PERJOULE_INLINE Ratio<JoulesPerItem> marginal_joules(const Estimate<JoulesPerItem>& energy,
                                                     const Estimate<double>& quality,
                                                     const Covariance& covariance, double level) {
  return ratio_of_differences(energy, quality, covariance, level);
}

}  // namespace perjoule::inline v0
