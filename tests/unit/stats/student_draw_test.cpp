// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/stats/random.hpp"

#include <cmath>

#include "catch.hpp"
#include "perjoule/units/estimate.hpp"

using namespace perjoule;

namespace {

/// Returns the shares of 200,000 draws above t, and below -t.
struct Tails {
  double above = 0.0, below = 0.0;
};
Tails tails(double dof, double t) {
  Random random(5);
  Tails found;
  constexpr int draws = 200000;
  for (int i = 0; i < draws; ++i) {
    const double x = draw_student_t(random, dof);
    found.above += x > t ? 1.0 / draws : 0.0;
    found.below += x < -t ? 1.0 / draws : 0.0;
  }
  return found;
}

}  // namespace

TEST_CASE("drawn Student numbers lie beyond t as often as its quantile says",
          "[stats][draw_student_t]") {
  // scipy 1.10.1, stats.t.ppf(.975, [1, 3, 9.5, 1e6]); a share of .025 of 200,000 has a standard
  // error of .00035, and .002 is more than five of them.
  const double quantiles[][2] = {
      {1.0, 12.706205}, {3.0, 3.182446}, {9.5, 2.244174}, {infinite_dof, 1.959966}};
  for (const auto& [dof, t] : quantiles) {
    CAPTURE(dof);
    CHECK(tails(dof, t).above == Approx(0.025).margin(0.002));
    CHECK(tails(dof, t).below == Approx(0.025).margin(0.002));
  }
  // Half of a Cauchy variable's draws, t with one degree, are beyond 1 on either side.
  CHECK(tails(1.0, 1.0).above == Approx(0.25).margin(0.006));
}

TEST_CASE("with known degrees of freedom what is drawn is normal", "[stats][draw_student_t]") {
  Random random(6);
  double second = 0.0;
  double fourth = 0.0;
  constexpr int draws = 200000;
  for (int i = 0; i < draws; ++i) {
    const double x = draw_student_t(random, infinite_dof);
    second += x * x / draws;
    fourth += x * x * x * x / draws;
  }
  CHECK(second == Approx(1.0).margin(0.02));
  CHECK(fourth == Approx(3.0).margin(0.15));
}

TEST_CASE("drawn Student numbers follow the seed", "[stats][draw_student_t]") {
  Random a(1);
  Random b(1);
  Random c(2);
  const double first = draw_student_t(a, 4.0);
  CHECK(first == draw_student_t(b, 4.0));
  CHECK(first != draw_student_t(c, 4.0));
}
