// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
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
[[nodiscard]] Measured<ItemsPerJoule> per_joule(const Estimate<double>& skill,
                                                const Estimate<Q>& energy) {
  return ratio(skill, energy);
}

/// How much quality one second buys, one item after the other.
/// @unit   items per second, weighted by skill
/// @error  see per_joule
/// @source docs/reference/formulas.md#scores
[[nodiscard]] inline Measured<ItemsPerSecond> per_second(const Estimate<double>& skill,
                                                         const Estimate<SecondsPerItem>& time) {
  return ratio(skill, time);
}

/// How much quality one byte of the model buys: of its files, packed or not, or of the memory.
/// @unit   1/B, weighted by skill
/// @error  that of the skill; bytes are counted
/// @source docs/reference/formulas.md#scores
[[nodiscard]] inline Measured<PerByte> per_byte(const Estimate<double>& skill,
                                                const Estimate<Bytes>& bytes) {
  return ratio(skill, bytes);
}

/// How much quality one byte between memory and processor buys, of those that each item moves.
/// @unit   items per byte, weighted by skill
/// @error  see per_joule
/// @source docs/reference/formulas.md#scores
[[nodiscard]] inline Measured<ItemsPerByte> per_moved_byte(const Estimate<double>& skill,
                                                           const Estimate<BytesPerItem>& moved) {
  return ratio(skill, moved);
}

/// What a model tells about each item's answer that its frequency alone doesn't. The prior
/// predictor tells 0, a model that is sure of wrong answers less than nothing, and what two
/// independent questions of an item yield adds up. Accuracy has none of the three.
///
/// @param prior  mean negative log-likelihood of the prior predictor, which gives each class its
///               frequency whatever the input: the entropy of the labels where the frequencies are
///               the test set's own. @unit nats per item
/// @param model  mean negative log-likelihood of the model on the same items. @unit nats per item
/// @unit   bit/item
/// @error  that of the model's; the prior is a property of the task and taken as known
/// @throws Error for a prior that is not finite
/// @source Cover and Thomas, Elements of Information Theory (2006), 2.4 and 6.2
[[nodiscard]] Estimate<BitsPerItem> information_gain(double prior, const Estimate<double>& model);

/// How much a joule tells: (H0 - NLL)/ln 2 over the energy of an item. Like per_joule it describes
/// a model and does not rank several.
/// @unit   bit/J
/// @error  see ratio(); for a negative log-likelihood and an energy of each item, paired_ratio
/// @throws nothing; a missing input gives a missing score
/// @source (H0 - NLL)/(E ln 2), see information_gain()
[[nodiscard]] Measured<BitsPerJoule> information_per_joule(const Estimate<BitsPerItem>& information,
                                                           const Estimate<JoulesPerItem>& energy);

/// How many right answers a joule buys. It is accuracy and not skill, so it tells what a battery
/// will do with a model that was chosen by other means. It does not choose one: a program that
/// names the most frequent class for a microjoule leads by orders of magnitude.
/// @param accuracy  a share of 1
/// @unit   item/J
/// @error  see ratio(); where each item's energy is known, paired_ratio of right answers
/// @throws Error for an accuracy outside 0 to 1; a missing input gives a missing score
/// @source accuracy / (joules per item)
[[nodiscard]] Measured<ItemsPerJoule> correct_answers_per_joule(
    const Estimate<double>& accuracy, const Estimate<JoulesPerItem>& energy);

/// How many items a joule buys, right or wrong: throughput by energy in the place of time.
/// @unit   item/J
/// @error  that of the energy
/// @throws nothing; a missing energy gives a missing score
/// @source 1 / (joules per item)
[[nodiscard]] Measured<ItemsPerJoule> items_per_joule(const Estimate<JoulesPerItem>& energy);

/// How much quality an operation on floating-point numbers buys. Operations are the same on every
/// machine, where joules are not; but a model with fewer of them may take more energy and time,
/// since moving the numbers is what costs.
/// @param skill  see per_joule
/// @unit   item/op, weighted by skill
/// @error  see ratio()
/// @throws nothing; a missing input gives a missing score
/// @source Schwartz et al., Green AI, arXiv 1907.10597; its limits: Dehghani et al., arXiv
/// 2110.12894
[[nodiscard]] Measured<ItemsPerOperation> per_operation(
    const Estimate<double>& skill, const Estimate<OperationsPerItem>& operations);

namespace detail {

/// energy time^exponent.
/// @unit   that of energy times that of time^exponent
/// @error  see energy_delay_product
/// @source GUM (JCGM 100:2008) 5.2.2 with r = 1
[[nodiscard]] Estimate<double> energy_delay(const Estimate<double>& energy,
                                            const Estimate<double>& time, int exponent);

}  // namespace detail

/// Energy times time of an item, smaller is better: what a machine does not gain by running slower
/// at a lower voltage. With the exponent 2 the time counts twice.
/// @tparam Exponent  of the time: 1 (EDP) or 2 (ED2P)
/// @unit   J s/item^2, or J s^2/item^3
/// @error  energy and time are of the same windows, where a slow one takes more energy: their
///         relative uncertainties add, by their full size, which is never too little
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
