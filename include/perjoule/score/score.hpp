// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string>

#include "perjoule/stats/ratio.hpp"
#include "perjoule/units/estimate.hpp"
#include "perjoule/units/quantity.hpp"

namespace perjoule::inline v0 {

/// Energy of a whole run changes when somebody doubles the test set, so a score over it does not
/// exist: the name of this concept is what the compiler says then.
template <class Q>
concept EnergyIsPerItem = (Q::dimension == JoulesPerItem::dimension);

/// How much quality one joule buys, independent of how long the test set is.
///
/// It describes a model and does not rank several: energy spans decades where quality does not, so
/// the cheapest model that knows anything leads (docs/explanation/scores.md).
///
/// @param skill   quality above the trivial predictor, (Q - Q0)/(Q* - Q0); 0 for a model that knows
///                nothing
/// @param energy  per item, total (with the idle share) unless the caller's name says active
/// @unit    items per joule, weighted by skill
/// @error   see ratio(): quality and energy come from different instruments and are independent
/// @throws  nothing; a missing input gives a missing score
/// @source  docs/reference/formulas.md#scores
template <class Q>
requires EnergyIsPerItem<Q>
[[nodiscard]] Ratio<ItemsPerJoule> per_joule(const Estimate<double>& skill,
                                             const Estimate<Q>& energy) {
  return ratio(skill, energy);
}

/// How much quality one second buys, one item after the other.
/// @unit   items per second, weighted by skill
/// @error  see per_joule
/// @source docs/reference/formulas.md#scores
[[nodiscard]] inline Ratio<ItemsPerSecond> per_second(const Estimate<double>& skill,
                                                      const Estimate<SecondsPerItem>& time) {
  return ratio(skill, time);
}

/// How much quality one byte of the model buys: of its files, packed or not, or of the memory.
/// @unit   1/B, weighted by skill
/// @error  that of the skill; bytes are counted
/// @source docs/reference/formulas.md#scores
[[nodiscard]] inline Ratio<PerByte> per_byte(const Estimate<double>& skill,
                                             const Estimate<Bytes>& bytes) {
  return ratio(skill, bytes);
}

/// How much quality one byte between memory and processor buys, of those that each item moves.
/// @unit   items per byte, weighted by skill
/// @error  see per_joule
/// @source docs/reference/formulas.md#scores
[[nodiscard]] inline Ratio<ItemsPerByte> per_moved_byte(const Estimate<double>& skill,
                                                        const Estimate<BytesPerItem>& moved) {
  return ratio(skill, moved);
}

/// A score as it stands in a record: named, with its unit.
struct Score {
  std::string name;    ///< "quality_per_joule"
  std::string metric;  ///< whose skill it is: "accuracy"
  std::string unit;    ///< "item/J"
  Estimate<double> value;
  Interval<double> interval;
};

}  // namespace perjoule::inline v0
