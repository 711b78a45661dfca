// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/math.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/stats/covariance.hpp"
#include "perjoule/stats/ratio.hpp"
#include "perjoule/units/estimate.hpp"
#include "perjoule/units/names.hpp"

namespace perjoule::inline v0 {

/// How many right answers a joule buys. It is accuracy and not skill, so it tells what a battery
/// will do with a model that was chosen by other means. It does not choose one: a program that
/// names the most frequent class for a microjoule leads by orders of magnitude.
/// @param accuracy  a share of 1
/// @unit   item/J
/// @error  see ratio(); where each item's energy is known, paired_ratio of right answers
/// @throws Error for an accuracy outside 0 to 1; a missing input gives a missing score
/// @source accuracy / (joules per item)
[[nodiscard]] PERJOULE_COLD inline Ratio<ItemsPerJoule> correct_answers_per_joule(
    const Estimate<double>& accuracy, const Estimate<JoulesPerItem>& energy) {
  if (!detail::is_usable(accuracy)) return {};
  if (accuracy.value < 0.0 || accuracy.value > 1.0) {
    detail::fail("an accuracy is no share of 1", text::significant(accuracy.value, 4).chars,
                 "pass 0.941 for 94.1 %");
  }
  return ratio(accuracy, energy);
}

/// How many items a joule buys, right or wrong: throughput by energy in the place of time.
/// @unit   item/J
/// @error  that of the energy
/// @throws nothing; a missing energy gives a missing score
/// @source 1 / (joules per item)
[[nodiscard]] PERJOULE_COLD inline Ratio<ItemsPerJoule> items_per_joule(
    const Estimate<JoulesPerItem>& energy) {
  return ratio(exact(1.0), energy);
}

/// How much quality an operation on floating-point numbers buys. Operations are the same on every
/// machine, where joules are not; but a model with fewer of them may take more energy and time,
/// since moving the numbers is what costs.
/// @param skill  see per_joule
/// @unit   item/op, weighted by skill
/// @error  see ratio()
/// @throws nothing; a missing input gives a missing score
/// @source Schwartz et al., Green AI, arXiv 1907.10597; its limits: Dehghani et al., arXiv
/// 2110.12894
[[nodiscard]] PERJOULE_COLD inline Ratio<ItemsPerOperation> per_operation(
    const Estimate<double>& skill, const Estimate<OperationsPerItem>& operations) {
  return ratio(skill, operations);
}

namespace detail {

/// energy time^exponent.
/// @unit   that of energy times that of time^exponent
/// @error  see energy_delay_product
/// @source GUM (JCGM 100:2008) 5.2.2 with r = 1
[[nodiscard]] PERJOULE_COLD inline Estimate<double> energy_delay(const Estimate<double>& energy,
                                                                 const Estimate<double>& time,
                                                                 int exponent) {
  if (!is_usable(energy) || !is_usable(time) || time.value <= 0.0) return {};
  double power = 1.0;
  for (int i = 0; i < exponent; ++i) power *= time.value;
  const double by_time = math::absolute(energy.value) * exponent * power / time.value;
  return {energy.value * power, energy.random * power + by_time * time.random,
          smaller_dof(energy, time), energy.common * power + by_time * time.common,
          worst(energy.provenance, time.provenance)};
}

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
