// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/stats/ratio.hpp"

#include <cmath>
#include <concepts>
#include <random>

#include "catch.hpp"
#include "measured.hpp"
#include "normal.hpp"
#include "perjoule/stats/confidence.hpp"
#include "perjoule/stats/propagate.hpp"
#include "perjoule/stats/summary.hpp"
#include "perjoule/units/quantity.hpp"

using namespace perjoule;

namespace {

Estimate<double> modelled(double value, double u) {
  return {value, 0.0, infinite_dof, u, Provenance::modelled};
}

}  // namespace

TEST_CASE("a ratio has the quotient and the relative uncertainties in squares", "[stats][ratio]") {
  // r = .8/2 = .4. Random: .02/2 = .01 and .4 x .05/2 = .01, together .01 sqrt(2).
  // Common: .03/2 = .015 and .4 x .1/2 = .02, together .025.
  // dof: (2e-4)^2/(1e-8/6 + 1e-8/4) = 4/(5/12) = 9.6
  const Estimate<double> quality{0.8, 0.02, 6.0, 0.03, Provenance::measured};
  const Estimate<double> energy{2.0, 0.05, 4.0, 0.1, Provenance::estimated};
  const Estimate<double> found = ratio(quality, energy).estimate;
  CHECK(found.value == Approx(0.4).epsilon(1e-14));
  CHECK(found.random == Approx(0.0141421356).epsilon(1e-8));
  CHECK(found.common == Approx(0.025).epsilon(1e-12));
  CHECK(found.dof == Approx(9.6).epsilon(1e-12));
  CHECK(found.provenance == Provenance::estimated);
}

TEST_CASE("away from zero the interval of a ratio is log-delta", "[stats][ratio]") {
  // Relative: .02/.8 = .05/2 = .025; sqrt(2) x .025 = .0353553. dof 4e-8/(1e-14 + 1e-8/4) = 16, so
  // t = 2.1199053 and the factor is exp(2.1199053 x .0353553) = exp(.0749500) = 1.0778302.
  const auto found = ratio(measured(0.8, 0.02), measured(2.0, 0.05, 4.0));
  CHECK(found.interval.method == IntervalMethod::log_delta);
  CHECK(found.interval.level == 0.95);
  CHECK(found.interval.low == Approx(0.4 / 1.0778302).epsilon(1e-6));
  CHECK(found.interval.high == Approx(0.4 * 1.0778302).epsilon(1e-6));
}

TEST_CASE("the interval of a ratio follows the level", "[stats][ratio]") {
  // Relative .03 and .04 make .05; z(.95) = 1.6448536; exp(.0822427) = 1.0857193; r = 4.
  const auto found = ratio(measured(8.0, 0.24), measured(2.0, 0.08), 0.9);
  CHECK(found.interval.level == 0.9);
  CHECK(found.interval.low == Approx(3.6841936).epsilon(1e-6));
  CHECK(found.interval.high == Approx(4.3428770).epsilon(1e-6));
}

TEST_CASE("where the denominator is poorly known the interval is Fieller's", "[stats][ratio]") {
  // n = 10 +- 1, d = 4 +- 1, t = 1.9599640.
  // g = (1.9599640/4)^2 = .2400912, above .1; r = 2.5
  // half = 1.9599640/4 x sqrt((1 - .2400912) x 1^2 + (2.5 x 1)^2) = .4899910 x 2.6476233
  // = 1.2973115
  // low = (2.5 - 1.2973115)/.7599088 = 1.5826747;
  // high = (2.5 + 1.2973115)/.7599088 = 4.9970621
  const auto found = ratio(measured(10.0, 1.0), measured(4.0, 1.0));
  CHECK(found.interval.method == IntervalMethod::fieller);
  CHECK(found.interval.level == 0.95);
  CHECK(found.interval.low == Approx(1.5826747).epsilon(1e-5));
  CHECK(found.interval.high == Approx(4.9970621).epsilon(1e-5));
}

