// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/stats/mean_over_seeds.hpp"

#include <cmath>
#include <random>
#include <vector>

#include "catch.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/stats/confidence.hpp"
#include "perjoule/stats/summary.hpp"

using namespace perjoule;

namespace {

Estimate<double> of_items(double value, double random) {
  return {value, random, infinite_dof, 0.0, Provenance::measured};
}

}  // namespace

TEST_CASE("a mean over seeds has the scatter between them, and all of what the items leave unknown",
          "[stats][seeds]") {
  // Mean 0.05; deviations -.01, 0, .01, so s = .01 and s/sqrt(3) = .0057735;
  // sqrt((.02^2 + .02^2 + .01^2)/3) = .0173205.
  const std::vector<Estimate<double>> seeds = {of_items(0.04, 0.02), of_items(0.05, 0.02),
                                               of_items(0.06, 0.01)};
  const Estimate<double> mean = mean_over_seeds(seeds);
  CHECK(mean.value == Approx(0.05));
  CHECK(mean.random == Approx(0.0057735027));
  CHECK(mean.dof == 2.0);
  CHECK(mean.common == Approx(0.0173205081));
  CHECK(mean.provenance == Provenance::measured);
}

TEST_CASE("a single seed has a value, and nothing tells how sure it is", "[stats][seeds]") {
  const std::vector<Estimate<double>> seeds = {of_items(0.04, 0.02)};
  const Estimate<double> mean = mean_over_seeds(seeds);
  CHECK(mean.value == 0.04);
  CHECK_FALSE(is_finite(mean.random));
  CHECK_FALSE(interval(mean).is_known());
}

TEST_CASE("a seed that is missing makes the mean missing, and no seeds are an error",
          "[stats][seeds]") {
  CHECK_FALSE(mean_over_seeds(std::vector<Estimate<double>>{of_items(0.04, 0.02), {}}).is_known());
  CHECK_THROWS_AS(mean_over_seeds(std::vector<Estimate<double>>{}), Error);
}

TEST_CASE("the interval of a mean over seeds covers what other seeds and items give",
          "[stats][seeds]") {
  // Crossed effects: of a seed, of an item, of both. The truth is 0.
  std::mt19937_64 engine(23);
  std::normal_distribution<double> normal;
  struct Case {
    double seed, item, both;
  };
  for (const Case& of : {Case{1.0, 1.0, 3.0}, Case{0.0, 3.0, 1.0}, Case{1.0, 0.0, 1.0}}) {
    constexpr int trials = 1000;
    constexpr std::size_t items = 50;
    int covered = 0;
    for (int trial = 0; trial < trials; ++trial) {
      std::vector<double> item(items);
      for (double& effect : item) effect = of.item * normal(engine);
      std::vector<Estimate<double>> seeds;
      for (int seed = 0; seed < 3; ++seed) {
        const double effect = of.seed * normal(engine);
        std::vector<double> values;
        for (const double each : item) {
          values.push_back(effect + each + of.both * normal(engine));
        }
        seeds.push_back(mean_of_independent(values, Provenance::measured));
      }
      if (interval(mean_over_seeds(seeds)).contains(0.0)) ++covered;
    }
    CHECK(covered >= 930);  // 950 would cover; 3 standard errors are 21
  }
}
