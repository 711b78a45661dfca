// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/score/lifecycle.hpp"

#include <limits>
#include <string>

#include "catch.hpp"
#include "perjoule/core/error.hpp"

using namespace perjoule;

namespace {

Estimate<Joules> joules(double value, double u) {
  return {Joules(value), Joules(u), infinite_dof, Joules(0.0), Provenance::measured};
}
Estimate<JoulesPerItem> per_answer(double value, double u) {
  return {JoulesPerItem(value), JoulesPerItem(u), infinite_dof, JoulesPerItem(0.0),
          Provenance::measured};
}

BreakEvenOutcome outcome(double training, double u_training, double saving, double u_saving) {
  return break_even(joules(training, u_training), per_answer(saving, u_saving)).outcome;
}

}  // namespace

TEST_CASE("a training pays off after its energy over what an inference saves",
          "[score][break_even]") {
  // A kilowatt-hour more, 20 mJ less an answer: 1.8e8 answers. Ends by numpy.roots, NumPy 1.24, of
  // (3.6e6 - .02 N)^2 = 1.9599640^2 (1.8e5^2 + .002^2 N^2).
  const BreakEven found = break_even(joules(3.6e6, 1.8e5), per_answer(0.02, 0.002));
  CHECK(found.outcome == BreakEvenOutcome::after);
  CHECK(found.inferences.estimate.value.si() == Approx(1.8e8));
  CHECK(found.inferences.interval.method == IntervalMethod::fieller);
  CHECK(found.inferences.interval.low.si() == Approx(146329485.4).epsilon(1e-5));
  CHECK(found.inferences.interval.high.si() == Approx(228052234.2).epsilon(1e-5));
  CHECK(found.provenance == Provenance::measured);
}

TEST_CASE("of two whole models the second is held against the first", "[score][break_even]") {
  // 5e6 - 1.4e6 = 3.6e6, +- sqrt(1.08e5^2 + 1.44e5^2) = 1.8e5; .05 - .03 = .02 +- .002 (.0012,
  // .0016)
  const LifecycleEnergy first{joules(1.4e6, 1.08e5), per_answer(0.05, 0.0012)};
  const LifecycleEnergy second{joules(5.0e6, 1.44e5), per_answer(0.03, 0.0016)};
  const BreakEven found = break_even(first, second);
  CHECK(found.outcome == BreakEvenOutcome::after);
  CHECK(found.inferences.estimate.value.si() == Approx(1.8e8));
  CHECK(found.inferences.interval.low.si() == Approx(146329485.4).epsilon(1e-5));
  CHECK(found.inferences.interval.high.si() == Approx(228052234.2).epsilon(1e-5));
  const BreakEven other = break_even(second, first);
  CHECK(other.outcome == BreakEvenOutcome::until);
  CHECK(other.inferences.estimate.value.si() == Approx(1.8e8));
  CHECK(other.inferences.interval.low.si() == Approx(146329485.4).epsilon(1e-5));
}

TEST_CASE("a model that took less to train and takes less to ask is ahead from the start",
          "[score][break_even]") {
  CHECK(outcome(-1e6, 1e5, 0.02, 0.002) == BreakEvenOutcome::from_the_start);
  CHECK(outcome(0.0, 0.0, 0.02, 0.002) == BreakEvenOutcome::from_the_start);
  CHECK(outcome(-1e6, 1e5, 0.0, 0.0) == BreakEvenOutcome::from_the_start);
  CHECK_FALSE(
      break_even(joules(-1e6, 1e5), per_answer(0.02, 0.002)).inferences.estimate.is_known());
}

TEST_CASE("a model that took more to train and takes more to ask never pays off",
          "[score][break_even]") {
  CHECK(outcome(1e6, 1e5, -0.02, 0.002) == BreakEvenOutcome::never);
  CHECK(outcome(0.0, 0.0, -0.02, 0.002) == BreakEvenOutcome::never);
  CHECK(outcome(1e6, 1e5, 0.0, 0.0) == BreakEvenOutcome::never);
  CHECK_FALSE(
      break_even(joules(1e6, 1e5), per_answer(-0.02, 0.002)).inferences.estimate.is_known());
}

TEST_CASE("two models that take exactly the same never differ", "[score][break_even]") {
  CHECK(outcome(0.0, 0.0, 0.0, 0.0) == BreakEvenOutcome::never);
}

