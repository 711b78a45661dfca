// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstdint>
#include <string_view>

#include "perjoule/core/config.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/stats/propagate.hpp"
#include "perjoule/stats/ratio.hpp"
#include "perjoule/units/estimate.hpp"
#include "perjoule/units/quantity.hpp"
#include "perjoule/units/training_stage.hpp"

namespace perjoule::inline v0 {

/// Returns the energy of making a model: the sum of all stages. If a small model was distilled from
/// a large one, the teacher is one of the stages, unless the teacher was made for its own sake. The
/// list of stages shows which.
/// @unit   J
/// @error  as total(): common parts add. Missing if a stage is missing
/// @throws Error for an empty list
/// @source the sum of the stages; GUM (JCGM 100:2008) 5.1.2 and 5.2.2
[[nodiscard]] Estimate<Joules> training_energy(View<TrainingStage> stages);

/// Returns the energy of a model over its life: training once, plus the energy of each inference.
/// @param inferences  number of items that it will answer, 0 or more
/// @unit   J
/// @error  as total(): common parts add, which is correct for one meter, and too much but never too
///         little for two. The number of inferences is exact
/// @throws Error for a number of inferences that is not finite, or below 0
/// @source E_train + n e
[[nodiscard]] Estimate<Joules> lifecycle_energy(const Estimate<Joules>& training,
                                                const Estimate<JoulesPerItem>& inference,
                                                Items inferences);

/// Answers when the second of two models takes less energy than the first, training and all
/// inferences together.
enum class BreakEvenOutcome : std::uint8_t {
  missing,         ///< one of the energies is missing
  after,           ///< its training takes more, and each inference less: after this many inferences
  until,           ///< its training takes less, and each inference more: until this many inferences
  from_the_start,  ///< it takes less from the first inference on, and always
  never,           ///< it never takes less
  undecided,       ///< the energies per inference can't be told apart, so no number bounds it
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

/// Number of inferences after which a model has paid back its training, or why there is no number.
struct BreakEven {
  BreakEvenOutcome outcome = BreakEvenOutcome::missing;
  IntervalEstimate<Items> inferences =
      {};  ///< only known for `after` and `until`; not rounded, not below 0
  Provenance provenance = Provenance::missing;  ///< the worst of the energies
};

/// Energy of a model: of its training, and per inference.
struct LifecycleEnergy {
  Estimate<Joules> training = {};  ///< see training_energy
  Estimate<JoulesPerItem> inference = {};
};

namespace detail {

enum class Sign : std::uint8_t { below, zero, above, unclear };

/// Returns the sign of a value; `unclear` if its interval contains 0. Only a value without
/// uncertainty is zero.
[[nodiscard]] Sign sign_of(const Estimate<double>& x, double t) noexcept;

[[nodiscard]] BreakEvenOutcome break_even_outcome(Sign extra_training, Sign saving) noexcept;

}  // namespace detail

/// Returns the number of inferences after which the second model has saved its extra training
/// energy.
///
/// Get the differences from difference(), with the covariances if one meter read both, or from
/// rounds measured in turns. If the second training may have taken less energy than the first, the
/// interval begins at 0.
///
/// @param extra_training  second model's training minus the first's
/// @param saving          per inference: the **first** model's energy minus the second's
/// @param covariance      of the two differences
/// @unit   items
/// @error  Fieller's interval, cut off at 0; `undecided` if the interval of the saving contains 0
/// @throws Error for an impossible covariance
/// @source N = (Etrain_b - Etrain_a)/(e_a - e_b); Fieller, J. Royal Statist. Soc. B 16 (1954) 175
[[nodiscard]] BreakEven break_even(const Estimate<Joules>& extra_training,
                                   const Estimate<JoulesPerItem>& saving,
                                   const Covariance& covariance = {}, double level = 0.95);

/// The same for two models whose four energies are independent. Errors that they do share cancel in
/// part, so the interval is then wider than necessary.
/// @unit   items
/// @error  as for the differences; all four energies are taken as independent
/// @throws nothing; a missing energy gives `missing`
/// @source N = (Etrain_b - Etrain_a)/(e_a - e_b)
[[nodiscard]] BreakEven break_even(const LifecycleEnergy& first, const LifecycleEnergy& second,
                                   double level = 0.95);

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/score/lifecycle-inl.hpp"
#endif