TEST_CASE("Fieller's ends are where n - rho d is just t standard errors from zero",
          "[stats][ratio]") {
  // Fieller's definition, not his formula: (n - rho d)^2 = t^2 (u_n^2 + rho^2 u_d^2).
  const double t = 4.3026527;
  const Interval<double> found = detail::fieller(3.0, 0.5, -7.0, 0.9, t, 0.95);
  const Interval<double> other = detail::fieller(3.0, 0.5, 7.0, 0.9, t, 0.95);
  for (const double rho : {other.low, other.high}) {
    const double distance = std::abs(3.0 - rho * 7.0);
    CHECK(distance == Approx(t * std::hypot(0.5, rho * 0.9)).epsilon(1e-9));
  }
  CHECK(other.low < 3.0 / 7.0);
  CHECK(other.high > 3.0 / 7.0);
  for (const double rho : {found.low, found.high}) {
    const double distance = std::abs(3.0 + rho * 7.0);
    CHECK(distance == Approx(t * std::hypot(0.5, rho * 0.9)).epsilon(1e-9));
  }
}

TEST_CASE("Fieller's interval takes over from log-delta at g = .1, of either side",
          "[stats][ratio]") {
  // g = (1.96 u/value)^2 is .1 at u/value = .16134.
  CHECK(ratio(measured(1.0, 0.01), measured(1.0, 0.161)).interval.method ==
        IntervalMethod::log_delta);
  CHECK(ratio(measured(1.0, 0.01), measured(1.0, 0.162)).interval.method ==
        IntervalMethod::fieller);
  CHECK(ratio(measured(1.0, 0.161), measured(1.0, 0.01)).interval.method ==
        IntervalMethod::log_delta);
  CHECK(ratio(measured(1.0, 0.162), measured(1.0, 0.01)).interval.method ==
        IntervalMethod::fieller);
}

TEST_CASE("where the denominator cannot be told from zero nothing bounds the ratio",
          "[stats][ratio][missing]") {
  // g = 1 at u/value = 1/1.96 = .51021.
  CHECK(ratio(measured(1.0, 0.01), measured(1.0, 0.50)).interval.is_known());
  const auto found = ratio(measured(1.0, 0.01), measured(1.0, 0.52));
  CHECK_FALSE(found.interval.is_known());
  CHECK(found.estimate.is_known());
  CHECK(found.estimate.value == 1.0);
}

TEST_CASE("a skill of zero per joule has an interval that contains zero", "[stats][ratio]") {
  const auto found = ratio(measured(0.0, 0.02), measured(2.0, 0.05));
  CHECK(found.estimate.value == 0.0);
  CHECK(found.interval.method == IntervalMethod::fieller);
  // g = (1.9599640 x .05/2)^2 = .0024009; half = t/2 x sqrt(.9975991 x .02^2); over .9975991
  CHECK(found.interval.low == Approx(-0.0196232).epsilon(1e-5));
  CHECK(found.interval.high == Approx(0.0196232).epsilon(1e-5));
  CHECK(found.interval.contains(0.0));
}

TEST_CASE("a skill below zero per joule stays below zero", "[stats][ratio]") {
  const auto found = ratio(measured(-0.1, 0.02), measured(2.0, 0.05));
  CHECK(found.estimate.value == Approx(-0.05));
  CHECK(found.estimate.random > 0.0);
  CHECK(found.interval.low == Approx(-0.0698966).epsilon(1e-5));
  CHECK(found.interval.high == Approx(-0.0303440).epsilon(1e-5));
}

TEST_CASE("a modelled denominator keeps log-delta however poorly it is known", "[stats][ratio]") {
  // Relative .05 and .5: exp(1.9599640 x sqrt(.0025 + .25)) = exp(.9848698) = 2.6774630; r = .4
  const auto found = ratio(measured(0.8, 0.04), modelled(2.0, 1.0));
  CHECK(found.interval.method == IntervalMethod::log_delta);
  CHECK(found.interval.low == Approx(0.1493952).epsilon(1e-5));
  CHECK(found.interval.high == Approx(1.0709852).epsilon(1e-5));
  CHECK(found.estimate.provenance == Provenance::modelled);
}

TEST_CASE("a modelled numerator keeps log-delta however poorly it is known", "[stats][ratio]") {
  // ln 0.5 +- 1.96 * 0.5: [0.5/2.664, 0.5*2.664], and nothing below zero.
  const auto found = ratio(modelled(2.0, 1.0), measured(4.0, 0.0));
  CHECK(found.interval.method == IntervalMethod::log_delta);
  CHECK(found.interval.low == Approx(0.18766).epsilon(1e-3));
  CHECK(found.interval.high == Approx(1.33222).epsilon(1e-3));
  CHECK(found.estimate.provenance == Provenance::modelled);
}

