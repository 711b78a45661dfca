// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// expect: EnergyIsPerItem
#include "perjoule/score/efficiency.hpp"

using namespace perjoule;

#ifdef CONTROL
using Energy = JoulesPerItem;
#else
using Energy = Joules;
#endif

IntervalEstimate<ItemsPerJoule> score(const Estimate<double>& skill,
                                      const Estimate<Energy>& energy) {
  return per_joule(skill, energy);
}
