// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <concepts>

#include "perjoule/core/config.hpp"
#include "perjoule/stats/ratio.hpp"
#include "perjoule/units/estimate.hpp"
#include "perjoule/units/quantity.hpp"

namespace perjoule::inline v0 {

/// Requires energy per item. The energy of a whole run changes when the test set is doubled, so
/// there is no score over it. The name of this concept appears in the compiler's error.
template <class Q>
concept EnergyIsPerItem = (Q::dimension == JoulesPerItem::dimension);

/// A skill with its interval, which is rarely symmetric, or without one.
template <class S>
concept SkillEstimate =
    std::same_as<S, Estimate<double>> || std::same_as<S, IntervalEstimate<double>>;

/// Returns the quality per joule, independent of the length of the test set.
///
/// This describes one model and does not rank several: energy spans decades where quality does not,
/// so the cheapest model that knows anything leads (docs/explanation/scores.md).
///
/// @param skill   quality above the trivial predictor, (Q - Q0)/(Q* - Q0); 0 for a model that knows
///                nothing; best with its interval, {quality.skill, quality.skill_interval}
/// @param energy  per item, total (including the idle share) unless the caller's name says active
/// @unit    items per joule, weighted by skill
/// @error   see ratio(): quality and energy come from different instruments and are independent
/// @throws  nothing; a missing input gives a missing score
/// @source  docs/reference/formulas.md#scores
template <SkillEstimate Skill, class Q>
requires EnergyIsPerItem<Q>
[[nodiscard]] IntervalEstimate<ItemsPerJoule> per_joule(const Skill& skill,
                                                        const Estimate<Q>& energy) {
  return ratio(skill, energy);
}

/// Returns the quality per second, for items processed one after the other.
/// @unit   items per second, weighted by skill
/// @error  see per_joule
/// @source docs/reference/formulas.md#scores
template <SkillEstimate Skill>
[[nodiscard]] IntervalEstimate<ItemsPerSecond> per_second(const Skill& skill,
                                                          const Estimate<SecondsPerItem>& time) {
  return ratio(skill, time);
}

/// Returns the quality per byte of the model: of its files, packed or not, or of the memory.
/// @unit   1/B, weighted by skill
/// @error  as the skill; bytes are counted
/// @source docs/reference/formulas.md#scores
template <SkillEstimate Skill>
[[nodiscard]] IntervalEstimate<PerByte> per_byte(const Skill& skill, const Estimate<Bytes>& bytes) {
  return ratio(skill, bytes);
}

/// Returns the quality per byte moved between memory and processor for each item.
/// @unit   items per byte, weighted by skill
/// @error  see per_joule
/// @source docs/reference/formulas.md#scores
template <SkillEstimate Skill>
[[nodiscard]] IntervalEstimate<ItemsPerByte> per_moved_byte(const Skill& skill,
                                                            const Estimate<BytesPerItem>& moved) {
  return ratio(skill, moved);
}

/// Returns the information that a model adds about each item's answer, beyond the class
/// frequencies. The prior predictor scores 0, a model that is confident of wrong answers scores
/// below 0, and the information of two independent questions about an item adds up. Accuracy has
/// none of these three properties.
///
/// @param prior  mean negative log-likelihood of the prior predictor, which gives each class its
///               frequency whatever the input: the entropy of the labels if the frequencies are
///               those of the test set. @unit nats per item
/// @param model  mean negative log-likelihood of the model on the same items. @unit nats per item
/// @unit   bit/item
/// @error  as the model's; the prior is a property of the task and taken as exact
/// @throws Error for a prior that is not finite
/// @source Cover and Thomas, Elements of Information Theory (2006), 2.4 and 6.2
[[nodiscard]] Estimate<BitsPerItem> information_gain(double prior, const Estimate<double>& model);

/// Returns the information per joule: (H0 - NLL)/ln 2 over the energy per item. Like per_joule it
/// describes one model and does not rank several.
/// @unit   bit/J
/// @error  see ratio(); for negative log-likelihoods and energies of single items, use paired_ratio
/// @throws nothing; a missing input gives a missing score
/// @source (H0 - NLL)/(E ln 2), see information_gain()
[[nodiscard]] IntervalEstimate<BitsPerJoule> information_per_joule(
    const Estimate<BitsPerItem>& information, const Estimate<JoulesPerItem>& energy);

/// Returns the number of correct answers per joule. It uses accuracy and not skill, so it predicts
/// what a battery will do with a model that was chosen by other means. It does not choose a model:
/// a program that answers with the most frequent class for a microjoule leads by orders of
/// magnitude.
/// @param accuracy  a share of 1
/// @unit   item/J
/// @error  see ratio(); if the energy of each item is known, use paired_ratio of correct answers
/// @throws Error for an accuracy outside 0 to 1; a missing input gives a missing score
/// @source accuracy / (joules per item)
[[nodiscard]] IntervalEstimate<ItemsPerJoule> correct_answers_per_joule(
    const Estimate<double>& accuracy, const Estimate<JoulesPerItem>& energy);

/// Returns the number of items per joule, right or wrong: throughput by energy instead of time.
/// @unit   item/J
/// @error  as the energy
/// @throws nothing; a missing energy gives a missing score
/// @source 1 / (joules per item)
[[nodiscard]] IntervalEstimate<ItemsPerJoule> items_per_joule(
    const Estimate<JoulesPerItem>& energy);

/// Returns the quality per floating-point operation. Operations are the same on every machine,
/// while joules are not. But a model with fewer operations may take more energy and time, since
/// most of the cost is in moving the numbers.
/// @param skill  see per_joule
/// @unit   item/op, weighted by skill
/// @error  see ratio()
/// @throws nothing; a missing input gives a missing score
/// @source Schwartz et al., Green AI, arXiv 1907.10597; its limits: Dehghani et al., arXiv
///         2110.12894
[[nodiscard]] IntervalEstimate<ItemsPerOperation> per_operation(
    const Estimate<double>& skill, const Estimate<OperationsPerItem>& operations);

namespace detail {

/// Returns energy time^exponent.
/// @unit   unit of energy times unit of time^exponent
/// @error  see energy_delay_product
/// @source GUM (JCGM 100:2008) 5.2.2 with r = 1
[[nodiscard]] Estimate<double> energy_delay(const Estimate<double>& energy,
                                            const Estimate<double>& time, int exponent);

}  // namespace detail

/// Returns energy times time of an item; smaller is better. A machine does not improve it by
/// running slower at a lower voltage. With the exponent 2 the time counts twice.
/// @tparam Exponent  exponent of the time: 1 (EDP) or 2 (ED2P)
/// @unit   J s/item^2, or J s^2/item^3
/// @error  energy and time come from the same windows, where a slow window takes more energy. Their
///         relative uncertainties are therefore added in full, which is never too little
/// @throws nothing; a missing input, or a time that is not positive, gives a missing product
/// @source Horowitz, Indermaur and Gonzalez, Low-power digital design (1994); ED2P: Martin, Nystrom
///         and Penzes, ET2: a metric for time and energy efficiency of computation (2002)
template <int Exponent = 1>
requires(Exponent == 1 || Exponent == 2)
    [[nodiscard]] auto energy_delay_product(const Estimate<JoulesPerItem>& energy,
                                            const Estimate<SecondsPerItem>& time) {
  using Product = Quantity<Dimension{.joule = 1, .second = Exponent, .item = -1 - Exponent}>;
  return detail::with_unit<Product>(
      detail::energy_delay(detail::strip_unit(energy), detail::strip_unit(time), Exponent));
}

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/score/efficiency-inl.hpp"
#endif
