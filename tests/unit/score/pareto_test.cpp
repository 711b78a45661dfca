// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/score/pareto.hpp"

#include <cstddef>
#include <vector>

#include "catch.hpp"
#include "four_models.hpp"

using namespace perjoule;

namespace {

using Numbers = std::vector<std::size_t>;

Numbers front_of(std::size_t axes, const std::vector<Candidate>& candidates) {
  const auto front = pareto_front(CandidateSet(plain_axes(axes), candidates));
  return {front.begin(), front.end()};
}

/// By the definition, comparing every pair: no sort, no tree.
Numbers slow_front(const std::vector<Candidate>& candidates) {
  Numbers front;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    bool dominated = false;
    for (const Candidate& other : candidates) {
      bool as_good = true;
      bool better = false;
      for (std::size_t a = 0; a < other.coordinates.size(); ++a) {
        const double difference =
            other.coordinates[a].value.value - candidates[i].coordinates[a].value.value;
        as_good = as_good && difference >= 0.0;
        better = better || difference > 0.0;
      }
      dominated = dominated || (as_good && better);
    }
    if (!dominated) front.push_back(i);
  }
  return front;
}

}  // namespace

TEST_CASE("the front holds those that nobody beats by both axes", "[score][pareto]") {
  // (3, 1), (2, 2), (1, 3) trade one for the other. (1, 1) is beaten by all, (2, 1) by (3, 1) which
  // has as much y, and (1, 2) by (2, 2) which has as much y.
  const std::vector<Candidate> six{counted("", {1, 1}), counted("", {3, 1}), counted("", {2, 1}),
                                   counted("", {2, 2}), counted("", {1, 2}), counted("", {1, 3})};
  CHECK(front_of(2, six) == Numbers{1, 3, 5});
}

TEST_CASE("the front holds those that nobody beats by all three axes", "[score][pareto]") {
  // (2, 2, 1) beats (2, 1, 1) and (2, 2, 0); (1, 1, 3) beats (1, 1, 2); (0, 3, 0) has the most y.
  const std::vector<Candidate> six{counted("", {2, 1, 1}), counted("", {2, 2, 1}),
                                   counted("", {2, 2, 0}), counted("", {1, 1, 2}),
                                   counted("", {0, 3, 0}), counted("", {1, 1, 3})};
  CHECK(front_of(3, six) == Numbers{1, 4, 5});
}

TEST_CASE("equal candidates are on the front together, or off it together", "[score][pareto]") {
  const std::vector<Candidate> two{counted("", {1, 2}), counted("", {1, 2}), counted("", {0, 1}),
                                   counted("", {0, 1})};
  CHECK(front_of(2, two) == Numbers{0, 1});
  const std::vector<Candidate> three{counted("", {1, 2, 3}), counted("", {1, 2, 3}),
                                     counted("", {1, 2, 2}), counted("", {1, 2, 2})};
  CHECK(front_of(3, three) == Numbers{0, 1});
}

TEST_CASE("on one axis the front is the best and its equals", "[score][pareto]") {
  CHECK(front_of(1, {counted("", {1}), counted("", {4}), counted("", {4}), counted("", {-9})}) ==
        Numbers{1, 2});
  CHECK(front_of(1, {}).empty());
}

TEST_CASE("a front is not an order: the model that knows nothing is on it with the others",
          "[score][pareto]") {
  const auto front = pareto_front(FourModels().field());
  CHECK(Numbers(front.begin(), front.end()) == Numbers{0, 1, 2, 3});
}

TEST_CASE("of two equal candidates neither dominates", "[score][pareto]") {
  CHECK(dominates({{1, 2, 3}}, {{1, 2, 2}}));
  CHECK_FALSE(dominates({{1, 2, 2}}, {{1, 2, 3}}));
  CHECK_FALSE(dominates({{1, 2, 3}}, {{1, 2, 3}}));
  CHECK_FALSE(dominates({{1, 3, 2}}, {{1, 2, 3}}));
}

TEST_CASE("fronts of thousands of generated fields are those of comparing every pair",
          "[score][pareto]") {
  Random random(1);
  std::size_t wrong = 0;
  for (int trial = 0; trial < 3000; ++trial) {
    const std::size_t axes = 1 + random.below(3);
    const std::size_t count = random.below(40);
    // Down to two steps per axis, where most are equal on some axis.
    const auto candidates = on_a_grid(random, count, axes, 2 + random.below(60));
    wrong += front_of(axes, candidates) == slow_front(candidates) ? 0 : 1;
  }
  CHECK(wrong == 0);
}

TEST_CASE("a front that holds all of many candidates is found", "[score][pareto]") {
  // On x + y = 999 with any z: none beats another.
  Random random(2);
  std::vector<Candidate> all;
  for (int i = 0; i < 1000; ++i) {
    all.push_back(counted("", {1.0 * i, 999.0 - i, random.uniform()}));
  }
  CHECK(front_of(3, all).size() == 1000);
}

TEST_CASE("one finder finds front after front", "[score][pareto]") {
  detail::FrontFinder finder;
  const std::vector<ObjectiveVector> first{{{1, 1, 1}}, {{0, 0, 0}}};
  const std::vector<ObjectiveVector> second{{{0, 0, 0}}, {{1, 1, 0}}};
  const std::vector<ObjectiveVector> third{{{0, 0, 5}}};
  CHECK(finder.find(first)[0]);
  CHECK_FALSE(finder.find(second)[0]);
  CHECK(finder.find(third)[0]);
}
