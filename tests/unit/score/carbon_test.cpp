// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/score/carbon_and_cost.hpp"

#include <concepts>
#include <limits>

#include "catch.hpp"
#include "perjoule/core/error.hpp"

using namespace perjoule;

namespace {

Estimate<Joules> kilowatt_hours(double value, double relative = 0.0) {
  const double joules = 3.6e6 * value;
  return {Joules(joules), Joules(relative * joules), infinite_dof, Joules(0.0),
          Provenance::measured};
}

constexpr double quiet_nan = std::numeric_limits<double>::quiet_NaN();

}  // namespace

TEST_CASE("carbon is energy by the grid's intensity, which it keeps", "[score][carbon]") {
  // 2 kWh at 56 g/kWh: 112 g. Random 1 % of it; common 6/56 of it: 12 g.
  const GridIntensity france = grid_intensity(56.0, 6.0, "a yearly mean", 2023);
  const Carbon<Grams> found = carbon(kilowatt_hours(2.0, 0.01), france, local_pue);
  CHECK(found.grams.value.si() == Approx(112.0));
  CHECK(found.grams.random.si() == Approx(1.12));
  CHECK(found.grams.common.si() == Approx(12.0));
  CHECK(found.intensity.source == "a yearly mean");
  CHECK(found.intensity.year == 2023);
  CHECK(found.pue == 1.0);
}

TEST_CASE("carbon of a measured energy is estimated at best, and modelled of a modelled one",
          "[score][carbon]") {
  GridIntensity grid = grid_intensity(56.0, 6.0, "a yearly mean", 2023);
  CHECK(carbon(kilowatt_hours(2.0), grid, 1.0).grams.provenance == Provenance::estimated);
  grid.value.provenance = Provenance::measured;
  CHECK(carbon(kilowatt_hours(2.0), grid, 1.0).grams.provenance == Provenance::estimated);
  Estimate<Joules> modelled = kilowatt_hours(2.0);
  modelled.provenance = Provenance::modelled;
  CHECK(carbon(modelled, grid, 1.0).grams.provenance == Provenance::modelled);
}

TEST_CASE("carbon of an item's energy is carbon of an item", "[score][carbon]") {
  // .05 J x 1.54 x 360 g/kWh = .077 x 1e-4 g
  const Estimate<JoulesPerItem> energy{JoulesPerItem(0.05), JoulesPerItem(0.001), infinite_dof,
                                       JoulesPerItem(0.0), Provenance::measured};
  const auto found = carbon(energy, grid_intensity(360.0, 0.0, "a mean", 2024), 1.54);
  STATIC_REQUIRE(std::same_as<decltype(found), const Carbon<GramsPerItem>>);
  CHECK(found.grams.value.si() == Approx(7.7e-6));
  CHECK(found.grams.random.si() == Approx(1.54e-7));
  CHECK(found.pue == 1.54);
}

TEST_CASE("Strubell, Ganesh and McCallum's search comes out as they printed it",
          "[score][carbon]") {
  // arXiv 1906.02243, table 3: 1515.43 W for 274 120 h at a PUE of 1.58 are 656 347 kWh; at .954 lb
  // each 626 155 lb; a car with its fuel emits 126 000 lb in its life: 4.97. A pound is 453.59237
  // g.
  const Estimate<Joules> energy = kilowatt_hours(1.51543 * 274120.0);
  const auto hours =
      carbon(energy, grid_intensity(1.0, 0.0, "a gram each, to count them", 2019), 1.58);
  CHECK(hours.grams.value.si() == Approx(656347.0).margin(0.5));
  const auto found = carbon(
      energy, grid_intensity(0.954 * 453.59237, 0.0, "Strubell et al., of the US EPA", 2018), 1.58);
  CHECK(found.grams.value.si() / 453.59237 == Approx(626155.0).margin(0.5));
  CHECK(found.grams.value.si() / 453.59237 / 126000.0 == Approx(4.97).margin(0.005));
}

TEST_CASE("an hour of a machine of a thousand kilograms and four years is 28.5388 g",
          "[score][carbon]") {
  // 1e6 g / (4 x 365 x 24 h)
  Hardware machine;
  machine.embodied = embodied_grams(1e6, 1e5, "its maker", 2024);
  machine.lifespan = Seconds(4.0 * 365.0 * 86400.0);
  const Estimate<Grams> whole = embodied_share(machine, Seconds(3600.0));
  CHECK(whole.value.si() == Approx(28.5388).margin(5e-5));
  CHECK(whole.common.si() == Approx(2.85388).margin(5e-6));
  CHECK(whole.provenance == Provenance::estimated);
  machine.share = 0.25;  // 16 of 64 cores
  CHECK(embodied_share(machine, Seconds(3600.0)).value.si() == Approx(7.1347).margin(5e-5));
  CHECK(embodied_share(machine, Seconds(0.0)).value == Grams(0.0));
  CHECK(embodied_share(machine, machine.lifespan).value.si() == Approx(2.5e5));
}

