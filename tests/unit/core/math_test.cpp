// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/core/math.hpp"

#include <cmath>

#include "catch.hpp"

namespace math = perjoule::math;

TEST_CASE("the functions are those of the C library", "[core][math]") {
  for (const double x : {0.0, 0.25, 1.0, 2.5, 1e9}) {
    CAPTURE(x);
    CHECK(math::square_root(x) == std::sqrt(x));
    CHECK(math::absolute(-x) == x);
    CHECK(math::absolute(x) == x);
  }
  CHECK(math::exponential(2.5) == Approx(std::exp(2.5)));
  CHECK(math::logarithm(2.5) == Approx(std::log(2.5)));
  CHECK(math::log_gamma(6.0) == Approx(std::log(120.0)));  // ln 5!
  CHECK(math::nearest_integer(2.4) == 2.0);
  CHECK(math::nearest_integer(-2.6) == -3.0);
}

TEST_CASE("squares and their sums", "[core][math]") {
  CHECK(math::square(-3.0) == 9.0);
  CHECK(math::root_sum_square(3.0, 4.0) == 5.0);
  CHECK(math::root_sum_square(-5.0, 12.0) == 13.0);
}

TEST_CASE("powers of ten to both sides", "[core][math]") {
  CHECK(math::power_of_ten(0) == 1.0);
  CHECK(math::power_of_ten(3) == 1000.0);
  CHECK(math::power_of_ten(-3) == 0.001);
  CHECK(math::power_of_ten(22) == 1e22);
}