TEST_CASE("inferences that can't be told apart leave the break-even undecided",
          "[score][break_even]") {
  // 1.96 x .0103 is more than .02.
  CHECK(outcome(1e6, 1e5, 0.02, 0.0103) == BreakEvenOutcome::undecided);
  CHECK(outcome(-1e6, 1e5, -0.02, 0.0103) == BreakEvenOutcome::undecided);
  CHECK(outcome(1e6, 1e5, 0.02, 0.0102) == BreakEvenOutcome::after);
  const LifecycleEnergy model{joules(1e6, 1e5), per_answer(0.05, 0.001)};
  const BreakEven found = break_even(model, model);
  CHECK(found.outcome == BreakEvenOutcome::undecided);
  CHECK_FALSE(found.inferences.estimate.is_known());
  CHECK_FALSE(found.inferences.interval.is_known());
  CHECK(found.provenance == Provenance::measured);
}

TEST_CASE("a training that may have taken less pays off from 0 inferences on",
          "[score][break_even]") {
  // Fieller's ends are -4845734 and 15245227 (numpy.roots); a number of answers can't be negative.
  const BreakEven found = break_even(joules(1e5, 1e5), per_answer(0.02, 0.002));
  CHECK(found.outcome == BreakEvenOutcome::after);
  CHECK(found.inferences.estimate.value.si() == Approx(5e6));
  CHECK(found.inferences.interval.low == Items(0.0));
  CHECK(found.inferences.interval.high.si() == Approx(15245226.8).epsilon(1e-5));
  const BreakEven below = break_even(joules(-1e4, 1e5), per_answer(0.02, 0.002));
  CHECK(below.outcome == BreakEvenOutcome::after);
  CHECK(below.inferences.estimate.value == Items(0.0));
  CHECK(below.inferences.interval.high > Items(0.0));
}

TEST_CASE("what one meter got wrong of all energies alike cancels", "[score][break_even]") {
  // A gain of 10 %: all of it is common, and moves both differences alike.
  const Estimate<Joules> training{Joules(3.6e6), Joules(0.0), infinite_dof, Joules(3.6e5),
                                  Provenance::measured};
  const Estimate<JoulesPerItem> saving{JoulesPerItem(0.02), JoulesPerItem(0.0), infinite_dof,
                                       JoulesPerItem(0.002), Provenance::measured};
  const BreakEven found = break_even(training, saving, {.common = 3.6e5 * 0.002});
  CHECK(found.inferences.estimate.value.si() == Approx(1.8e8));
  // Rounding leaves 1e-16 of a variance, and of its root 1e-8.
  CHECK(found.inferences.interval.low.si() == Approx(1.8e8).epsilon(1e-6));
  CHECK(found.inferences.interval.high.si() == Approx(1.8e8).epsilon(1e-6));
}

TEST_CASE("a break-even without an energy is missing", "[score][break_even][missing]") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK(break_even({}, per_answer(0.02, 0.002)).outcome == BreakEvenOutcome::missing);
  CHECK(break_even(joules(1e6, 1e5), {}).outcome == BreakEvenOutcome::missing);
  CHECK(break_even(LifecycleEnergy{}, LifecycleEnergy{}).outcome == BreakEvenOutcome::missing);
  CHECK(break_even(joules(nan, 1e5), per_answer(0.02, 0.002)).outcome == BreakEvenOutcome::missing);
  CHECK(break_even(joules(1e6, 1e5), {}).provenance == Provenance::missing);
  CHECK_THROWS_AS(break_even(joules(1e6, 1e5), per_answer(0.02, 0.002), {.random = 1e5}), Error);
}

TEST_CASE("a break-even of modelled energies is modelled", "[score][break_even]") {
  Estimate<Joules> modelled = joules(3.6e6, 1.8e5);
  modelled.provenance = Provenance::modelled;
  const BreakEven found = break_even(modelled, per_answer(0.02, 0.002));
  CHECK(found.provenance == Provenance::modelled);
  CHECK(found.inferences.estimate.provenance == Provenance::modelled);
}

TEST_CASE("each outcome has a name", "[score][break_even]") {
  CHECK(std::string(name(BreakEvenOutcome::after)) == "after");
  CHECK(std::string(name(BreakEvenOutcome::until)) == "until");
  CHECK(std::string(name(BreakEvenOutcome::from_the_start)) == "from the start");
  CHECK(std::string(name(BreakEvenOutcome::never)) == "never");
  CHECK(std::string(name(BreakEvenOutcome::undecided)) == "undecided");
  CHECK(std::string(name(BreakEvenOutcome::missing)) == "missing");
}
