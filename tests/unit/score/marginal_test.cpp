// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/score/net_benefit.hpp"

#include "catch.hpp"
#include "perjoule/stats/propagate.hpp"

using namespace perjoule;

namespace {

Estimate<double> quality(double value, double u) {
  return {value, u, infinite_dof, 0.0, Provenance::measured};
}
Estimate<JoulesPerItem> energy(double value, double u) {
  return {JoulesPerItem(value), JoulesPerItem(u), infinite_dof, JoulesPerItem(0.0),
          Provenance::measured};
}

}  // namespace

TEST_CASE("the marginal joules of a better model are its extra energy over its extra quality",
          "[score][marginal]") {
  // .04 J more for .02 more: 2 J a unit, .02 J a point. Ends by numpy.roots, NumPy 1.24, of
  // (.04 - .02 rho)^2 = 1.9599640^2 (.004^2 + rho^2 .004^2): 1.3434894 and 3.3827343.
  const auto found = marginal_joules(energy(0.04, 0.004), quality(0.02, 0.004));
  CHECK(found.estimate.value.si() == Approx(2.0));
  CHECK(found.interval.method == IntervalMethod::fieller);
  CHECK(found.interval.low.si() == Approx(1.3434894).epsilon(1e-5));
  CHECK(found.interval.high.si() == Approx(3.3827343).epsilon(1e-5));
  const auto other_way = marginal_joules(energy(-0.04, 0.004), quality(-0.02, 0.004));
  CHECK(other_way.estimate.value.si() == Approx(2.0));
  CHECK(other_way.interval.low.si() == Approx(1.3434894).epsilon(1e-5));
}

TEST_CASE("a better model that takes less energy has marginal joules below zero",
          "[score][marginal]") {
  const auto found = marginal_joules(energy(-0.04, 0.004), quality(0.02, 0.002));
  CHECK(found.estimate.value.si() == Approx(-2.0));
  CHECK(found.interval.high < JoulesPerItem(0.0));
}

TEST_CASE("models that are equally good, as far as one can tell, have no marginal joules",
          "[score][marginal][missing]") {
  const auto close = marginal_joules(energy(0.04, 0.004), quality(0.02, 0.011));
  CHECK_FALSE(close.estimate.is_known());
  CHECK_FALSE(close.interval.is_known());
  const auto same = difference(quality(0.9, 0.01), quality(0.9, 0.01));
  CHECK_FALSE(marginal_joules(energy(0.04, 0.004), same).estimate.is_known());
  CHECK_FALSE(marginal_joules(energy(0.04, 0.004), exact(0.0)).estimate.is_known());
}

TEST_CASE("pairs of the same items tell qualities apart that independent ones leave open",
          "[score][marginal]") {
  // .90 and .92, each +- .01: .0141 of the difference, or with correlation .9 .0044721.
  const Estimate<double> a = quality(0.90, 0.01);
  const Estimate<double> b = quality(0.92, 0.01);
  CHECK_FALSE(marginal_joules(energy(0.04, 0.004), difference(b, a)).estimate.is_known());
  const auto paired = difference(b, a, {.random = 0.9e-4});
  CHECK(marginal_joules(energy(0.04, 0.004), paired).estimate.value.si() == Approx(2.0));
}

TEST_CASE("marginal joules of modelled energies are modelled", "[score][marginal]") {
  Estimate<JoulesPerItem> modelled = energy(0.04, 0.004);
  modelled.provenance = Provenance::modelled;
  CHECK(marginal_joules(modelled, quality(0.02, 0.002)).estimate.provenance ==
        Provenance::modelled);
  CHECK_FALSE(marginal_joules({}, quality(0.02, 0.002)).estimate.is_known());
  CHECK_FALSE(marginal_joules(modelled, {}).estimate.is_known());
}