TEST_CASE("near zero over a modelled denominator the interval is a box of both intervals",
          "[stats][ratio]") {
  // Each at level sqrt(.95) = .9746794, where z = 2.2364766. n: 0 +- .0447295.
  // d: 2 x/ exp(2.2364766 x .3) = 2 x/ 1.9560810, from 1.0224525 to 3.9121620.
  // Both ends over the smaller denominator, which takes them farthest out.
  const auto found = ratio(measured(0.0, 0.02), modelled(2.0, 0.6));
  CHECK(found.interval.method == IntervalMethod::box);
  CHECK(found.interval.level == 0.95);
  CHECK(found.interval.low == Approx(-0.0437473).epsilon(1e-5));
  CHECK(found.interval.high == Approx(0.0437473).epsilon(1e-5));
  CHECK(found.interval.contains(0.0));
}

TEST_CASE("a box above zero has its low end over the larger denominator", "[stats][ratio]") {
  // n: .1 +- .0894591, from .0105409 to .1894591.
  // low = .0105409/3.9121620 = .00269440; high = .1894591/1.0224525 = .1852986
  const auto found = ratio(measured(0.1, 0.04), modelled(2.0, 0.6));
  CHECK(found.interval.method == IntervalMethod::box);
  CHECK(found.interval.low == Approx(0.00269440).epsilon(1e-4));
  CHECK(found.interval.high == Approx(0.1852986).epsilon(1e-5));
}

TEST_CASE("a box below zero has its high end over the larger denominator", "[stats][ratio]") {
  // n: -1 +- .2236477, from -1.2236477 to -.7763523.
  // low = -1.2236477/1.0224525 = -1.1967770; high = -.7763523/3.9121620 = -.1984459
  const auto found = ratio(measured(-1.0, 0.1), modelled(2.0, 0.6));
  CHECK(found.interval.method == IntervalMethod::box);
  CHECK(found.interval.low == Approx(-1.1967770).epsilon(1e-5));
  CHECK(found.interval.high == Approx(-0.1984459).epsilon(1e-5));
}

TEST_CASE("a ratio of counted values is exact", "[stats][ratio]") {
  const auto found = ratio(exact(Bytes(400.0)), exact(Bytes(100.0)));
  CHECK(found.estimate.value == 4.0);
  CHECK(found.estimate.random == 0.0);
  CHECK(found.estimate.common == 0.0);
  CHECK(found.interval.method == IntervalMethod::exact);
  CHECK(found.interval.low == 4.0);
  CHECK(found.interval.high == 4.0);
}

TEST_CASE("a ratio with a missing side is missing", "[stats][ratio][missing]") {
  const Estimate<double> missing_with_numbers{2.0, 0.1, 5.0, 0.0, Provenance::missing};
  for (const Estimate<double>& missing : {Estimate<double>{}, missing_with_numbers}) {
    CHECK_FALSE(ratio(missing, measured(2.0, 0.1)).estimate.is_known());
    CHECK_FALSE(ratio(missing, measured(2.0, 0.1)).interval.is_known());
    CHECK_FALSE(ratio(measured(2.0, 0.1), missing).estimate.is_known());
    CHECK_FALSE(ratio(measured(2.0, 0.1), missing).interval.is_known());
  }
}

TEST_CASE("a ratio over nothing or less is missing", "[stats][ratio][missing]") {
  for (const double d : {0.0, -1.0}) {
    const auto found = ratio(measured(1.0, 0.1), measured(d, 0.1));
    CHECK_FALSE(found.estimate.is_known());
    CHECK_FALSE(found.interval.is_known());
    CHECK_FALSE(ratio(exact(1.0), exact(d)).estimate.is_known());
  }
}

