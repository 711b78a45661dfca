// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "perjoule/core/config.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/stats/propagate.hpp"
#include "perjoule/stats/ratio.hpp"
#include "perjoule/units/estimate.hpp"
#include "perjoule/units/quantity.hpp"

namespace perjoule::inline v0 {

/// A step on the way to a model: its training, a search before it, distilling, pruning, quantizing.
struct TrainingStage {
  std::string name = {};  ///< "pretraining", "distillation", "calibration of int8"
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

/// When the second of two models takes less energy than the first, training and all inferences
/// together.
enum class BreakEvenOutcome : std::uint8_t {
  missing,         ///< one of the energies is
  after,           ///< it took more to train and saves it with each inference: after so many
  until,           ///< it took less to train and more for each inference: until so many
  from_the_start,  ///< it takes less from the first inference on, and stays so
  never,           ///< it never takes less
  undecided,       ///< the energies of an inference can't be told apart: no number bounds it
};

[[nodiscard]] constexpr std::string_view name(BreakEvenOutcome outcome) noexcept {
  switch (outcome) {
    case BreakEvenOutcome::after:
      return "after";
    case BreakEvenOutcome::until:
      return "until";
    case BreakEvenOutcome::from_the_start:
      return "from the start";
    case BreakEvenOutcome::never:
      return "never";
    case BreakEvenOutcome::undecided:
      return "undecided";
    case BreakEvenOutcome::missing:
      break;
  }
  return "missing";
}

/// After how many inferences a model pays back what its training took, or why there is no number.
struct BreakEven {
  BreakEvenOutcome outcome = BreakEvenOutcome::missing;
  Measured<Items> inferences =
      {};  ///< missing but for `after` and `until`; not rounded, not below 0
  Provenance provenance = Provenance::missing;  ///< the worst of the energies'
};

/// What a model takes: once, and for each inference.
struct LifecycleEnergy {
  Estimate<Joules> training = {};  ///< see training_energy
  Estimate<JoulesPerItem> inference = {};
};

namespace detail {

enum class Sign : std::uint8_t { below, zero, above, unclear };

/// Whether a value's interval leaves its sign open. Only a value without uncertainty is zero.
[[nodiscard]] Sign sign_of(const Estimate<double>& x, double t) noexcept;

[[nodiscard]] BreakEvenOutcome break_even_outcome(Sign extra_training, Sign saving) noexcept;

}  // namespace detail

/// How many inferences it takes until the second model has saved what its training took more.
///
/// The differences come from difference(), with the covariances where one meter read both, or from
/// rounds in turns. A training that may as well have taken less gives an interval from 0 on.
///
/// @param extra_training  of the second model less that of the first
/// @param saving          of an inference: the **first** model's energy less the second's
/// @param covariance      of the two differences
/// @unit   items
/// @error  Fieller's interval, cut off at 0; `undecided` where the interval of the saving contains
/// 0
/// @throws Error for an impossible covariance
/// @source N = (Etrain_b - Etrain_a)/(e_a - e_b); Fieller, J. Royal Statist. Soc. B 16 (1954) 175
[[nodiscard]] BreakEven break_even(const Estimate<Joules>& extra_training,
                                   const Estimate<JoulesPerItem>& saving,
                                   const Covariance& covariance = {}, double level = 0.95);

/// The same of two models whose four energies have nothing to do with each other. What they do
/// share cancels in part, so the interval is wider then than it has to be.
/// @unit   items
/// @error  as of the differences; all four energies are taken as independent
/// @throws nothing; a missing energy gives `missing`
/// @source N = (Etrain_b - Etrain_a)/(e_a - e_b)
[[nodiscard]] BreakEven break_even(const LifecycleEnergy& first, const LifecycleEnergy& second,
                                   double level = 0.95);

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/score/lifecycle-inl.hpp"
#endif
