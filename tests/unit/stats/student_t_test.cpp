// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/stats/distributions.hpp"

#include <cmath>

#include "aborts.hpp"
#include "catch.hpp"
#include "perjoule/units/estimate.hpp"

using namespace perjoule;

TEST_CASE("quantiles of t are those of the printed tables", "[stats][t]") {
  CHECK(t_quantile(0.975, 1.0) == Approx(12.7062047).epsilon(3e-8));
  CHECK(t_quantile(0.975, 2.0) == Approx(4.3026527).epsilon(3e-8));
  CHECK(t_quantile(0.975, 3.0) == Approx(3.1824463).epsilon(3e-8));
  CHECK(t_quantile(0.975, 4.0) == Approx(2.7764451).epsilon(3e-8));
  CHECK(t_quantile(0.975, 10.0) == Approx(2.2281389).epsilon(3e-8));
  CHECK(t_quantile(0.975, 30.0) == Approx(2.0422725).epsilon(3e-8));
  CHECK(t_quantile(0.95, 5.0) == Approx(2.0150484).epsilon(3e-8));
  CHECK(t_quantile(0.995, 4.0) == Approx(4.6040949).epsilon(3e-8));
  CHECK(t_quantile(0.9995, 1.0) == Approx(636.6192488).epsilon(3e-8));
}

TEST_CASE("degrees of freedom need not be whole", "[stats][t]") {
  // From Simpson's rule over the density, to nine digits.
  CHECK(t_quantile(0.975, 2.5) == Approx(3.574654842).epsilon(3e-8));
  CHECK(t_quantile(0.975, 15.432098765) == Approx(2.126263296).epsilon(3e-8));
}

TEST_CASE("with a known scatter t is the normal quantile to five digits", "[stats][t]") {
  CHECK(t_quantile(0.975, infinite_dof) == Approx(1.9599640).epsilon(0.0).margin(1e-5));
  CHECK(t_quantile(0.995, infinite_dof) == Approx(2.5758293).epsilon(0.0).margin(1e-5));
  CHECK(t_quantile(0.84134474606854, infinite_dof) == Approx(1.0).epsilon(0.0).margin(1e-5));
}

TEST_CASE("for one and two degrees of freedom the closed forms hold", "[stats][t]") {
  const double pi = std::acos(-1.0);
  for (const double p : {0.5 + 0x1p-50, 0.5 + 0x1p-30, 0.55, 0.7, 0.9, 0.99, 0.9999}) {
    CAPTURE(p);
    CHECK(t_quantile(p, 1.0) == Approx(std::tan(pi * (p - 0.5))).epsilon(1e-9));
    const double a = 2.0 * p - 1.0;
    CHECK(t_quantile(p, 2.0) == Approx(a * std::sqrt(2.0 / (1.0 - a * a))).epsilon(1e-9));
  }
}

TEST_CASE("quantiles below the middle mirror those above it", "[stats][t]") {
  CHECK(t_quantile(0.025, 3.0) == Approx(-3.1824463).epsilon(3e-8));
  // -tan(.05 pi)
  CHECK(t_quantile(0.45, 1.0) == Approx(-0.1583844403).epsilon(1e-9));
  CHECK(t_quantile(0.5, 3.0) == Approx(0.0).margin(1e-9));
}

TEST_CASE("far tails have all digits, also where one minus p is one", "[stats][t]") {
  // -1/tan(1e-20 pi) and, of two degrees, -sqrt((1 - 2p)^2/(2p (1 - p))) with p = 1e-12
  CHECK(t_quantile(1e-20, 1.0) == Approx(-3.183098861837907e19).epsilon(1e-9));
  CHECK(t_quantile(1e-12, 2.0) == Approx(-707106.78118548).epsilon(1e-9));
  // the normal tail of 1e-6 is 4.7534243; so many degrees add 7e-6 of it
  CHECK(t_quantile(1e-6, infinite_dof) == Approx(-4.7534243).epsilon(1e-5));
}

TEST_CASE("the probability of t is that of its closed forms", "[stats][t]") {
  CHECK(t_probability(0.0, 7.0) == Approx(0.5).epsilon(1e-14));
  CHECK(t_probability(1.0, 1.0) == Approx(0.75).epsilon(1e-13));
  CHECK(t_probability(-1.0, 1.0) == Approx(0.25).epsilon(1e-13));
  // 1/2 + t/(2 sqrt(2 + t^2)), with t = sqrt(2): 1/2 + sqrt(2)/4
  CHECK(t_probability(1.4142135623730951, 2.0) == Approx(0.8535533905932737).epsilon(1e-13));
  CHECK(t_probability(-1.4142135623730951, 2.0) == Approx(0.1464466094067263).epsilon(1e-13));
}

TEST_CASE("the incomplete beta function is that of binomial sums", "[stats][t]") {
  CHECK(detail::incomplete_beta(1.0, 1.0, 0.3) == Approx(0.3).epsilon(1e-13));
  CHECK(detail::incomplete_beta(5.0, 5.0, 0.5) == Approx(0.5).epsilon(1e-13));
  // I_.4(2, 3) = P(at least 2 of 4 with .4) = 1 - .6^4 - 4 x .4 x .6^3 = 1 - .1296 - .3456
  CHECK(detail::incomplete_beta(2.0, 3.0, 0.4) == Approx(0.5248).epsilon(1e-13));
  // I_.9(2, 3) = 1 - .1^4 - 4 x .9 x .1^3 = 1 - .0001 - .0036, beyond the mean
  CHECK(detail::incomplete_beta(2.0, 3.0, 0.9) == Approx(0.9963).epsilon(1e-13));
  CHECK(detail::incomplete_beta(2.0, 3.0, 0.0) == 0.0);
  CHECK(detail::incomplete_beta(2.0, 3.0, 1.0) == 1.0);
}

TEST_CASE("a probability or degrees of freedom that cannot be are a bug of the caller",
          "[stats][t]") {
  CHECK_FALSE(abort_message([] { (void)t_quantile(0.0, 3.0); }).empty());
  CHECK_FALSE(abort_message([] { (void)t_quantile(1.0, 3.0); }).empty());
  CHECK_FALSE(abort_message([] { (void)t_quantile(0.975, 0.0); }).empty());
}