TEST_CASE("a ratio has the quotient of the units", "[stats][ratio]") {
  const Estimate<JoulesPerItem> energy{JoulesPerItem(0.05), JoulesPerItem(0.001), 10.0,
                                       JoulesPerItem(0.0), Provenance::measured};
  const auto found = ratio(measured(0.9, 0.01), energy);
  STATIC_REQUIRE(std::same_as<decltype(found), const IntervalEstimate<ItemsPerJoule>>);
  CHECK(found.estimate.value.si() == Approx(18.0));
  CHECK(found.interval.low < found.estimate.value);
  CHECK(found.interval.high > found.estimate.value);
  const IntervalEstimate<double> bare = detail::strip_unit(found);
  CHECK(bare.interval.low == found.interval.low.si());
  CHECK(bare.interval.high == found.interval.high.si());
  CHECK(bare.interval.method == found.interval.method);
  CHECK(bare.estimate.value == found.estimate.value.si());
}

// Simulations: 4000 ratios, each with its own data. A share of .95 has a standard error of .0034,
// so .935 and .965 are more than four of them away. With 1.96 instead of t the coverage would be
// .81 at n = 3.

TEST_CASE("log-delta covers 95 of 100 ratios over the mean of three windows",
          "[stats][ratio][simulation]") {
  Normal normal(11);
  constexpr int trials = 4000;
  int covered = 0;
  int log_delta = 0;
  for (int i = 0; i < trials; ++i) {
    const double windows[] = {normal(2.0, 0.02), normal(2.0, 0.02), normal(2.0, 0.02)};
    const auto energy = mean_of_windows(windows, 0.0, Provenance::measured);
    const auto found = ratio(measured(normal(0.8, 1e-6), 1e-6), energy).interval;
    log_delta += found.method == IntervalMethod::log_delta ? 1 : 0;
    covered += found.contains(0.4) ? 1 : 0;
  }
  CHECK(log_delta == trials);
  CHECK(covered > 0.935 * trials);
  CHECK(covered < 0.965 * trials);
}

TEST_CASE("log-delta covers 95 of 100 ratios where both sides scatter alike",
          "[stats][ratio][simulation]") {
  Normal normal(12);
  constexpr int trials = 4000;
  int covered = 0;
  for (int i = 0; i < trials; ++i) {
    double windows[6];
    for (double& window : windows) window = normal(2.0, 0.1);
    const auto energy = mean_of_windows(windows, 0.0, Provenance::measured);
    covered += ratio(measured(normal(0.8, 0.02), 0.02), energy).interval.contains(0.4) ? 1 : 0;
  }
  CHECK(covered > 0.935 * trials);
  CHECK(covered < 0.965 * trials);
}

TEST_CASE("Fieller covers 95 of 100 ratios over a poorly known denominator",
          "[stats][ratio][simulation]") {
  // True g = (1.96 x 1/4)^2 = .24. A missing interval bounds nothing: it excludes no value.
  Normal normal(13);
  constexpr int trials = 4000;
  int covered = 0;
  int fieller = 0;
  for (int i = 0; i < trials; ++i) {
    const auto found =
        ratio(measured(normal(10.0, 1.0), 1.0), measured(normal(4.0, 1.0), 1.0)).interval;
    fieller += found.method == IntervalMethod::fieller ? 1 : 0;
    covered += !found.is_known() || found.contains(2.5) ? 1 : 0;
  }
  CHECK(fieller > 0.9 * trials);
  CHECK(covered > 0.935 * trials);
  CHECK(covered < 0.965 * trials);
}

TEST_CASE("Fieller covers 95 of 100 ratios over the mean of three scattered windows",
          "[stats][ratio][simulation]") {
  // t at 2 degrees of freedom is 4.30, so a relative u of .1 has g = .19 already.
  Normal normal(14);
  constexpr int trials = 4000;
  int covered = 0;
  int fieller = 0;
  for (int i = 0; i < trials; ++i) {
    const double windows[] = {normal(4.0, 0.7), normal(4.0, 0.7), normal(4.0, 0.7)};
    const auto energy = mean_of_windows(windows, 0.0, Provenance::measured);
    const auto found = ratio(measured(normal(10.0, 0.01), 0.01), energy).interval;
    fieller += found.method == IntervalMethod::fieller ? 1 : 0;
    covered += !found.is_known() || found.contains(2.5) ? 1 : 0;
  }
  CHECK(fieller > 0.4 * trials);
  CHECK(covered > 0.935 * trials);
  CHECK(covered < 0.965 * trials);
}

