// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/score/pareto.hpp"

#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

#include "catch.hpp"
#include "four_models.hpp"

using namespace perjoule;

TEST_CASE("the knee lies farthest above the chord between the ends of the front", "[score][knee]") {
  // From 0 to 1 by both axes: (0, 1), (.25, .9), (.6, .7), (1, 0): 0, .15, .3 and 0 above the
  // chord. (.5, .5) is off the front.
  const std::vector<Candidate> five{counted("", {10, 5}), counted("", {12.5, 4.5}),
                                    counted("", {16, 3.5}), counted("", {20, 0}),
                                    counted("", {15, 2.5})};
  const Choice found = knee(CandidateSet(plain_axes(2), five));
  CHECK(found.is_made);
  CHECK(found.candidate == 2);
}

TEST_CASE("of two knees the first is chosen", "[score][knee]") {
  // Both .25 above the chord.
  const std::vector<Candidate> four{counted("", {0, 1}), counted("", {0.5, 0.75}),
                                    counted("", {0.75, 0.5}), counted("", {1, 0})};
  CHECK(knee(CandidateSet(plain_axes(2), four)).candidate == 1);
}

TEST_CASE("a front without a bend has no knee", "[score][knee]") {
  const auto none = [](const std::vector<Candidate>& candidates) {
    const Choice found = knee(CandidateSet(plain_axes(2), candidates));
    CHECK_FALSE(found.is_made);
    CHECK_FALSE(found.why_not.empty());
  };
  none({counted("", {0, 1}), counted("", {0.3, 0.7}), counted("", {1, 0})});  // on the chord
  none({counted("", {0, 1}), counted("", {0.4, 0.4}), counted("", {1, 0})});  // below it
  none({counted("", {0, 1}), counted("", {1, 0})});
  none({counted("", {1, 1}), counted("", {0.5, 0.5})});  // the front is one candidate
  none({});
}

TEST_CASE("the knee of generated fields is the corner farthest from the chord", "[score][knee]") {
  // By the area of the triangle of the two ends and each candidate, half the chord times the
  // distance; ends found by comparing every pair.
  Random random(1);
  int wrong = 0;
  int found_some = 0;
  for (int trial = 0; trial < 2000; ++trial) {
    const auto candidates = on_a_grid(random, 2 + random.below(12), 2, 1000);
    const auto x = [&](std::size_t i) { return candidates[i].coordinates[0].value.value; };
    const auto y = [&](std::size_t i) { return candidates[i].coordinates[1].value.value; };
    std::vector<std::size_t> front;
    for (std::size_t i = 0; i < candidates.size(); ++i) {
      bool on = true;
      for (std::size_t j = 0; j < candidates.size(); ++j) {
        on = on && !(x(j) >= x(i) && y(j) >= y(i) && (x(j) > x(i) || y(j) > y(i)));
      }
      if (on) front.push_back(i);
    }
    std::size_t left = front[0];
    std::size_t right = front[0];
    for (const std::size_t i : front) {
      if (x(i) < x(left)) left = i;
      if (x(i) > x(right)) right = i;
    }
    double largest = 0.0;
    for (const std::size_t i : front) {
      const double twice =
          (x(i) - x(left)) * (y(left) - y(right)) - (x(right) - x(left)) * (y(left) - y(i));
      largest = twice > largest ? twice : largest;
    }
    const Choice choice = knee(CandidateSet(plain_axes(2), candidates));
    if (largest < 1e-9) {
      wrong += choice.is_made ? 1 : 0;
      continue;
    }
    ++found_some;
    const std::size_t i = choice.candidate;
    const double twice =
        (x(i) - x(left)) * (y(left) - y(right)) - (x(right) - x(left)) * (y(left) - y(i));
    wrong += choice.is_made && std::abs(twice - largest) < 1e-12 ? 0 : 1;
  }
  CHECK(wrong == 0);
  CHECK(found_some > 500);
}

TEST_CASE("a candidate beyond an end of the front moves the knee", "[score][knee]") {
  // (.5, .8) is .3 above and (.8, .4) is .2. A candidate at (1.01, -5) changes these heights to
  // (.495 + .967 - 1 = .462) and (.792 + .9 - 1 = .692): this is why the knee is not an order.
  std::vector<Candidate> four{counted("", {0, 1}), counted("", {0.5, 0.8}), counted("", {0.8, 0.4}),
                              counted("", {1, 0})};
  CHECK(knee(CandidateSet(plain_axes(2), four)).candidate == 1);
  four.push_back(counted("", {1.01, -5}));
  CHECK(knee(CandidateSet(plain_axes(2), four)).candidate != 1);
}

TEST_CASE("a knee of one or three axes is refused", "[score][knee]") {
  std::string said;
  try {
    (void)knee(CandidateSet(plain_axes(3), std::vector<Candidate>{counted("", {1, 2, 3})}));
  } catch (const Error& error) {
    said = error.what();
  }
  CHECK(said.find("a knee is of two axes") != std::string::npos);
}
