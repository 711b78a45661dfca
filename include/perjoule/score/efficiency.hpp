// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/stats/ratio.hpp"
#include "perjoule/units/dimension.hpp"
#include "perjoule/units/estimate.hpp"
#include "perjoule/units/interval.hpp"
#include "perjoule/units/names.hpp"
#include "perjoule/units/quantity.hpp"

namespace perjoule::inline v0 {

/// How many right answers a joule buys. It is accuracy and not skill, so it tells what a battery
/// will do with a model that was chosen by other means. It does not choose one: a program that
/// names the most frequent class for a microjoule leads by orders of magnitude.
/// @param accuracy  a share of 1
/// @unit   item/J
/// @error  see ratio(); where each item's energy is known, paired_ratio of right answers
/// @throws Error for an accuracy outside 0 to 1; a missing input gives a missing score
/// @source accuracy / (joules per item)
[[nodiscard]] Ratio<ItemsPerJoule> correct_answers_per_joule(const Estimate<double>& accuracy,
                                                             const Estimate<JoulesPerItem>& energy);

/// How many items a joule buys, right or wrong: throughput by energy in the place of time.
/// @unit   item/J
/// @error  that of the energy
/// @throws nothing; a missing energy gives a missing score
/// @source 1 / (joules per item)
[[nodiscard]] Ratio<ItemsPerJoule> items_per_joule(const Estimate<JoulesPerItem>& energy);

/// How much quality an operation on floating-point numbers buys. Operations are the same on every
/// machine, where joules are not; but a model with fewer of them may take more energy and time,
/// since moving the numbers is what costs.
/// @param skill  see per_joule
/// @unit   item/op, weighted by skill
/// @error  see ratio()
/// @throws nothing; a missing input gives a missing score
/// @source Schwartz et al., Green AI, arXiv 1907.10597; its limits: Dehghani et al., arXiv
/// 2110.12894
[[nodiscard]] Ratio<ItemsPerOperation> per_operation(const Estimate<double>& skill,
                                                     const Estimate<OperationsPerItem>& operations);

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
      detail::energy_delay(detail::bare(energy), detail::bare(time), Exponent));
}

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/score/efficiency-inl.hpp"
#endif
