// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/stats/ratio.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include "catch.hpp"
#include "measured.hpp"
#include "normal.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/stats/summary.hpp"

using namespace perjoule;

TEST_CASE("a ratio of pairs is that of their sums, with what they have to do with each other",
          "[stats][paired_ratio]") {
  // Sums 3.55 and 8.2: .4329268. What is left, q - r e: .0341463, -.1524390, .1274390, -.0091463;
  // their squares 1.166e-3, 23.238e-3, 16.241e-3, .0837e-3 sum up to .0407281, over 3: s =
  // .1165162; over sqrt(4) and over 2.05: .0284186. t(.975, 3) = 3.1824463, factor exp(t
  // .0284186/.4329268) = exp(.2089045) = 1.2323272. g of both sides is near .01: log-delta.
  const std::vector<double> quality = {0.9, 0.8, 0.95, 0.9};
  const std::vector<double> energy = {2.0, 2.2, 1.9, 2.1};
  const auto found = paired_ratio(quality, energy, Provenance::estimated);
  CHECK(found.estimate.value == Approx(3.55 / 8.2).epsilon(1e-12));
  CHECK(found.estimate.random == Approx(0.0284186).epsilon(1e-5));
  CHECK(found.estimate.dof == 3.0);
  CHECK(found.estimate.common == 0.0);
  CHECK(found.estimate.provenance == Provenance::estimated);
  CHECK(found.interval.method == IntervalMethod::log_delta);
  CHECK(found.interval.low == Approx(0.4329268 / 1.2323272).epsilon(1e-5));
  CHECK(found.interval.high == Approx(0.4329268 * 1.2323272).epsilon(1e-5));
}

TEST_CASE("pairs with few right answers get Fieller's interval with their covariance",
          "[stats][paired_ratio]") {
  // Fieller's quadratic (n - rho d)^2 = t^2 (v_n - 2 rho c + rho^2 v_d) solved by NumPy 1.24
  // (numpy.roots) for n = .75, d = 2.5, v_n = .2142857/8, v_d = .3571429/8, c = -.2142857/8 and
  // t(.975, 7) = 2.3646243: .1251147 and .5497660.
  const std::vector<double> right = {1, 0, 1, 1, 0, 1, 1, 1};
  const std::vector<double> energy = {2, 3, 2.5, 2, 3.5, 2, 2, 3};
  const auto found = paired_ratio(right, energy, Provenance::measured);
  CHECK(found.estimate.value == Approx(0.3));
  CHECK(found.estimate.random == Approx(0.0866025).epsilon(1e-5));
  CHECK(found.interval.method == IntervalMethod::fieller);
  CHECK(found.interval.low == Approx(0.1251147).epsilon(1e-5));
  CHECK(found.interval.high == Approx(0.5497660).epsilon(1e-5));
}

TEST_CASE(
    "Fieller's interval is narrower where both sides err together, and wider where they err "
    "against each other",
    "[stats][paired_ratio]") {
  // The same quadratic by numpy.roots: n = 10 +- 1, d = 4 +- 1, c = .6 and -.6, t = 1.9599640.
  const auto together = paired_ratio(measured(10.0, 1.0), measured(4.0, 1.0), {.random = 0.6});
  CHECK(together.interval.method == IntervalMethod::fieller);
  CHECK(together.interval.low == Approx(1.7952573).epsilon(1e-5));
  CHECK(together.interval.high == Approx(4.4053426).epsilon(1e-5));
  const auto against = paired_ratio(measured(10.0, 1.0), measured(4.0, 1.0), {.random = -0.6});
  CHECK(against.interval.low == Approx(1.4305940).epsilon(1e-5));
  CHECK(against.interval.high == Approx(5.5282795).epsilon(1e-5));
  CHECK(against.estimate.random > together.estimate.random);
}

TEST_CASE("a covariance of common parts counts as one of random parts does",
          "[stats][paired_ratio]") {
  const Estimate<double> n{10.0, 0.0, infinite_dof, 1.0, Provenance::measured};
  const Estimate<double> d{4.0, 0.0, infinite_dof, 1.0, Provenance::measured};
  const auto found = paired_ratio(n, d, {.common = 0.6});
  CHECK(found.interval.low == Approx(1.7952573).epsilon(1e-5));
  CHECK(found.interval.high == Approx(4.4053426).epsilon(1e-5));
  // u^2 = (1 - 2 x 2.5 x .6 + 6.25)/16 = .265625
  CHECK(found.estimate.common == Approx(std::sqrt(0.265625)));
  CHECK(found.estimate.random == 0.0);
}

