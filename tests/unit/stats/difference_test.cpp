// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/stats/propagate.hpp"

#include <limits>

#include "catch.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/units/quantity.hpp"

using namespace perjoule;

TEST_CASE("a difference of independent estimates has both uncertainties in squares",
          "[stats][difference]") {
  // Random: sqrt(.03^2 + .04^2) = .05, dof 6.25e-6/(8.1e-7/4 + 2.56e-6/8) = 11.9617225;
  // common: sqrt(.05^2 + .12^2) = .13
  const Estimate<Joules> a{Joules(5.0), Joules(0.03), 4.0, Joules(0.05), Provenance::measured};
  const Estimate<Joules> b{Joules(3.0), Joules(0.04), 8.0, Joules(0.12), Provenance::estimated};
  const Estimate<Joules> found = difference(a, b);
  CHECK(found.value.si() == Approx(2.0));
  CHECK(found.random.si() == Approx(0.05));
  CHECK(found.dof == Approx(11.9617225));
  CHECK(found.common.si() == Approx(0.13));
  CHECK(found.provenance == Provenance::estimated);
}

TEST_CASE("what two estimates share leaves their difference", "[stats][difference]") {
  // Random: .0009 + .0016 - 2 x .0008 = .0009; common, of one gain: .12 - .05.
  const Estimate<double> a{5.0, 0.03, 4.0, 0.05, Provenance::measured};
  const Estimate<double> b{3.0, 0.04, 8.0, 0.12, Provenance::measured};
  const Estimate<double> found = difference(a, b, {.random = 0.0008, .common = 0.006});
  CHECK(found.random == Approx(0.03));
  CHECK(found.common == Approx(0.07));
  CHECK(found.dof == 4.0);
}

TEST_CASE("a value less itself is zero and surely so", "[stats][difference]") {
  const Estimate<double> a{5.0, 0.03, 4.0, 0.05, Provenance::measured};
  const Estimate<double> found = difference(a, a, {.random = 0.03 * 0.03, .common = 0.05 * 0.05});
  CHECK(found.value == 0.0);
  CHECK(found.random == Approx(0.0).margin(1e-9));
  CHECK(found.common == Approx(0.0).margin(1e-9));
}

TEST_CASE("a difference with a side that is missing or not finite is missing",
          "[stats][difference][missing]") {
  const Estimate<double> a{5.0, 0.03, 4.0, 0.05, Provenance::measured};
  Estimate<double> broken = a;
  broken.value = std::numeric_limits<double>::quiet_NaN();
  CHECK_FALSE(difference(a, {}).is_known());
  CHECK_FALSE(difference({}, a).is_known());
  CHECK_FALSE(difference(a, broken).is_known());
}

TEST_CASE("an impossible covariance is refused in a difference", "[stats][difference][error]") {
  const Estimate<double> a{5.0, 0.03, 4.0, 0.05, Provenance::measured};
  CHECK_THROWS_AS(difference(a, a, {.random = 0.001}), Error);
}
