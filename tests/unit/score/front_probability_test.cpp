// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/score/rank_uncertainty.hpp"

#include <cmath>
#include <cstddef>
#include <vector>

#include "catch.hpp"
#include "four_models.hpp"
#include "normal.hpp"

using namespace perjoule;

namespace {

/// Candidates on linear axes where more is better, each coordinate with this standard uncertainty.
Candidate uncertain(std::initializer_list<double> values, double u) {
  Candidate candidate;
  for (const double value : values) {
    candidate.coordinates.push_back({{value, u, infinite_dof, 0.0, Provenance::measured}, {}, {}});
  }
  return candidate;
}

}  // namespace

TEST_CASE("of two candidates one dominates where it is ahead by both axes",
          "[score][front_probability]") {
  // Ahead by 1 and by .5 with u = sqrt(1/2) each, so that a difference has u = 1: a dominates with
  // Phi(1) Phi(.5) = .841345 x .691462 = .581758, and b with .158655 x .308538 = .048951. Each is
  // on the front where the other does not dominate.
  const double u = std::sqrt(0.5);
  const std::vector<Candidate> two{uncertain({1.0, 0.5}, u), uncertain({0.0, 0.0}, u)};
  const JointDraws draws(CandidateSet(plain_axes(2), two), 11, 40000);
  CHECK(probability_dominates(draws, 0, 1) == Approx(0.581758).margin(0.012));
  CHECK(probability_dominates(draws, 1, 0) == Approx(0.048951).margin(0.006));
  const std::vector<double> front = probability_on_front(draws);
  REQUIRE(front.size() == 2);
  CHECK(front[0] == Approx(1.0 - probability_dominates(draws, 1, 0)).epsilon(1e-12));
  CHECK(front[1] == Approx(1.0 - probability_dominates(draws, 0, 1)).epsilon(1e-12));
}

TEST_CASE("nobody dominates itself, and equal candidates are surely on the front",
          "[score][front_probability]") {
  const std::vector<Candidate> three{counted("", {1, 2}), counted("", {1, 2}), counted("", {0, 2})};
  const JointDraws draws(CandidateSet(plain_axes(2), three), 12, 100);
  const std::vector<double> front = probability_on_front(draws);
  CHECK(front[0] == 1.0);
  CHECK(front[1] == 1.0);
  CHECK(front[2] == 0.0);
  CHECK(probability_dominates(draws, 0, 0) == 0.0);
  CHECK(probability_dominates(draws, 0, 1) == 0.0);
  CHECK(probability_dominates(draws, 0, 2) == 1.0);
}

TEST_CASE("what two models have both right or wrong tells nothing of their difference",
          "[score][front_probability]") {
  // a is right on 380 of 400 items, b on the same ones except two: b is never ahead, however the
  // items are resampled, though each accuracy on its own is known only to .011. b costs less.
  Random random(13);
  std::vector<double> of_a(2000);
  std::vector<double> of_b(2000);
  for (std::size_t k = 0; k < 2000; ++k) {
    for (int n = 0; n < 400; ++n) {
      const auto item = random.below(400);
      of_a[k] += item < 380 ? 1.0 / 400 : 0.0;
      of_b[k] += item < 378 ? 1.0 / 400 : 0.0;
    }
  }
  Candidate a = uncertain({0.95, 1.0}, 0.011);
  Candidate b = uncertain({0.945, 1.0}, 0.011);
  a.coordinates[1].value = b.coordinates[1].value = exact(1.0);
  const auto probability = [](const Candidate& first, const Candidate& second) {
    const std::vector<Candidate> two{first, second};
    return probability_dominates(JointDraws(CandidateSet(plain_axes(2), two), 14), 0, 1);
  };
  // Separately: Phi(.005/(.011 sqrt(2))) = Phi(.3214) = .626
  CHECK(probability(a, b) == Approx(0.626).margin(0.06));
  a.coordinates[0].draws = of_a;
  b.coordinates[0].draws = of_b;
  // Together: unless neither of the two items is drawn, (398/400)^400 = .1347.
  CHECK(probability(a, b) == Approx(1.0 - 0.1347).margin(0.04));
  CHECK(probability(b, a) == 0.0);
}

TEST_CASE("the probability of being on the front is that of an independent simulation",
          "[score][front_probability][simulation][long]") {
  // Five candidates on three axes, drawn with another generator and compared pair by pair.
  Random random(15);
  Normal normal(16);
  constexpr std::size_t draws = 4000;
  for (int trial = 0; trial < 10; ++trial) {
    std::vector<Candidate> five = on_a_grid(random, 5, 3, 1000);
    for (Candidate& candidate : five) {
      for (Coordinate& coordinate : candidate.coordinates) coordinate.value.random = 0.2;
    }
    const JointDraws joint(CandidateSet(plain_axes(3), five), 17, draws);
    const std::vector<double> found = probability_on_front(joint);
    double times[5] = {};
    double dominated[5][5] = {};
    for (std::size_t k = 0; k < draws; ++k) {
      double x[5][3];
      for (std::size_t i = 0; i < 5; ++i) {
        for (std::size_t a = 0; a < 3; ++a) {
          x[i][a] = normal(five[i].coordinates[a].value.value, 0.2);
        }
      }
      for (std::size_t i = 0; i < 5; ++i) {
        bool on = true;
        for (std::size_t j = 0; j < 5; ++j) {
          const bool beats = x[j][0] > x[i][0] && x[j][1] > x[i][1] && x[j][2] > x[i][2];
          dominated[j][i] += beats ? 1.0 / draws : 0.0;
          on = on && !beats;
        }
        times[i] += on ? 1.0 / draws : 0.0;
      }
    }
    for (std::size_t i = 0; i < 5; ++i) {
      // Two shares of 4000 draws have a standard error of .011 at most for their difference.
      CHECK(found[i] == Approx(times[i]).margin(0.05));
      for (std::size_t j = 0; j < 5; ++j) {
        CHECK(probability_dominates(joint, i, j) == Approx(dominated[i][j]).margin(0.05));
      }
    }
  }
}

TEST_CASE("the model that knows nothing is on the front, as the others are, and before none",
          "[score][front_probability]") {
  const std::vector<double> front = probability_on_front(JointDraws(FourModels().field(), 18));
  for (const double probability : front) CHECK(probability == 1.0);
}

TEST_CASE("a candidate that trails by its uncertainty is on the front half-way",
          "[score][front_probability]") {
  // One axis: two equal but uncertain ones are each the best in half of the draws.
  const std::vector<Candidate> two{uncertain({1.0}, 0.1), uncertain({1.0}, 0.1)};
  const std::vector<double> front =
      probability_on_front(JointDraws(CandidateSet(plain_axes(1), two), 19, 10000));
  CHECK(front[0] == Approx(0.5).margin(0.025));
  CHECK(front[0] + front[1] == Approx(1.0).epsilon(1e-12));
}
