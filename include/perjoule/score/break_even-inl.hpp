// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/score/break_even.hpp"
#include "perjoule/stats/confidence.hpp"
#include "perjoule/stats/difference.hpp"
#include "perjoule/stats/ratio_of_differences.hpp"
#include "perjoule/units/quantity.hpp"

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
  const Estimate<double> training = detail::bare(extra_training);
  const Estimate<double> inference = detail::bare(saving);
  BreakEven found;
  if (!detail::is_usable(training) || !detail::is_usable(inference)) return found;
  const double t = detail::wider_quantile(training, inference, level);
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

PERJOULE_INLINE BreakEven break_even(const LifeEnergy& first, const LifeEnergy& second,
                                     double level) {
  return break_even(difference(second.training, first.training),
                    difference(first.inference, second.inference), {}, level);
}

}  // namespace perjoule::inline v0
