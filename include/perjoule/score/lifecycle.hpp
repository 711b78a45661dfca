// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/core/line.hpp"
#include "perjoule/core/view.hpp"
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
[[nodiscard]] Estimate<Joules> training_energy(View<TrainingStage> stages);

/// What a model takes in its life: once to make it, and so much for each inference.
/// @param inferences  as many as it will answer, 0 or more
/// @unit   J
/// @error  that of total(): common parts add, as of one meter; of two it is too much and never too
///         little. The number of inferences is exact
/// @throws Error for a number of inferences that is not finite, or below 0
/// @source E_train + n e
[[nodiscard]] Estimate<Joules> lifecycle_energy(const Estimate<Joules>& training,
                                                const Estimate<JoulesPerItem>& inference,
                                                Items inferences);

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/score/lifecycle-inl.hpp"
#endif
