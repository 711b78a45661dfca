// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/score/efficiency.hpp"

#include <cmath>
#include <limits>

#include "catch.hpp"
#include "perjoule/core/error.hpp"

using namespace perjoule;

namespace {

Estimate<double> nll(double nats, double u = 0.02) {
  return {nats, u, 50.0, 0.01, Provenance::measured};
}
Estimate<JoulesPerItem> energy_of(double value) {
  return {JoulesPerItem(value), JoulesPerItem(0.01 * value), infinite_dof, JoulesPerItem(0.0),
          Provenance::estimated};
}

}  // namespace

TEST_CASE("a model that is sure of the right one of eight classes tells three bits",
          "[score][information]") {
  // ln 8 = 3 ln 2; .02/ln 2 = .0288539
  const Estimate<BitsPerItem> told = information_gain(std::log(8.0), nll(0.0));
  CHECK(told.value.si() == Approx(3.0));
  CHECK(told.random.si() == Approx(0.0288539).epsilon(1e-5));
  CHECK(told.common.si() == Approx(0.0144270).epsilon(1e-5));
  CHECK(told.dof == 50.0);
  CHECK(told.provenance == Provenance::measured);
}

TEST_CASE("the prior predictor tells nothing, at any energy", "[score][information]") {
  // Entropy of frequencies 1/2, 1/4, 1/4: 1.5 bits.
  const double prior = 1.5 * std::log(2.0);
  const auto score = information_per_joule(information_gain(prior, nll(prior)), energy_of(1e-6));
  CHECK(score.estimate.value == BitsPerJoule(0.0));
  CHECK(score.interval.contains(BitsPerJoule(0.0)));
}

TEST_CASE("a model that is sure of wrong answers tells less than nothing", "[score][information]") {
  // (2 - 4) bits over .5 J
  const auto score = information_per_joule(
      information_gain(2.0 * std::log(2.0), nll(std::log(16.0))), energy_of(0.5));
  CHECK(score.estimate.value.si() == Approx(-4.0));
  CHECK(score.interval.high < BitsPerJoule(0.0));
  CHECK(score.interval.method == IntervalMethod::fieller);
}

TEST_CASE("information per joule is bits over joules with both uncertainties",
          "[score][information]") {
  // ln 16 = 4 bits less 1 bit: 3 over .5 J makes 6. Relative: random .0288539/3 = .0096180 and .01,
  // together .0138743; of 6: .0832461.
  const auto score =
      information_per_joule(information_gain(std::log(16.0), nll(std::log(2.0))), energy_of(0.5));
  CHECK(score.estimate.value.si() == Approx(6.0));
  CHECK(score.estimate.random.si() == Approx(0.0832461).epsilon(1e-4));
  CHECK(score.estimate.provenance == Provenance::estimated);
  CHECK(score.interval.method == IntervalMethod::log_delta);
}

TEST_CASE("information is missing without a likelihood, and its score without energy",
          "[score][information][missing]") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK_FALSE(information_gain(1.0, {}).is_known());
  CHECK_FALSE(information_gain(1.0, nll(nan)).is_known());
  CHECK_FALSE(information_per_joule({}, energy_of(0.5)).estimate.is_known());
  CHECK_FALSE(information_per_joule(information_gain(1.0, nll(0.5)), {}).estimate.is_known());
  CHECK_FALSE(
      information_per_joule(information_gain(1.0, nll(0.5)), energy_of(0.0)).estimate.is_known());
}

TEST_CASE("a prior that gave a class no chance is refused", "[score][information][error]") {
  CHECK_THROWS_AS(information_gain(std::numeric_limits<double>::infinity(), nll(0.5)), Error);
  CHECK_THROWS_AS(information_gain(std::numeric_limits<double>::quiet_NaN(), nll(0.5)), Error);
}
