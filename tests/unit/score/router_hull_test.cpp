// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/score/pareto.hpp"

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include "catch.hpp"
#include "four_models.hpp"

using namespace perjoule;

namespace {

using Numbers = std::vector<std::size_t>;

CandidateSet priced(const std::vector<Candidate>& candidates) {
  return {std::vector<Axis>{quality_axis("accuracy"), cost_axis("energy")}, candidates};
}
Numbers hull_of(const std::vector<Candidate>& candidates) {
  const auto hull = router_hull(priced(candidates));
  return {hull.begin(), hull.end()};
}

std::string refusal(const CandidateSet& field) {
  try {
    (void)router_hull(field);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("a candidate below the chord of two others is beaten by a router of these",
          "[score][router_hull]") {
  // Half of the items to a and half to c: .8 at 3 J; b has .7 for 3 J. With .85 it is above.
  const Candidate a = counted("a", {0.6, 1.0});
  const Candidate c = counted("c", {1.0, 5.0});
  CHECK(hull_of({a, counted("b", {0.7, 3.0}), c}) == Numbers{0, 2});
  CHECK(hull_of({a, counted("b", {0.85, 3.0}), c}) == Numbers{0, 1, 2});
  CHECK(hull_of({c, counted("b", {0.85, 3.0}), a}) == Numbers{2, 1, 0});
}

TEST_CASE("a router mixes joules and not their logarithms", "[score][router_hull]") {
  // By decades (1, 10, 100 J) b is below the chord of .6 and 1 at .8. In joules a router that takes
  // b's 10 J sends 1/11 of the items to c: .6 + .4/11 = .636.
  CHECK(hull_of({counted("a", {0.6, 1.0}), counted("b", {0.7, 10.0}),
                 counted("c", {1.0, 100.0})}) == Numbers{0, 1, 2});
}

TEST_CASE("who is off the front, equal to another or on a chord is no corner",
          "[score][router_hull]") {
  CHECK(hull_of({counted("", {0.5, 1.0}), counted("", {0.5, 1.0}), counted("", {0.4, 2.0}),
                 counted("", {0.75, 2.0}), counted("", {1.0, 3.0})}) == Numbers{0, 4});
  CHECK(hull_of({counted("", {0.5, 1.0})}) == Numbers{0});
  CHECK(hull_of({}).empty());
}

TEST_CASE("all of the four models are corners, the one that knows nothing the cheapest",
          "[score][router_hull]") {
  // Points per joule from each to the next: 820, 1.45, .0012, decreasing. The hull orders by cost
  // along the chords; it does not say which is best.
  const auto hull = router_hull(FourModels().field());
  CHECK(Numbers(hull.begin(), hull.end()) == Numbers{0, 1, 2, 3});
}

TEST_CASE("corners of generated fields are those that no blind mixture reaches",
          "[score][router_hull]") {
  Random random(1);
  int wrong = 0;
  for (int trial = 0; trial < 1500; ++trial) {
    const std::size_t n = 1 + random.below(9);
    std::vector<Candidate> candidates;
    for (std::size_t i = 0; i < n; ++i) {
      const auto whole = [&random] { return static_cast<double>(1 + random.below(12)); };
      candidates.push_back(counted("", {whole(), whole()}));
    }
    const auto q = [&](std::size_t i) { return candidates[i].coordinates[0].value.value; };
    const auto e = [&](std::size_t i) { return candidates[i].coordinates[1].value.value; };
    Numbers corners;
    for (std::size_t i = 0; i < n; ++i) {
      bool reached = false;
      for (std::size_t j = 0; j < n; ++j) {
        const bool same = q(j) == q(i) && e(j) == e(i);
        reached = reached || (same ? j < i : q(j) >= q(i) && e(j) <= e(i));
        for (std::size_t k = 0; k < n; ++k) {
          // At i's joules between j's and k's the mixture has j's quality and its part of the rest.
          if (e(j) >= e(i) || e(i) >= e(k)) continue;
          reached = reached || (q(j) - q(i)) * (e(k) - e(j)) + (e(i) - e(j)) * (q(k) - q(j)) >= 0.0;
        }
      }
      if (!reached) corners.push_back(i);
    }
    Numbers found = hull_of(candidates);
    for (std::size_t k = 1; k < found.size(); ++k) wrong += e(found[k]) > e(found[k - 1]) ? 0 : 1;
    std::sort(found.begin(), found.end());
    wrong += found == corners ? 0 : 1;
  }
  CHECK(wrong == 0);
}

TEST_CASE("what doesn't add up over items has no chord", "[score][router_hull]") {
  const std::vector<Candidate> one{counted("", {0.5, 100.0})};
  const Axis rate{"throughput", AxisRole::cost, true, AxisScale::linear};
  CHECK(refusal(CandidateSet(std::vector<Axis>{quality_axis("accuracy"), rate}, one))
            .find("a rate does not add up over items: throughput; ") != std::string::npos);
  CHECK(refusal(CandidateSet(plain_axes(2), one)).find("trades a quality for a cost") !=
        std::string::npos);
}
