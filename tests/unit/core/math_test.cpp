// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/core/math.hpp"

#include <cmath>

#include "catch.hpp"

namespace detail = perjoule::detail;

TEST_CASE("a square is never negative", "[core][math]") {
  CHECK(detail::square(-3.0) == 9.0);
  CHECK(detail::square(0.5) == 0.25);
}

TEST_CASE("the logarithm of gamma is that of a factorial", "[core][math]") {
  CHECK(detail::log_gamma(6.0) == Approx(std::log(120.0)));  // ln 5!
  CHECK(detail::log_gamma(1.0) == 0.0);
}

TEST_CASE("powers of ten to both sides", "[core][math]") {
  CHECK(detail::power_of_ten(0) == 1.0);
  CHECK(detail::power_of_ten(3) == 1000.0);
  CHECK(detail::power_of_ten(-3) == 0.001);
  CHECK(detail::power_of_ten(22) == 1e22);
}
