// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/score/carbon_and_cost.hpp"

#include <limits>
#include <string>

#include "catch.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/stats/confidence.hpp"

using namespace perjoule;

TEST_CASE("emissions are as many kilometres by car, and say of which", "[score][equivalents]") {
  // 3500 g / 175 = 20 km; / 251 = 13.944 km
  const Estimate<Grams> emitted{Grams(3500.0), Grams(350.0), infinite_dof, Grams(0.0),
                                Provenance::estimated};
  const Equivalent eu = kilometres_by_car(emitted, european_car);
  CHECK(eu.count.value == Approx(20.0));
  CHECK(eu.count.random == Approx(2.0));
  CHECK(eu.count.provenance == Provenance::modelled);
  CHECK(std::string(eu.what).find("EU") != std::string::npos);
  CHECK(std::string(eu.source).find("CC BY 4.0") != std::string::npos);
  CHECK(kilometres_by_car(emitted, american_car).count.value == Approx(13.944).epsilon(1e-4));
}

TEST_CASE("an energy is as many charges of a phone, modelled however well it was measured",
          "[score][equivalents]") {
  // 1 kWh / 15 Wh = 66.67
  const Equivalent found = phone_charges(exact(Joules(3.6e6)));
  CHECK(found.count.value == Approx(66.6666667));
  CHECK(found.count.provenance == Provenance::modelled);
  // A modelled number without an uncertainty has no bounds.
  CHECK_FALSE(interval(found.count).is_known());
  CHECK(phone_charges(exact(Joules(3.6e6)), {Joules(36000.0), "charges of mine", "its label"})
            .count.value == Approx(100.0));
}

TEST_CASE("equivalents of nothing known are missing, and of impossible figures refused",
          "[score][equivalents][missing]") {
  CHECK_FALSE(kilometres_by_car({}, european_car).count.is_known());
  CHECK_FALSE(phone_charges({}).count.is_known());
  CHECK_THROWS_AS(kilometres_by_car(exact(Grams(1.0)), {0.0, "", ""}), Error);
  CHECK_THROWS_AS(kilometres_by_car(exact(Grams(1.0)), CarEmission{}), Error);
  CHECK(kilometres_by_car(exact(Grams(1.0)), {0.5, "", ""}).count.value == 2.0);
  CHECK_THROWS_AS(
      phone_charges(exact(Joules(1.0)), {Joules(std::numeric_limits<double>::quiet_NaN()), "", ""}),
      Error);
}