TEST_CASE("log-delta covers 95 of 100 ratios over a lognormal denominator known to a factor",
          "[stats][ratio][simulation]") {
  Normal normal(15);
  constexpr int trials = 4000;
  constexpr double sigma = 0.5;
  int covered = 0;
  int log_delta = 0;
  for (int i = 0; i < trials; ++i) {
    const double energy = 2.0 * std::exp(normal(0.0, sigma));
    const auto found =
        ratio(measured(normal(0.8, 0.02), 0.02), modelled(energy, sigma * energy)).interval;
    log_delta += found.method == IntervalMethod::log_delta ? 1 : 0;
    covered += found.contains(0.4) ? 1 : 0;
  }
  CHECK(log_delta == trials);
  CHECK(covered > 0.935 * trials);
  CHECK(covered < 0.965 * trials);
}

TEST_CASE("a box covers at least 95 of 100 ratios near zero over a lognormal denominator",
          "[stats][ratio][simulation]") {
  Normal normal(16);
  constexpr int trials = 4000;
  constexpr double sigma = 0.3;
  for (const double skill : {0.0, 0.02}) {
    int covered = 0;
    int box = 0;
    for (int i = 0; i < trials; ++i) {
      const double energy = 2.0 * std::exp(normal(0.0, sigma));
      const auto found =
          ratio(measured(normal(skill, 0.02), 0.02), modelled(energy, sigma * energy)).interval;
      box += found.method == IntervalMethod::box ? 1 : 0;
      covered += found.contains(skill / 2.0) ? 1 : 0;
    }
    CAPTURE(skill);
    CHECK(box > 0.99 * trials);
    CHECK(covered > 0.935 * trials);
  }
}

TEST_CASE("nothing bounds a quotient whose denominator's interval touches zero", "[stats][ratio]") {
  // g = (2 x 1 / 2)^2 = 1: the interval of the denominator is [0, 4].
  CHECK_FALSE(detail::fieller(1.0, 0.1, 2.0, 1.0, 2.0, 0.95).is_known());
  CHECK(detail::fieller(1.0, 0.1, 2.0, 0.999, 2.0, 0.95).is_known());
}

TEST_CASE("a ratio to a modelled value without uncertainty is not exact", "[stats][ratio]") {
  CHECK_FALSE(ratio(measured(2.0, 0.0), modelled(4.0, 0.0)).interval.is_known());
  CHECK(ratio(measured(2.0, 0.0), measured(4.0, 0.0)).interval.method == IntervalMethod::exact);
}

TEST_CASE("a numerator keeps its own interval in a ratio", "[stats][ratio]") {
  // By SciPy's brentq: the r for which the lower, or upper, limit of n - r d is 0, which is n - r d
  // minus, or plus, the root of the squares of the distances to the ends that matter.
  const Interval<double> of_d{1.5, 2.5, 0.95, IntervalMethod::student_t};
  const auto of = [&](double n, double low, double high) {
    return detail::mover_ratio(n, {low, high, 0.95, IntervalMethod::wilson}, 2.0, of_d);
  };
  CHECK(of(0.8, 0.6, 0.9).low == Approx(0.27819295032453273).epsilon(1e-9));
  CHECK(of(0.8, 0.6, 0.9).high == Approx(0.5451759255642078).epsilon(1e-9));
  CHECK(of(0.8, 0.6, 0.9).method == IntervalMethod::mover);
  CHECK(of(0.05, -0.2, 0.3).low == Approx(-0.10260479619776951).epsilon(1e-9));
  CHECK(of(0.05, -0.2, 0.3).high == Approx(0.15593812953110212).epsilon(1e-9));
  CHECK(of(-0.3, -0.5, -0.1).low == Approx(-0.2707549848389077).epsilon(1e-9));
  CHECK(of(-0.3, -0.5, -0.1).high == Approx(-0.04924501516109234).epsilon(1e-9));
  CHECK(of(0.0, 0.0, 0.0).low == 0.0);
  // Of a model known to a factor, whose upper end is more than twice the value.
  const Interval<double> wide =
      detail::mover_ratio(0.8, {0.6, 0.9, 0.95, IntervalMethod::wilson}, 2.0,
                          {0.5, 6.0, 0.95, IntervalMethod::lognormal});
  CHECK(wide.low == Approx(0.12700832253022182).epsilon(1e-9));
  CHECK(wide.high == Approx(1.604154083865693).epsilon(1e-9));
}

