// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/stats/propagate.hpp"

#include <concepts>
#include <limits>

#include "catch.hpp"
#include "perjoule/units/quantity.hpp"

using namespace perjoule;

TEST_CASE("a product has the relative uncertainties of both in squares", "[stats][product]") {
  // 20 x .5 = 10. Random: .5 x .6 = .3 and 20 x .02 = .4, together .5; dof 6.25e-2/(8.1e-3/4 +
  // 2.56e-2/8) = 11.9617225. Common: .5 x 1 = .5 and 20 x .06 = 1.2, together 1.3.
  const Estimate<Watts> power{Watts(20.0), Watts(0.6), 4.0, Watts(1.0), Provenance::measured};
  const Estimate<Seconds> time{Seconds(0.5), Seconds(0.02), 8.0, Seconds(0.06),
                               Provenance::estimated};
  const auto found = product(power, time);
  STATIC_REQUIRE(std::same_as<decltype(found), const Estimate<Joules>>);
  CHECK(found.value.si() == Approx(10.0));
  CHECK(found.random.si() == Approx(0.5));
  CHECK(found.dof == Approx(11.9617225));
  CHECK(found.common.si() == Approx(1.3));
  CHECK(found.provenance == Provenance::estimated);
}

TEST_CASE("a product by zero keeps what the other side leaves unknown", "[stats][product]") {
  const Estimate<double> zero{0.0, 0.1, 4.0, 0.0, Provenance::measured};
  const Estimate<double> two{2.0, 0.1, 4.0, 0.0, Provenance::measured};
  CHECK(product(zero, two).value == 0.0);
  CHECK(product(zero, two).random == Approx(0.2));
}

TEST_CASE("a product with a side that is missing or no number is missing",
          "[stats][product][missing]") {
  const Estimate<double> two{2.0, 0.1, 4.0, 0.0, Provenance::measured};
  Estimate<double> broken = two;
  broken.common = std::numeric_limits<double>::quiet_NaN();
  CHECK_FALSE(product(two, {}).is_known());
  CHECK_FALSE(product({}, two).is_known());
  CHECK_FALSE(product(two, broken).is_known());
}