TEST_CASE("without covariance a ratio of estimates is the one of independent ones",
          "[stats][paired_ratio]") {
  // Two known uncertainties: degrees of freedom make no difference.
  const auto one = paired_ratio(measured(0.8, 0.02), measured(2.0, 0.05), {});
  const auto other = ratio(measured(0.8, 0.02), measured(2.0, 0.05));
  CHECK(one.estimate.random == other.estimate.random);
  CHECK(one.interval.low == Approx(other.interval.low).epsilon(1e-12));
  CHECK(one.interval.high == Approx(other.interval.high).epsilon(1e-12));
}

TEST_CASE("a ratio of what moves together has the smaller degrees of freedom of both",
          "[stats][paired_ratio]") {
  const auto found =
      paired_ratio(measured(0.8, 0.02, 7.0), measured(2.0, 0.05, 4.0), {.random = 5e-4});
  CHECK(found.estimate.dof == 4.0);
  const auto exact_below =
      paired_ratio(measured(0.8, 0.02, 7.0), {2.0, 0.0, 1.0, 0.0, Provenance::measured}, {});
  CHECK(exact_below.estimate.dof == 7.0);
}

TEST_CASE("pairs that are in one proportion leave nothing unknown of it", "[stats][paired_ratio]") {
  const std::vector<double> energy = {2.0, 3.0, 5.0};
  const std::vector<double> quality = {1.0, 1.5, 2.5};
  const auto found = paired_ratio(quality, energy, Provenance::measured);
  CHECK(found.estimate.value == Approx(0.5));
  CHECK(found.estimate.random == Approx(0.0).margin(1e-8));
}

TEST_CASE("what moves together has Fieller ends that are numbers, whatever rounding leaves",
          "[stats][paired_ratio]") {
  // u_n = r u_d and the whole covariance r u_d^2: the root's argument is 0, or just beside it.
  for (int i = 1; i <= 200; ++i) {
    const double r = 0.1 * i;
    const double u = 0.3 + 0.001 * i;
    const auto found = detail::fieller(r * 1.7, r * u, 1.7, u, 1.96, 0.95, r * u * u);
    CHECK(is_finite(found.low));
    CHECK(found.low == Approx(r).epsilon(1e-5));
    CHECK(found.high == Approx(r).epsilon(1e-5));
  }
}

TEST_CASE("what a meter leaves unknown of all items alike stays in a ratio of pairs",
          "[stats][paired_ratio]") {
  // .5 x .1/(10/3) = .015
  const std::vector<double> energy = {2.0, 3.0, 5.0};
  const std::vector<double> quality = {1.0, 1.5, 2.5};
  const auto found = paired_ratio(quality, energy, Provenance::measured, 0.1);
  CHECK(found.estimate.common == Approx(0.015));
}

TEST_CASE("pairs over a modelled energy that are near zero get a box", "[stats][paired_ratio]") {
  const Estimate<double> energy{2.0, 0.0, infinite_dof, 0.6, Provenance::modelled};
  const auto found = paired_ratio(measured(0.0, 0.02), energy, {});
  CHECK(found.interval.method == IntervalMethod::box);
  CHECK(found.interval.contains(0.0));
}

TEST_CASE("a ratio of pairs is missing for fewer than two, and over nothing",
          "[stats][paired_ratio][missing]") {
  const std::vector<double> one = {1.0};
  CHECK_FALSE(paired_ratio(one, one, Provenance::measured).estimate.is_known());
  const std::vector<double> none;
  CHECK_FALSE(paired_ratio(none, none, Provenance::measured).estimate.is_known());
  const std::vector<double> two = {1.0, 2.0};
  const std::vector<double> zeros = {0.0, 0.0};
  CHECK_FALSE(paired_ratio(two, zeros, Provenance::measured).estimate.is_known());
  CHECK_FALSE(paired_ratio(two, two, Provenance::missing).estimate.is_known());
  CHECK_FALSE(paired_ratio({}, measured(1.0, 0.1), {}).estimate.is_known());
  CHECK_FALSE(paired_ratio(measured(1.0, 0.1), {}, {}).interval.is_known());
}