TEST_CASE("the software carbon intensity is both carbons over the functional units",
          "[score][carbon]") {
  // (.5 kWh x 400 g + 28 g)/1000
  const auto operational =
      carbon(kilowatt_hours(0.5, 0.02), grid_intensity(400.0, 0.0, "a mean", 2024), local_pue);
  const Estimate<Grams> embodied{Grams(28.0), Grams(0.0), infinite_dof, Grams(3.0),
                                 Provenance::estimated};
  const auto found = software_carbon_intensity(operational, embodied, Items(1000.0));
  CHECK(found.value.si() == Approx(0.228));
  CHECK(found.random.si() == Approx(0.004));
  CHECK(found.common.si() == Approx(0.003));
  CHECK(found.provenance == Provenance::estimated);
}

TEST_CASE("carbon is missing without energy, and its score without the machine",
          "[score][carbon][missing]") {
  const GridIntensity grid = grid_intensity(400.0, 0.0, "a mean", 2024);
  const Carbon<Grams> none = carbon(Estimate<Joules>{}, grid, 1.0);
  CHECK_FALSE(none.grams.is_known());
  CHECK_FALSE(carbon(kilowatt_hours(1.0), GridIntensity{}, 1.0).grams.is_known());
  CHECK_FALSE(carbon(kilowatt_hours(quiet_nan), grid, 1.0).grams.is_known());
  const Carbon<Grams> some = carbon(kilowatt_hours(1.0), grid, 1.0);
  CHECK_FALSE(software_carbon_intensity(some, {}, Items(10.0)).is_known());
  CHECK_FALSE(software_carbon_intensity(none, exact(Grams(1.0)), Items(10.0)).is_known());
  Hardware machine;
  machine.lifespan = Seconds(1e8);
  CHECK_FALSE(embodied_share(machine, Seconds(1.0)).is_known());
}

TEST_CASE("an intensity without its source, its year or a number is refused",
          "[score][carbon][error]") {
  CHECK_THROWS_AS(grid_intensity(56.0, 6.0, "", 2023), Error);
  CHECK_THROWS_AS(grid_intensity(56.0, 6.0, "a mean", 0), Error);
  CHECK_THROWS_AS(grid_intensity(56.0, 6.0, "a mean", 23), Error);
  CHECK_THROWS_AS(grid_intensity(-56.0, 6.0, "a mean", 2023), Error);
  CHECK_THROWS_AS(grid_intensity(quiet_nan, 6.0, "a mean", 2023), Error);
  CHECK_THROWS_AS(grid_intensity(56.0, -6.0, "a mean", 2023), Error);
  CHECK_THROWS_AS(grid_intensity(56.0, quiet_nan, "a mean", 2023), Error);
  CHECK_THROWS_AS(embodied_grams(1e6, 0.0, "", 2023), Error);
  CHECK_THROWS_AS(embodied_grams(quiet_nan, 0.0, "its maker", 2023), Error);
  // A grid intensity built by hand is rejected without a source and a year, too.
  GridIntensity by_hand;
  by_hand.value = exact(GramsPerJoule(1e-4));
  CHECK_THROWS_AS(carbon(kilowatt_hours(1.0), by_hand, 1.0), Error);
  by_hand.source = "a mean";
  by_hand.year = 2024;
  CHECK_NOTHROW(carbon(kilowatt_hours(1.0), by_hand, 1.0));
  Hardware machine;
  machine.lifespan = Seconds(100.0);
  machine.embodied.value = exact(Grams(1e6));
  CHECK_THROWS_AS(embodied_share(machine, Seconds(1.0)), Error);
  CHECK_NOTHROW(grid_intensity(0.0, 0.0, "a dam of one's own", 2023));
}

TEST_CASE("a PUE below 1, a life of no length and no units are refused", "[score][carbon][error]") {
  const GridIntensity grid = grid_intensity(400.0, 0.0, "a mean", 2024);
  for (const double pue : {0.0, 0.99, quiet_nan}) {
    CHECK_THROWS_AS(carbon(kilowatt_hours(1.0), grid, pue), Error);
  }
  Hardware machine;
  machine.embodied = embodied_grams(1e6, 0.0, "its maker", 2024);
  CHECK_THROWS_AS(embodied_share(machine, Seconds(1.0)), Error);
  machine.lifespan = Seconds(100.0);
  for (const double reserved : {-1.0, 101.0, quiet_nan}) {
    CHECK_THROWS_AS(embodied_share(machine, Seconds(reserved)), Error);
  }
  for (const double share : {0.0, -0.5, 1.5, quiet_nan}) {
    machine.share = share;
    CHECK_THROWS_AS(embodied_share(machine, Seconds(1.0)), Error);
  }
  const Carbon<Grams> some = carbon(kilowatt_hours(1.0), grid, 1.0);
  for (const double units : {0.0, -1.0, quiet_nan}) {
    CHECK_THROWS_AS(software_carbon_intensity(some, exact(Grams(1.0)), Items(units)), Error);
  }
}

TEST_CASE("a life may be shorter than a second", "[score][carbon]") {
  Hardware machine;
  machine.embodied = embodied_grams(8.0, 0.0, "its maker", 2024);
  machine.lifespan = Seconds(0.5);
  CHECK(embodied_share(machine, Seconds(0.25)).value.si() == 4.0);
}
