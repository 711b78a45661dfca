// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/score/carbon_and_cost.hpp"

#include <concepts>
#include <limits>

#include "catch.hpp"
#include "perjoule/core/error.hpp"

using namespace perjoule;

TEST_CASE("a cost is energy by a price, with its currency", "[score][energy_cost]") {
  // 2 kWh x 1.5 x .30 EUR = .90 EUR; random 1 %; common .03/.30 of it.
  const Estimate<Joules> energy{Joules(7.2e6), Joules(7.2e4), infinite_dof, Joules(0.0),
                                Provenance::measured};
  const auto found = energy_cost(energy, energy_price(0.30, 0.03, "EUR", "the bill", 2024), 1.5);
  STATIC_REQUIRE(std::same_as<decltype(found), const EnergyCost<Money>>);
  CHECK(found.amount.value.si() == Approx(0.90));
  CHECK(found.amount.random.si() == Approx(0.009));
  CHECK(found.amount.common.si() == Approx(0.09));
  CHECK(found.amount.provenance == Provenance::estimated);
  CHECK(found.price.currency == "EUR");
  CHECK(found.price.price.source == "the bill");
  CHECK(found.price.price.year == 2024);
  CHECK(found.pue == 1.5);
}

TEST_CASE("the cost of an item's energy is that of an item", "[score][energy_cost]") {
  const Estimate<JoulesPerItem> energy{JoulesPerItem(3.6), JoulesPerItem(0.0), infinite_dof,
                                       JoulesPerItem(0.0), Provenance::measured};
  const auto found = energy_cost(energy, energy_price(0.25, 0.0, "USD", "the bill", 2024), 1.0);
  STATIC_REQUIRE(std::same_as<decltype(found), const EnergyCost<MoneyPerItem>>);
  CHECK(found.amount.value.si() == Approx(2.5e-7));
}

TEST_CASE("a cost without energy or a price is missing", "[score][energy_cost][missing]") {
  const EnergyPrice price = energy_price(0.30, 0.0, "EUR", "the bill", 2024);
  CHECK_FALSE(energy_cost(Estimate<Joules>{}, price, 1.0).amount.is_known());
  CHECK_FALSE(energy_cost(exact(Joules(1.0)), EnergyPrice{}, 1.0).amount.is_known());
}

TEST_CASE("a price without currency, source, year or number is refused",
          "[score][energy_cost][error]") {
  CHECK_THROWS_AS(energy_price(0.30, 0.0, "", "the bill", 2024), Error);
  CHECK_THROWS_AS(energy_price(0.30, 0.0, "EUR", "", 2024), Error);
  CHECK_THROWS_AS(energy_price(0.30, 0.0, "EUR", "the bill", 24), Error);
  CHECK_THROWS_AS(energy_price(-0.30, 0.0, "EUR", "the bill", 2024), Error);
  CHECK_THROWS_AS(
      energy_price(std::numeric_limits<double>::quiet_NaN(), 0.0, "EUR", "the bill", 2024), Error);
  const EnergyPrice price = energy_price(0.30, 0.0, "EUR", "the bill", 2024);
  CHECK_THROWS_AS(energy_cost(exact(Joules(1.0)), price, 0.5), Error);
  EnergyPrice by_hand = price;
  by_hand.currency = "";
  CHECK_THROWS_AS(energy_cost(exact(Joules(1.0)), by_hand, 1.0), Error);
  by_hand = price;
  by_hand.price.source = "";
  CHECK_THROWS_AS(energy_cost(exact(Joules(1.0)), by_hand, 1.0), Error);
}