TEST_CASE(
    "the ends of a numerator's interval in a ratio are finite, and on either side of the value",
    "[stats][ratio]") {
  // A skill that is known to ten digits, over bytes that are counted: each end is the value, give
  // or take the last digit.
  std::mt19937_64 engine(1);
  std::uniform_real_distribution<double> share(0.0, 1.0);
  for (int trial = 0; trial < 10'000; ++trial) {
    const double n = share(engine);
    const double d = 1e6 * share(engine);
    const double width = 1e-16 * trial;
    const Interval<double> found =
        detail::mover_ratio(n, {n * (1.0 - width), n * (1.0 + width), 0.95, IntervalMethod::gamma},
                            d, {d, d, 0.95, IntervalMethod::exact});
    REQUIRE(found.low <= n / d);
    REQUIRE(found.high >= n / d);
  }
  // An energy that a busy machine knows to a factor of 1e68.
  const Interval<double> of_n{0.6, 0.9, 0.95, IntervalMethod::wilson};
  CHECK_FALSE(detail::mover_ratio(0.8, of_n, 2e-5, {1e-73, 3e63, 0.95, IntervalMethod::lognormal})
                  .is_known());
}

TEST_CASE("over a counted denominator the interval is the numerator's, in its unit",
          "[stats][ratio]") {
  const IntervalEstimate<double> share{{0.9, 0.03, infinite_dof, 0.0, Provenance::measured},
                                       {0.82, 0.94, 0.95, IntervalMethod::wilson}};
  const auto found = ratio(share, exact(Bytes(4.0)));
  CHECK(found.interval.low.si() == Approx(0.205).epsilon(1e-12));
  CHECK(found.interval.high.si() == Approx(0.235).epsilon(1e-12));
  CHECK(found.estimate.value.si() == 0.225);
}

TEST_CASE("without an interval of its own a numerator is as in any ratio", "[stats][ratio]") {
  const Estimate<double> n{2.0, 0.1, 9.0, 0.0, Provenance::measured};
  const Estimate<double> d{4.0, 0.2, 9.0, 0.0, Provenance::measured};
  const Interval<double> plain = ratio(n, d).interval;
  CHECK(ratio(IntervalEstimate<double>{n, {}}, d).interval.low == plain.low);
  const Interval<double> at_90{1.9, 2.1, 0.9, IntervalMethod::wilson};
  CHECK(ratio(IntervalEstimate<double>{n, at_90}, d).interval.method == plain.method);
  // A denominator that cannot be told from zero bounds nothing.
  const Interval<double> own{1.8, 2.3, 0.95, IntervalMethod::wilson};
  const Estimate<double> poor{4.0, 3.0, 4.0, 0.0, Provenance::measured};
  CHECK_FALSE(ratio(IntervalEstimate<double>{n, own}, poor).interval.is_known());
  CHECK_FALSE(ratio(IntervalEstimate<double>{{}, own}, d).estimate.is_known());
}

TEST_CASE("by a value of which nothing tells how far it is off, a ratio has no interval either",
          "[stats][ratio]") {
  const IntervalEstimate<double> share{{0.9, 0.03, infinite_dof, 0.0, Provenance::measured},
                                       {0.82, 0.94, 0.95, IntervalMethod::wilson}};
  const double one_window[] = {4.0};
  Estimate<double> energy = mean_of_windows(one_window, 0.1, Provenance::modelled);
  energy.common = 0.4;
  const IntervalEstimate<double> found = ratio(share, energy);
  CHECK(found.estimate.value == Approx(0.225).epsilon(1e-14));
  CHECK_FALSE(is_finite(found.estimate.random));
  CHECK(found.estimate.dof == 0.0);
  CHECK(found.estimate.common == Approx(0.0225).epsilon(1e-14));  // a tenth
  CHECK(found.estimate.provenance == Provenance::modelled);
  CHECK_FALSE(found.interval.is_known());
  CHECK_FALSE(ratio(energy, share.estimate).interval.is_known());
  CHECK(product(energy, share.estimate).value == Approx(3.6).epsilon(1e-14));
  CHECK_FALSE(interval(product(energy, share.estimate)).is_known());
}
