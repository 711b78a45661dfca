// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A ratio describes and must not rank: by accuracy per joule, a model that always says the same
// class is the best of four by a factor of a hundred. These tests apply everything that orders or
// chooses candidates; none of it ranks that model first.
#include <cstddef>

#include "catch.hpp"
#include "four_models.hpp"
#include "perjoule/score/candidate_set.hpp"
#include "perjoule/score/hypervolume.hpp"
#include "perjoule/score/pareto.hpp"
#include "perjoule/score/rank_acceptability.hpp"
#include "perjoule/score/rank_uncertainty.hpp"

using namespace perjoule;

namespace {

/// Whether another candidate has more than the constant model.
bool constant_is_behind(const std::vector<double>& shares) {
  for (const double share : shares) {
    if (share > shares[FourModels::constant]) return true;
  }
  return false;
}

}  // namespace

TEST_CASE("no order and no choice of ours puts the model that knows nothing first",
          "[score][ranking]") {
  // Known to 2 % of the joules, and to 50 %.
  FourModels four(GENERATE(0.02, 0.5));
  // The ratio does: 1e5 against 920.
  CHECK(FourModels::accuracy[0] / FourModels::joules[0] >
        100.0 * FourModels::accuracy[1] / FourModels::joules[1]);

  const CandidateSet field = four.field();
  const JointDraws draws(field, 7);
  CHECK(constant_is_behind(exclusive_hypervolumes(field, {0.1, 10.0})));
  CHECK(constant_is_behind(first_rank_acceptability(field)));
  CHECK(constant_is_behind(first_rank_acceptability(draws)));
  CHECK(knee(field).candidate == FourModels::linear);

  const auto by_accuracy = rank_ranges(draws, 0);
  CHECK(by_accuracy[FourModels::constant].best == 4);
  CHECK_THROWS_AS(rank_ranges(draws, 1), Error);
  CHECK_THROWS_AS(cheapest(field, 1), Error);

  // Any floor above chance leaves it out.
  for (const double floor : {0.11, 0.5, 0.9, 0.98703}) {
    const CandidateSet reached = with_quality_floor(field, 0, floor);
    const Choice choice = cheapest(reached, 1);
    REQUIRE(choice.is_made);
    CHECK_FALSE(reached.candidates()[choice.candidate].name == "constant");
    CHECK(rank_ranges(JointDraws(reached, 8), 1).size() == reached.size());
    CHECK(reached.excluded()[0].name == "constant");
  }

  // These choose a set without a first: it is on the front like each of the others.
  CHECK(pareto_front(field).size() == 4);
  CHECK(router_hull(field).size() == 4);
  CHECK_FALSE(probability_on_front(draws)[FourModels::constant] >
              probability_on_front(draws)[FourModels::linear]);
}
