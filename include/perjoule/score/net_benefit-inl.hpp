// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/score/net_benefit.hpp"

namespace perjoule::inline v0 {

PERJOULE_INLINE IntervalEstimate<JoulesPerItem> marginal_joules(
    const Estimate<JoulesPerItem>& energy, const Estimate<double>& quality,
    const Covariance& covariance, double level) {
  return ratio_of_differences(energy, quality, covariance, level);
}

PERJOULE_INLINE Estimate<double> net_benefit(const Estimate<double>& quality,
                                             const Estimate<JoulesPerItem>& energy,
                                             JoulesPerItem lambda) {
  if (!is_finite(lambda.si()) || lambda <= JoulesPerItem(0.0)) {
    detail::fail("quality is worth no energy", "net_benefit",
                 "pass a lambda above 0: the joules per item that one unit of quality is worth");
  }
  return difference(quality, {energy.value / lambda, energy.random / lambda, energy.dof,
                              energy.common / lambda, energy.provenance});
}

}  // namespace perjoule::inline v0

namespace perjoule::inline v0::detail {

PERJOULE_INLINE void expect_comparable(View<QualityEnergyPoint> candidates) {
  bool any_read = false;
  bool any_modelled = false;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    const QualityEnergyPoint& candidate = candidates[i];
    if (!candidate.quality.is_known() || !candidate.energy.is_known()) continue;
    if (!is_known_and_finite(candidate.quality) ||
        !is_known_and_finite(strip_unit(candidate.energy))) {
      fail("a quality or an energy is not a finite number",
           text::format("candidate {}, counted from 0", i),
           "leave it out, or look for a division by zero");
    }
    (candidate.energy.provenance < Provenance::modelled ? any_read : any_modelled) = true;
  }
  if (any_read && any_modelled) {
    fail("modelled energies among measured ones", "best_by_net_benefit",
         "compare measured ones with each other, and modelled ones with each other");
  }
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE std::vector<BenefitRange> best_by_net_benefit(View<QualityEnergyPoint> candidates,
                                                              double level) {
  if (candidates.empty()) {
    detail::fail("no candidates", "best_by_net_benefit", "pass the models to choose from");
  }
  detail::expect_comparable(candidates);
  std::vector<BenefitRange> ranges;
  const QualityEnergyPoint* best = nullptr;
  const auto is_known = [](const QualityEnergyPoint& candidate) {
    return candidate.quality.is_known() && candidate.energy.is_known();
  };
  // Where only energy counts, the least energy wins, and of equal energies the better quality.
  for (const QualityEnergyPoint& other : candidates) {
    if (!is_known(other)) continue;
    if (best == nullptr || other.energy.value < best->energy.value ||
        (other.energy.value == best->energy.value && other.quality.value > best->quality.value)) {
      best = &other;
    }
  }
  BenefitRange range;
  while (best != nullptr) {
    range.winner = static_cast<std::size_t>(best - candidates.begin());
    ranges.push_back(range);
    const QualityEnergyPoint* next = nullptr;
    for (const QualityEnergyPoint& other : candidates) {
      const double gain = other.quality.value - best->quality.value;
      if (!is_known(other) || gain <= 0.0) continue;
      const JoulesPerItem price = (other.energy.value - best->energy.value) / gain;
      // Of several on one line, take the farthest: the others would win only at a single point.
      if (next == nullptr || price < range.from ||
          (price == range.from && other.quality.value > next->quality.value)) {
        next = &other;
        range.from = price;
      }
    }
    if (next != nullptr) {
      range.from_interval = marginal_joules(difference(next->energy, best->energy),
                                            difference(next->quality, best->quality), {}, level)
                                .interval;
    }
    best = next;
  }
  return ranges;
}

}  // namespace perjoule::inline v0
