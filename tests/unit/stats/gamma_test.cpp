// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "aborts.hpp"
#include "catch.hpp"
#include "perjoule/stats/distributions.hpp"

using namespace perjoule;
using detail::gamma_quantile;
using detail::incomplete_gamma;

// Expected values: scipy.special 1.10.1, gammainc and gammaincinv.

TEST_CASE("the incomplete gamma function is that of the tables", "[stats][gamma]") {
  CHECK(incomplete_gamma(0.5, 0.3) == Approx(0.5614219739190003).epsilon(1e-13));
  CHECK(incomplete_gamma(3.0, 2.0) == Approx(0.32332358381693654).epsilon(1e-13));
  CHECK(incomplete_gamma(3.0, 9.0) == Approx(0.9937678048936227).epsilon(1e-13));
  CHECK(incomplete_gamma(40.0, 30.0) == Approx(0.04625303764584204).epsilon(1e-12));
  CHECK(incomplete_gamma(1e4, 1.01e4) == Approx(0.8413487504471796).epsilon(1e-10));
  CHECK(incomplete_gamma(0.05, 1e-8) == Approx(0.40894239958340545).epsilon(1e-13));
  CHECK(incomplete_gamma(2.0, 0.0) == 0.0);
}

TEST_CASE("gamma quantiles are those of the tables", "[stats][gamma]") {
  CHECK(gamma_quantile(0.025, 0.3) == Approx(3.1856790317391693e-06).epsilon(1e-10));
  CHECK(gamma_quantile(0.975, 0.3) == Approx(1.9002636428388258).epsilon(1e-10));
  CHECK(gamma_quantile(0.025, 2.5) == Approx(0.41560580674333125).epsilon(1e-10));
  CHECK(gamma_quantile(0.975, 12.0) == Approx(19.682038513301954).epsilon(1e-10));
  CHECK(gamma_quantile(0.025, 0.02) == Approx(4.501881229117586e-81).epsilon(1e-9));
  CHECK(gamma_quantile(0.975, 9e4) == Approx(90588.93577434066).epsilon(1e-9));
  CHECK(gamma_quantile(0.025, 3e5) == Approx(298927.4309804407).epsilon(1e-8));
  CHECK(gamma_quantile(0.5, 1.0) == Approx(0.6931471805599455).epsilon(1e-10));
}

TEST_CASE("a gamma quantile of a probability that cannot be is a bug of the caller",
          "[stats][gamma]") {
  CHECK_FALSE(abort_message([] { (void)gamma_quantile(0.0, 1.0); }).empty());
  CHECK_FALSE(abort_message([] { (void)gamma_quantile(0.5, 0.0); }).empty());
}
