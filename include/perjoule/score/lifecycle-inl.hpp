// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/score/lifecycle.hpp"
#include "perjoule/stats/confidence.hpp"

namespace perjoule::inline v0 {

PERJOULE_INLINE Estimate<Joules> training_energy(View<TrainingStage> stages) {
  if (stages.empty()) {
    detail::fail("a model that took no training", "training_energy",
                 "name its stages; pass one of exact(Joules(0)) where the training isn't counted");
  }
  Estimate<Joules> sum = exact(Joules(0.0));
  for (const TrainingStage& stage : stages) {
    if (!detail::is_known_and_finite(detail::strip_unit(stage.energy))) return {};
    sum = total(sum, stage.energy);
  }
  return sum;
}

PERJOULE_INLINE Estimate<Joules> lifecycle_energy(const Estimate<Joules>& training,
                                                  const Estimate<JoulesPerItem>& inference,
                                                  Items inferences) {
  const double n = inferences.si();
  if (!is_finite(n) || n < 0.0) {
    detail::fail("no number of inferences", text::shortest(n),
                 "pass how many items the model answers in its life, 0 or more");
  }
  if (!detail::is_known_and_finite(detail::strip_unit(training)) ||
      !detail::is_known_and_finite(detail::strip_unit(inference))) {
    return {};
  }
  return total(training, Estimate<Joules>{inference.value * inferences,
                                          inference.random * inferences, inference.dof,
                                          inference.common * inferences, inference.provenance});
}

}  // namespace perjoule::inline v0

namespace perjoule::inline v0::detail {

PERJOULE_INLINE Sign sign_of(const Estimate<double>& x, double t) noexcept {
  const double reach = t * standard_uncertainty(x);
  if (x.value > reach) return Sign::above;
  if (x.value < -reach) return Sign::below;
  return reach > 0.0 ? Sign::unclear : Sign::zero;
}

PERJOULE_INLINE BreakEvenOutcome break_even_outcome(Sign extra_training, Sign saving) noexcept {
  const bool no_extra = extra_training == Sign::below || extra_training == Sign::zero;
  if (saving == Sign::above) {
    return no_extra ? BreakEvenOutcome::from_the_start : BreakEvenOutcome::after;
  }
  if (saving == Sign::below) {
    const bool no_head_start = extra_training == Sign::above || extra_training == Sign::zero;
    return no_head_start ? BreakEvenOutcome::never : BreakEvenOutcome::until;
  }
  if (saving == Sign::unclear || extra_training == Sign::unclear) {
    return BreakEvenOutcome::undecided;
  }
  return extra_training == Sign::below ? BreakEvenOutcome::from_the_start : BreakEvenOutcome::never;
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE BreakEven break_even(const Estimate<Joules>& extra_training,
                                     const Estimate<JoulesPerItem>& saving,
                                     const Covariance& covariance, double level) {
  const Estimate<double> training = detail::strip_unit(extra_training);
  const Estimate<double> inference = detail::strip_unit(saving);
  BreakEven found;
  if (!detail::is_known_and_finite(training) || !detail::is_known_and_finite(inference))
    return found;
  const double t = detail::conservative_t_quantile(training, inference, level);
  found.provenance = worst(training.provenance, inference.provenance);
  found.outcome =
      detail::break_even_outcome(detail::sign_of(training, t), detail::sign_of(inference, t));
  if (found.outcome != BreakEvenOutcome::after && found.outcome != BreakEvenOutcome::until) {
    return found;
  }
  found.inferences = ratio_of_differences(extra_training, saving, covariance, level);
  constexpr Items start(0.0);
  if (found.inferences.estimate.value < start) found.inferences.estimate.value = start;
  if (found.inferences.interval.low < start) found.inferences.interval.low = start;
  return found;
}

PERJOULE_INLINE BreakEven break_even(const LifecycleEnergy& first, const LifecycleEnergy& second,
                                     double level) {
  return break_even(difference(second.training, first.training),
                    difference(first.inference, second.inference), {}, level);
}

}  // namespace perjoule::inline v0
