// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/missing.hpp"
#include "perjoule/score/information.hpp"

namespace perjoule::inline v0 {

PERJOULE_INLINE Estimate<BitsPerItem> information(double prior, const Estimate<double>& model) {
  if (!is_finite(prior)) {
    detail::fail("the prior predictor's likelihood is not a finite number", "information",
                 "give each class a frequency above zero, as from counts plus one");
  }
  if (!detail::is_usable(model)) return {};
  constexpr double nats_per_bit = 0.69314718055994530942;
  return {BitsPerItem((prior - model.value) / nats_per_bit),
          BitsPerItem(model.random / nats_per_bit), model.dof,
          BitsPerItem(model.common / nats_per_bit), model.provenance};
}

PERJOULE_INLINE Ratio<BitsPerJoule> information_per_joule(const Estimate<BitsPerItem>& information,
                                                          const Estimate<JoulesPerItem>& energy) {
  return ratio(information, energy);
}

}  // namespace perjoule::inline v0
