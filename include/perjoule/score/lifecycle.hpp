// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/line.hpp"
#include "perjoule/core/missing.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/stats/propagate.hpp"
#include "perjoule/units/estimate.hpp"
#include "perjoule/units/names.hpp"

namespace perjoule::inline v0 {

/// A step on the way to a model: its training, a search before it, distilling, pruning, quantizing.
struct TrainingStage {
  text::Short name = {};  ///< "pretraining", "distillation", "calibration of int8"
  Estimate<Joules> energy = {};
};

/// What it took to make a model: all of its stages. A small model that was distilled from a large
/// one has the teacher among its stages, unless the teacher was made for its own sake; the list
/// says which, and nobody has to guess.
/// @unit   J
/// @error  that of total(): common parts add. Missing where one stage is
/// @throws Error for no stages
/// @source the sum of the stages; GUM (JCGM 100:2008) 5.1.2 and 5.2.2
[[nodiscard]] PERJOULE_COLD inline Estimate<Joules> training_energy(View<TrainingStage> stages) {
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

/// What a model takes in its life: once to make it, and so much for each inference.
/// @param inferences  as many as it will answer, 0 or more
/// @unit   J
/// @error  that of total(): common parts add, as of one meter; of two it is too much and never too
///         little. The number of inferences is exact
/// @throws Error for a number of inferences that is not finite, or below 0
/// @source E_train + n e
[[nodiscard]] PERJOULE_COLD inline Estimate<Joules> lifecycle_energy(
    const Estimate<Joules>& training, const Estimate<JoulesPerItem>& inference, Items inferences) {
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
