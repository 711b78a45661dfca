// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/score/lifecycle.hpp"

#include <limits>
#include <vector>

#include "catch.hpp"

using namespace perjoule;

namespace {

Estimate<Joules> joules(double value, double random, double common) {
  return {Joules(value), Joules(random), 9.0, Joules(common), Provenance::measured};
}
Estimate<JoulesPerItem> per_answer(double value, double random, double common) {
  return {JoulesPerItem(value), JoulesPerItem(random), 9.0, JoulesPerItem(common),
          Provenance::estimated};
}

}  // namespace

TEST_CASE("a model that was distilled and quantized took all of its stages", "[score][lifecycle]") {
  // 100 + 20 + 3; random sqrt(4 + 1 + .25) = 2.2912878; common 5 + 1 + .1.
  const std::vector<TrainingStage> stages = {{"teacher", joules(100.0, 2.0, 5.0)},
                                             {"distillation", joules(20.0, 1.0, 1.0)},
                                             {"calibration", joules(3.0, 0.5, 0.1)}};
  const Estimate<Joules> found = training_energy(stages);
  CHECK(found.value.si() == Approx(123.0));
  CHECK(found.random.si() == Approx(2.2912878));
  CHECK(found.common.si() == Approx(6.1));
  CHECK(found.provenance == Provenance::measured);
}

TEST_CASE("a life is the training and so many inferences", "[score][lifecycle]") {
  // 3.6e6 + 1e8 x .05 = 8.6e6; random sqrt(3e5^2 + 4e5^2) = 5e5; common 1e5 + 1e8 x .001.
  const auto found =
      lifecycle_energy(joules(3.6e6, 3e5, 1e5), per_answer(0.05, 0.004, 0.001), Items(1e8));
  CHECK(found.value.si() == Approx(8.6e6));
  CHECK(found.random.si() == Approx(5e5));
  CHECK(found.common.si() == Approx(2e5));
  CHECK(found.provenance == Provenance::estimated);
}

TEST_CASE("a model that is never asked takes its training", "[score][lifecycle]") {
  const auto found =
      lifecycle_energy(joules(3.6e6, 3e5, 1e5), per_answer(0.05, 0.004, 0.001), Items(0.0));
  CHECK(found.value.si() == 3.6e6);
  CHECK(found.random.si() == Approx(3e5));
}

TEST_CASE("a stage that nobody measured leaves the training unknown",
          "[score][lifecycle][missing]") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK_FALSE(training_energy(
                  std::vector<TrainingStage>{{"teacher", {}}, {"student", joules(20.0, 1.0, 1.0)}})
                  .is_known());
  CHECK_FALSE(
      training_energy(std::vector<TrainingStage>{{"student", joules(nan, 1.0, 1.0)}}).is_known());
  CHECK_FALSE(lifecycle_energy({}, per_answer(0.05, 0.004, 0.0), Items(10.0)).is_known());
  CHECK_FALSE(lifecycle_energy(joules(20.0, 1.0, 1.0), {}, Items(10.0)).is_known());
  CHECK_FALSE(lifecycle_energy(joules(20.0, 1.0, 1.0), {}, Items(0.0)).is_known());
}

TEST_CASE("no stages, and a number of inferences that is none, are refused",
          "[score][lifecycle][error]") {
  CHECK_THROWS_AS(training_energy(std::vector<TrainingStage>{}), Error);
  for (const double n :
       {-1.0, std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
    CHECK_THROWS_AS(
        lifecycle_energy(joules(20.0, 1.0, 1.0), per_answer(0.05, 0.004, 0.0), Items(n)), Error);
  }
}