TEST_CASE("pairs of different numbers, and numbers that are none, are refused",
          "[stats][paired_ratio][error]") {
  const std::vector<double> two = {1.0, 2.0};
  const std::vector<double> three = {1.0, 2.0, 3.0};
  CHECK_THROWS_AS(paired_ratio(two, three, Provenance::measured), Error);
  const std::vector<double> broken = {1.0, std::numeric_limits<double>::quiet_NaN()};
  CHECK_THROWS_AS(paired_ratio(two, broken, Provenance::measured), Error);
  CHECK_THROWS_AS(paired_ratio(broken, two, Provenance::measured), Error);
}

TEST_CASE("a covariance that the uncertainties don't allow is refused",
          "[stats][paired_ratio][error]") {
  CHECK_THROWS_AS(paired_ratio(measured(1.0, 0.1), measured(2.0, 0.1), {.random = 0.02}), Error);
  CHECK_THROWS_AS(paired_ratio(measured(1.0, 0.1), measured(2.0, 0.1), {.random = -0.02}), Error);
  CHECK_THROWS_AS(paired_ratio(measured(1.0, 0.1), measured(2.0, 0.1), {.common = 0.001}), Error);
  CHECK_THROWS_AS(paired_ratio(measured(1.0, 0.1), measured(2.0, 0.1),
                               {.random = std::numeric_limits<double>::quiet_NaN()}),
                  Error);
  CHECK_NOTHROW(paired_ratio(measured(1.0, 0.1), measured(2.0, 0.1), {.random = 0.01}));
}

TEST_CASE("an estimate that isn't finite gives a missing ratio", "[stats][paired_ratio][missing]") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK_FALSE(paired_ratio(measured(nan, 0.1), measured(2.0, 0.1), {}).estimate.is_known());
  CHECK_FALSE(paired_ratio(measured(1.0, 0.1), measured(2.0, nan), {}).estimate.is_known());
  CHECK_FALSE(ratio(measured(nan, 0.1), measured(2.0, 0.1)).estimate.is_known());
  CHECK_FALSE(ratio(measured(1.0, 0.1), measured(nan, 0.1)).interval.is_known());
}

// 4000 ratios; a share of .95 has a standard error of .0034.
TEST_CASE("the interval covers 95 of 100 ratios of pairs that err against each other",
          "[stats][paired_ratio][simulation]") {
  // Without the covariance it would cover less: the correlation is -.8.
  Normal normal(21);
  constexpr int trials = 4000;
  int covered = 0;
  int covered_without = 0;
  std::vector<double> quality(12);
  std::vector<double> energy(12);
  for (int i = 0; i < trials; ++i) {
    for (std::size_t j = 0; j < quality.size(); ++j) {
      const double hard = normal(0.0, 1.0);
      energy[j] = 2.0 + 0.2 * hard;
      quality[j] = 0.8 - 0.08 * hard + normal(0.0, 0.06);
    }
    covered += paired_ratio(quality, energy, Provenance::measured).interval.contains(0.4) ? 1 : 0;
    covered_without += ratio(mean_of_independent(quality, Provenance::measured),
                             mean_of_independent(energy, Provenance::measured))
                               .interval.contains(0.4)
                           ? 1
                           : 0;
  }
  CHECK(covered > 0.935 * trials);
  CHECK(covered < 0.965 * trials);
  CHECK(covered_without < 0.9 * trials);
}

TEST_CASE("Fieller's interval covers 95 of 100 ratios of right answers to their energy",
          "[stats][paired_ratio][simulation]") {
  // Right in 6 of 10, and a wrong answer takes twice the energy: .6/1.4 = .4285714.
  Normal normal(22);
  Random random(23);
  constexpr int trials = 4000;
  int covered = 0;
  int fieller = 0;
  std::vector<double> right(20);
  std::vector<double> energy(20);
  for (int i = 0; i < trials; ++i) {
    for (std::size_t j = 0; j < right.size(); ++j) {
      right[j] = random.uniform() < 0.6 ? 1.0 : 0.0;
      energy[j] = 2.0 - right[j] + normal(0.0, 0.1);
    }
    const auto found = paired_ratio(right, energy, Provenance::measured).interval;
    fieller += found.method == IntervalMethod::fieller ? 1 : 0;
    covered += found.contains(0.6 / 1.4) ? 1 : 0;
  }
  CHECK(fieller > 0.5 * trials);
  CHECK(covered > 0.935 * trials);
  CHECK(covered < 0.97 * trials);
}
