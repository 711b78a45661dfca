// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/stats/distributions.hpp"

#include "aborts.hpp"
#include "catch.hpp"

using namespace perjoule;

TEST_CASE("the normal distribution is that of the printed tables", "[stats][normal]") {
  CHECK(normal_probability(0.0) == 0.5);
  CHECK(normal_probability(1.0) == Approx(0.8413447460685429).epsilon(1e-14));
  CHECK(normal_probability(-1.959963984540054) == Approx(0.025).epsilon(1e-13));
  // A tail keeps its digits: scipy 1.10.1 norm.cdf(-10) = 7.61985302416047e-24.
  CHECK(normal_probability(-10.0) == Approx(7.61985302416047e-24).epsilon(1e-10));
}

TEST_CASE("normal quantiles are those of the printed tables", "[stats][normal]") {
  CHECK(normal_quantile(0.5) == Approx(0.0).margin(1e-13));
  CHECK(normal_quantile(0.975) == Approx(1.959963984540054).epsilon(1e-13));
  CHECK(normal_quantile(0.95) == Approx(1.6448536269514722).epsilon(1e-13));
  CHECK(normal_quantile(0.025) == Approx(-1.959963984540054).epsilon(1e-13));
  // scipy 1.10.1 norm.ppf(1e-300) = -37.0471.
  CHECK(normal_quantile(1e-300) == Approx(-37.0471).epsilon(1e-6));
}

TEST_CASE("a normal quantile of a probability that cannot be is a bug of the caller",
          "[stats][normal]") {
  CHECK_FALSE(abort_message([] { (void)normal_quantile(0.0); }).empty());
  CHECK_FALSE(abort_message([] { (void)normal_quantile(1.0); }).empty());
}
