// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/score/rank_uncertainty.hpp"

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include "aborts.hpp"
#include "catch.hpp"
#include "four_models.hpp"

using namespace perjoule;

TEST_CASE("equal candidates hold all the places that they share", "[score][rank_range]") {
  const std::vector<Candidate> four{counted("", {5}), counted("", {3}), counted("", {5}),
                                    counted("", {1})};
  const auto ranges = rank_ranges(JointDraws(CandidateSet(plain_axes(1), four), 1, 100), 0);
  const std::size_t places[][2] = {{1, 2}, {3, 3}, {1, 2}, {4, 4}};
  for (std::size_t i = 0; i < 4; ++i) {
    CHECK(ranges[i].best == places[i][0]);
    CHECK(ranges[i].low == places[i][0]);
    CHECK(ranges[i].high == places[i][1]);
    CHECK(ranges[i].worst == places[i][1]);
  }
}

TEST_CASE("a place held in fewer draws than the level leaves over is the best, not in the range",
          "[score][rank_range]") {
  // .025 of 200 draws is 5. The first is ahead of the second in 5 of them; and in 6.
  for (const std::size_t ahead : {5U, 6U}) {
    std::vector<double> of_first(200, 1.0);
    std::vector<double> of_second(200, 2.0);
    for (std::size_t k = 0; k < ahead; ++k) of_first[7 * k] = 3.0;
    std::vector<Candidate> two{counted("", {1}), counted("", {2})};
    two[0].coordinates[0].draws = of_first;
    two[1].coordinates[0].draws = of_second;
    const auto ranges = rank_ranges(JointDraws(CandidateSet(plain_axes(1), two), 1), 0);
    CHECK(ranges[0].best == 1);
    CHECK(ranges[0].worst == 2);
    CHECK(ranges[1].best == 1);
    CHECK(ranges[1].worst == 2);
    CHECK(ranges[0].low == (ahead == 5 ? 2 : 1));
    CHECK(ranges[0].high == 2);
    CHECK(ranges[1].low == 1);
    CHECK(ranges[1].high == (ahead == 5 ? 1 : 2));
  }
}

TEST_CASE("rank ranges of generated draws are those of counting who is ahead",
          "[score][rank_range][long]") {
  Random random(2);
  std::size_t wrong = 0;
  for (int trial = 0; trial < 1000; ++trial) {
    const std::size_t n = 1 + random.below(7);
    const std::size_t draws = 100 + random.below(50);
    const std::size_t steps = 2 + random.below(20);  // few steps: many are equal
    std::vector<std::vector<double>> drawn(n, std::vector<double>(draws));
    std::vector<Candidate> candidates(n, counted("", {1}));
    for (std::size_t i = 0; i < n; ++i) {
      for (double& x : drawn[i]) x = static_cast<double>(random.below(steps) + i);
      candidates[i].coordinates[0].draws = drawn[i];
    }
    const auto found = rank_ranges(JointDraws(CandidateSet(plain_axes(1), candidates), 1), 0, 0.8);
    for (std::size_t i = 0; i < n; ++i) {
      std::vector<std::size_t> from(draws, 1);
      std::vector<std::size_t> to(draws, 0);
      for (std::size_t k = 0; k < draws; ++k) {
        for (std::size_t j = 0; j < n; ++j) {
          from[k] += drawn[j][k] > drawn[i][k] ? 1 : 0;
          to[k] += drawn[j][k] >= drawn[i][k] ? 1 : 0;
        }
      }
      std::sort(from.begin(), from.end());
      std::sort(to.begin(), to.end());
      const std::size_t tail = draws / 10;  // half of .2 on each side
      wrong += found[i].best == from.front() && found[i].low == from[tail] &&
                       found[i].high == to[draws - 1 - tail] && found[i].worst == to.back()
                   ? 0
                   : 1;
    }
  }
  CHECK(wrong == 0);
}

TEST_CASE("by quality the model that knows nothing is last", "[score][rank_range]") {
  const auto ranges = rank_ranges(JointDraws(FourModels().field(), 3), 0);
  CHECK(ranges[FourModels::constant].best == 4);
  CHECK(ranges[FourModels::linear].low == 3);
  CHECK(ranges[FourModels::ensemble].low == 1);
  CHECK(ranges[FourModels::ensemble].high == 1);
}

TEST_CASE("by a cost nobody is ranked without a floor of quality", "[score][rank_range]") {
  const JointDraws draws(FourModels().field(), 3);
  std::string said;
  try {
    (void)rank_ranges(draws, 1);
  } catch (const Error& error) {
    said = error.what();
  }
  CHECK(said.find("a model that knows nothing first: energy; rank with_quality_floor(") !=
        std::string::npos);
}

TEST_CASE("places are those of an axis that there is", "[score][rank_range]") {
  const JointDraws draws(FourModels().field(), 3);
  const volatile std::size_t beyond = 2;
  CHECK_FALSE(abort_message([&] { (void)rank_ranges(draws, beyond); }).empty());
}
