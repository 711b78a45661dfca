// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cmath>

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/math.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/score/efficiency.hpp"
#include "perjoule/stats/propagate.hpp"

namespace perjoule::inline v0 {

PERJOULE_INLINE Estimate<BitsPerItem> information_gain(double prior,
                                                       const Estimate<double>& model) {
  if (!is_finite(prior)) {
    detail::fail("the prior predictor's likelihood is not a finite number", "information_gain",
                 "give each class a frequency above zero, as from counts plus one");
  }
  if (!detail::has_value(model)) return {};
  constexpr double nats_per_bit = 0.69314718055994530942;
  return {BitsPerItem((prior - model.value) / nats_per_bit),
          BitsPerItem(model.random / nats_per_bit), model.dof,
          BitsPerItem(model.common / nats_per_bit), model.provenance};
}

PERJOULE_INLINE IntervalEstimate<BitsPerJoule> information_per_joule(
    const Estimate<BitsPerItem>& information, const Estimate<JoulesPerItem>& energy) {
  return ratio(information, energy);
}

PERJOULE_INLINE IntervalEstimate<ItemsPerJoule> correct_answers_per_joule(
    const Estimate<double>& accuracy, const Estimate<JoulesPerItem>& energy) {
  if (!detail::has_value(accuracy)) return {};
  if (accuracy.value < 0.0 || accuracy.value > 1.0) {
    detail::fail("an accuracy is no share of 1", text::significant(accuracy.value, 4),
                 "pass 0.941 for 94.1 %");
  }
  return ratio(accuracy, energy);
}

PERJOULE_INLINE IntervalEstimate<ItemsPerJoule> items_per_joule(
    const Estimate<JoulesPerItem>& energy) {
  return ratio(exact(1.0), energy);
}

PERJOULE_INLINE IntervalEstimate<ItemsPerOperation> per_operation(
    const Estimate<double>& skill, const Estimate<OperationsPerItem>& operations) {
  return ratio(skill, operations);
}

}  // namespace perjoule::inline v0

namespace perjoule::inline v0::detail {

PERJOULE_INLINE Estimate<double> energy_delay(const Estimate<double>& energy,
                                              const Estimate<double>& time, int exponent) {
  if (!has_value(energy) || !has_value(time) || time.value <= 0.0) return {};
  double power = 1.0;
  for (int i = 0; i < exponent; ++i) power *= time.value;
  const double by_time = std::abs(energy.value) * exponent * power / time.value;
  return {energy.value * power, energy.random * power + by_time * time.random,
          smaller_dof(energy, time), energy.common * power + by_time * time.common,
          worst(energy.provenance, time.provenance)};
}

}  // namespace perjoule::inline v0::detail
