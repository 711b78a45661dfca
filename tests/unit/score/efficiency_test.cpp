// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/score/efficiency.hpp"

#include <concepts>
#include <limits>

#include "catch.hpp"

using namespace perjoule;

namespace {

Estimate<double> share(double value, double u = 0.01) {
  return {value, u, infinite_dof, 0.0, Provenance::measured};
}
Estimate<JoulesPerItem> energy_of(double value, double relative = 0.01) {
  return {JoulesPerItem(value), JoulesPerItem(relative * value), 20.0, JoulesPerItem(0.0),
          Provenance::measured};
}
Estimate<SecondsPerItem> time_of(double value, double relative = 0.01) {
  return {SecondsPerItem(value), SecondsPerItem(relative * value), 10.0,
          SecondsPerItem(0.005 * value), Provenance::estimated};
}

}  // namespace

TEST_CASE("right answers per joule count accuracy, so that the constant model leads",
          "[score][efficiency]") {
  // .10/1e-6 = 100 000 and .991/.05 = 19.82: as documented, this must not choose a model.
  const auto constant = correct_answers_per_joule(share(0.10), energy_of(1e-6));
  const auto network = correct_answers_per_joule(share(0.991), energy_of(0.05));
  CHECK(constant.estimate.value.si() == Approx(1e5));
  CHECK(network.estimate.value.si() == Approx(19.82));
  CHECK(network.interval.method == IntervalMethod::log_delta);
}

TEST_CASE("an accuracy in percent is refused", "[score][efficiency][error]") {
  CHECK_THROWS_AS(correct_answers_per_joule(share(94.1), energy_of(0.05)), Error);
  CHECK_THROWS_AS(correct_answers_per_joule(share(-0.1), energy_of(0.05)), Error);
  CHECK_NOTHROW(correct_answers_per_joule(share(1.0), energy_of(0.05)));
  CHECK_NOTHROW(correct_answers_per_joule(share(0.0), energy_of(0.05)));
}

TEST_CASE("items per joule are the inverse of joules per item", "[score][efficiency]") {
  const IntervalEstimate<ItemsPerJoule> found = items_per_joule(energy_of(0.05));
  CHECK(found.estimate.value.si() == Approx(20.0));
  CHECK(found.estimate.random.si() == Approx(0.2));
  CHECK(found.estimate.dof == Approx(20.0));
  CHECK(found.interval.contains(ItemsPerJoule(20.0)));
}

TEST_CASE("quality per operation is skill over the operations of an item", "[score][efficiency]") {
  const auto found = per_operation(share(0.9), exact(OperationsPerItem(1.8e6)));
  CHECK(found.estimate.value.si() == Approx(5e-7));
  CHECK(found.estimate.random.si() == Approx(0.01 / 1.8e6));
}

TEST_CASE("an energy-delay product adds the relative uncertainties of both",
          "[score][efficiency]") {
  // .05 J x .002 s = 1e-4; random .02 + .01 = .03 of it, common .005 of it.
  const auto found = energy_delay_product(energy_of(0.05, 0.02), time_of(0.002));
  STATIC_REQUIRE(std::same_as<decltype(found.value),
                              Quantity<Dimension{.joule = 1, .second = 1, .item = -2}>>);
  CHECK(found.value.si() == Approx(1e-4));
  CHECK(found.random.si() == Approx(3e-6));
  CHECK(found.common.si() == Approx(5e-7));
  CHECK(found.dof == 10.0);
  CHECK(found.provenance == Provenance::estimated);
}

TEST_CASE("with the exponent 2 the time counts twice, and so does what is unknown of it",
          "[score][efficiency]") {
  // .05 J x (.002 s)^2 = 2e-7; random .02 + 2 x .01 = .04 of it, common 2 x .005.
  const auto found = energy_delay_product<2>(energy_of(0.05, 0.02), time_of(0.002));
  STATIC_REQUIRE(std::same_as<decltype(found.value),
                              Quantity<Dimension{.joule = 1, .second = 2, .item = -3}>>);
  CHECK(found.value.si() == Approx(2e-7));
  CHECK(found.random.si() == Approx(8e-9));
  CHECK(found.common.si() == Approx(2e-9));
}

TEST_CASE("an active energy below zero keeps an uncertainty above it in the product",
          "[score][efficiency]") {
  const auto found = energy_delay_product(energy_of(-0.05, -0.02), time_of(0.002));
  CHECK(found.value.si() == Approx(-1e-4));
  CHECK(found.random.si() == Approx(3e-6));
}

TEST_CASE("what is missing, or no number, gives no score", "[score][efficiency][missing]") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK_FALSE(correct_answers_per_joule({}, energy_of(0.05)).estimate.is_known());
  CHECK_FALSE(correct_answers_per_joule(share(nan), energy_of(0.05)).estimate.is_known());
  CHECK_FALSE(correct_answers_per_joule(share(0.9), {}).estimate.is_known());
  CHECK_FALSE(items_per_joule({}).estimate.is_known());
  CHECK_FALSE(items_per_joule(energy_of(0.0)).estimate.is_known());
  CHECK_FALSE(items_per_joule(energy_of(nan)).estimate.is_known());
  CHECK_FALSE(per_operation(share(0.9), {}).estimate.is_known());
  CHECK_FALSE(per_operation(share(0.9), exact(OperationsPerItem(0.0))).estimate.is_known());
  CHECK_FALSE(energy_delay_product({}, time_of(0.002)).is_known());
  CHECK_FALSE(energy_delay_product(energy_of(0.05), {}).is_known());
  CHECK_FALSE(energy_delay_product(energy_of(0.05), time_of(0.0)).is_known());
  CHECK_FALSE(energy_delay_product(energy_of(nan), time_of(0.002)).is_known());
}
