// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/missing.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/score/lifecycle.hpp"
#include "perjoule/stats/propagate.hpp"
#include "perjoule/units/quantity.hpp"

namespace perjoule::inline v0 {

PERJOULE_INLINE Estimate<Joules> training_energy(View<TrainingStage> stages) {
  if (stages.empty()) {
    detail::fail("a model that took no training", "training_energy",
                 "name its stages; pass one of exact(Joules(0)) where the training isn't counted");
  }
  Estimate<Joules> sum = exact(Joules(0.0));
  for (const TrainingStage& stage : stages) {
    if (!detail::is_usable(detail::bare(stage.energy))) return {};
    sum = total(sum, stage.energy);
  }
  return sum;
}

PERJOULE_INLINE Estimate<Joules> lifecycle_energy(const Estimate<Joules>& training,
                                                  const Estimate<JoulesPerItem>& inference,
                                                  Items inferences) {
  const double n = inferences.si();
  if (!is_finite(n) || n < 0.0) {
    detail::fail("no number of inferences", text::shortest(n).chars,
                 "pass how many items the model answers in its life, 0 or more");
  }
  if (!detail::is_usable(detail::bare(training)) || !detail::is_usable(detail::bare(inference))) {
    return {};
  }
  return total(training, Estimate<Joules>{inference.value * inferences,
                                          inference.random * inferences, inference.dof,
                                          inference.common * inferences, inference.provenance});
}

}  // namespace perjoule::inline v0
