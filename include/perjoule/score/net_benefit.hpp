// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>

#include "perjoule/core/buffer.hpp"
#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/line.hpp"
#include "perjoule/core/math.hpp"
#include "perjoule/core/missing.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/score/marginal.hpp"
#include "perjoule/stats/difference.hpp"
#include "perjoule/units/estimate.hpp"
#include "perjoule/units/interval.hpp"
#include "perjoule/units/names.hpp"

namespace perjoule::inline v0 {

/// What a model is worth to somebody who pays so many joules an item for one unit of quality.
/// @param quality  of a metric where more is better
/// @param lambda   joules per item that one unit of the quality is worth, above 0
/// @unit   that of the quality
/// @error  quality and energy are taken as independent
/// @throws Error for a lambda that is not above 0; a missing input gives a missing benefit
/// @source Q - E/lambda, the net benefit of health economics: Stinnett and Mullahy, Medical
/// Decision
///         Making 18 (1998) S68
[[nodiscard]] PERJOULE_COLD inline Estimate<double> net_benefit(
    const Estimate<double>& quality, const Estimate<JoulesPerItem>& energy, JoulesPerItem lambda) {
  if (!is_finite(lambda.si()) || lambda <= JoulesPerItem(0.0)) {
    detail::fail("quality is worth no energy", "net_benefit",
                 "pass a lambda above 0: the joules per item that one unit of quality is worth");
  }
  return difference(quality, {energy.value / lambda, energy.random / lambda, energy.dof,
                              energy.common / lambda, energy.provenance});
}

/// A model among those that best_by_net_benefit compares.
struct Candidate {
  Estimate<double> quality = {};  ///< of a metric where more is better
  Estimate<JoulesPerItem> energy = {};
};

/// From which lambda on a model has the greatest net benefit. It ends where the next range begins,
/// and the last one never does.
struct BenefitRange {
  std::size_t winner = 0;   ///< its index among the candidates
  JoulesPerItem from{0.0};  ///< per unit of quality; 0 for the first
  /// Of `from`, with the errors of all four numbers taken as independent; missing for the first,
  /// and where the qualities of both neighbours can't be told apart.
  Interval<JoulesPerItem> from_interval = {};
};

namespace detail {

/// @throws Error for an estimate with a number that isn't finite, and for energies of a model and
/// of
///         an instrument beside each other
PERJOULE_COLD inline void expect_comparable(View<Candidate> candidates) {
  bool any_read = false;
  bool any_modelled = false;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    const Candidate& candidate = candidates[i];
    if (!candidate.quality.is_known() || !candidate.energy.is_known()) continue;
    if (!is_usable(candidate.quality) || !is_usable(bare(candidate.energy))) {
      fail("a quality or an energy is not a finite number",
           text::format("candidate %zu, counted from 0", i).chars,
           "leave it out, or look for a division by zero");
    }
    (candidate.energy.provenance < Provenance::modelled ? any_read : any_modelled) = true;
  }
  if (any_read && any_modelled) {
    fail("modelled energies among measured ones", "best_by_net_benefit",
         "compare measured ones with each other, and modelled ones with each other");
  }
}

}  // namespace detail

/// Which model to take for each price of quality: the ranges of lambda from 0 (nothing but energy
/// counts) to where energy is free. A model in no range is never the one to take, whatever quality
/// is worth: some other has more of it for less, or two others have between them.
///
/// Of equal candidates the first counts. One without a quality or an energy is in no range, and
/// there is none where all are so.
///
/// @unit   lambda in J/item for one unit of the quality
/// @shape  [ranges], lambda ascending; quality and energy ascend along it
/// @error  the ranges are those of the values; from_interval tells how well an end is known
/// @throws Error for no candidates, for numbers that aren't finite, and for modelled (or simulated)
///         energies among measured ones
/// @source the ends are (E_b - E_a)/(Q_b - Q_a) of neighbours on the upper convex hull, walked as
/// in
///         Jarvis, Information Processing Letters 2 (1973) 18
[[nodiscard]] PERJOULE_COLD inline Buffer<BenefitRange> best_by_net_benefit(
    View<Candidate> candidates, double level = 0.95) {
  if (candidates.empty()) {
    detail::fail("no candidates", "best_by_net_benefit", "pass the models to choose from");
  }
  detail::expect_comparable(candidates);
  Buffer<BenefitRange> ranges;
  const Candidate* best = nullptr;
  const auto is_known = [](const Candidate& candidate) {
    return candidate.quality.is_known() && candidate.energy.is_known();
  };
  // Where nothing but energy counts the least of it wins, and of equal ones the better one.
  for (const Candidate& other : candidates) {
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
    const Candidate* next = nullptr;
    for (const Candidate& other : candidates) {
      const double gain = other.quality.value - best->quality.value;
      if (!is_known(other) || gain <= 0.0) continue;
      const JoulesPerItem price = (other.energy.value - best->energy.value) / gain;
      // Of those on one line the farthest: the others would win at a single point only.
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
