// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/score/candidate_set.hpp"

#include <cstddef>
#include <string>
#include <vector>

#include "aborts.hpp"
#include "catch.hpp"
#include "complaint.hpp"
#include "four_models.hpp"
#include "perjoule/score/rank_uncertainty.hpp"

using namespace perjoule;

namespace {

/// Returns the name of the cheapest candidate with this accuracy, or why there is none.
std::string chosen(const CandidateSet& field, double floor,
                   FloorCriterion what = FloorCriterion::interval) {
  const CandidateSet reached = with_quality_floor(field, 0, floor, what);
  const Choice choice = cheapest(reached, 1);
  return choice.is_made ? reached.candidates()[choice.candidate].name : choice.why_not;
}

}  // namespace

TEST_CASE("the cheapest of those that reach 99 and 99.9 % of the best accuracy is found",
          "[score][reaching]") {
  // .99 x .997 = .98703: the cnn's .991 less 1.96 x .001 is .98904, which reaches it.
  // .999 x .997 = .996003: the ensemble's .997 reaches it, but not surely (.99504).
  const CandidateSet field = FourModels().field();
  CHECK(chosen(field, 0.9) == "linear");
  CHECK(chosen(field, 0.98703) == "cnn");
  CHECK(chosen(field, 0.996003) == "no candidate reaches the floor");
  CHECK(chosen(field, 0.996003, FloorCriterion::value) == "ensemble");
}

TEST_CASE("a floor is for the worse end of the interval unless the value is asked for",
          "[score][reaching]") {
  // .92 - 1.959966 x .001 = .918040034
  const CandidateSet field = FourModels().field();
  CHECK(chosen(field, 0.91804) == "linear");
  CHECK(chosen(field, 0.91805) == "cnn");
  CHECK(chosen(field, 0.91805, FloorCriterion::value) == "linear");
  CHECK(chosen(field, 0.92, FloorCriterion::value) == "linear");
  CHECK(chosen(field, 0.9201, FloorCriterion::value) == "cnn");
}

TEST_CASE("an interval that came with the quality is the one that is asked", "[score][reaching]") {
  FourModels four;
  four.models[1].coordinates[0].interval = {0.90, 0.93, 0.95, IntervalMethod::wilson};
  CHECK(chosen(four.field(), 0.905) == "cnn");
  CHECK(chosen(four.field(), 0.90) == "linear");
}

TEST_CASE("where less is better a floor is the most that will do", "[score][reaching]") {
  // Word error rates .05 and .04 within 1.96 x .002 = .00392.
  const std::vector<Axis> axes{{"WER", AxisRole::quality, false, AxisScale::linear},
                               cost_axis("energy")};
  std::vector<Candidate> two{counted("a", {0.05, 1.0}), counted("b", {0.04, 2.0})};
  for (Candidate& candidate : two) candidate.coordinates[0].value.random = 0.002;
  const CandidateSet field(axes, two);
  CHECK(chosen(field, 0.054) == "a");
  CHECK(chosen(field, 0.0539) == "b");
  CHECK(chosen(field, 0.05, FloorCriterion::value) == "a");
  CHECK(chosen(field, 0.0439) == "no candidate reaches the floor");
}

TEST_CASE("who does not reach a floor is left out with the reason", "[score][reaching]") {
  FourModels four;
  four.models[0].coordinates[1].value = {};
  const CandidateSet reached = with_quality_floor(four.field(), 0, 0.99);
  REQUIRE(reached.size() == 1);
  CHECK(reached.candidates()[0].name == "ensemble");
  CHECK(reached.objectives()[0].values[0] == 0.997);
  REQUIRE(reached.excluded().size() == 3);
  CHECK(reached.excluded()[0].name == "constant");
  CHECK(reached.excluded()[0].reason == "energy is missing");
  CHECK(reached.excluded()[1].name == "linear");
  CHECK(reached.excluded()[1].reason == "accuracy is not surely at least 0.99");
  CHECK(reached.excluded()[2].name == "cnn");
  CHECK(with_quality_floor(four.field(), 0, 0.95, FloorCriterion::value).excluded()[1].reason ==
        "accuracy is not at least 0.95");
}

TEST_CASE("a quality that nothing bounds reaches no floor surely", "[score][reaching][missing]") {
  const std::vector<Candidate> one{[] {
    Candidate guessed = counted("guessed", {0.9});
    guessed.coordinates[0].value.provenance = Provenance::modelled;
    return guessed;
  }()};
  const CandidateSet field(std::vector<Axis>{quality_axis("accuracy")}, one);
  const CandidateSet reached = with_quality_floor(field, 0, 0.5);
  CHECK(reached.size() == 0);
  REQUIRE(reached.excluded().size() == 1);
  CHECK(reached.excluded()[0].reason == "nothing bounds its accuracy");
}

TEST_CASE("a cost is ranked among those that reach a floor", "[score][reaching]") {
  const CandidateSet reached = with_quality_floor(FourModels().field(), 0, 0.9);
  const auto ranges = rank_ranges(JointDraws(reached, 1), 1);
  REQUIRE(ranges.size() == 3);  // linear, cnn, ensemble, fifty times apart
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(ranges[i].best == i + 1);
    CHECK(ranges[i].worst == i + 1);
  }
}

TEST_CASE("the cheapest of all is not told, nor a floor of joules set", "[score][reaching]") {
  const CandidateSet field = FourModels().field();
  CHECK(complaint([&] { (void)cheapest(field, 1); }).find("knows nothing is the cheapest") !=
        std::string::npos);
  CHECK(complaint([&] {
          (void)cheapest(with_quality_floor(field, 0, 0.9), 0);
        }).find("is so by a cost") != std::string::npos);
  CHECK(complaint([&] { (void)with_quality_floor(field, 1, 0.9); }).find("a floor is of quality") !=
        std::string::npos);
  CHECK(complaint([&] {
          (void)with_quality_floor(field, 0, detail::quiet_nan());
        }).find("not a number") != std::string::npos);
}

TEST_CASE("the cheapest may be the last of three", "[score][reaching]") {
  const std::vector<Candidate> three{counted("a", {0.9, 3.0}), counted("b", {0.9, 2.0}),
                                     counted("c", {0.9, 1.0})};
  CHECK(chosen(CandidateSet(std::vector<Axis>{quality_axis("q"), cost_axis("energy")}, three),
               0.5) == "c");
}

TEST_CASE("a floor is of an axis that there is", "[score][reaching]") {
  const CandidateSet field = FourModels().field();
  const volatile std::size_t beyond = 2;
  CHECK_FALSE(abort_message([&] { (void)with_quality_floor(field, beyond, 0.9); }).empty());
}

TEST_CASE("a choice that nobody made is none", "[score][reaching]") {
  CHECK_FALSE(Choice{}.is_made);
}

TEST_CASE("of two that cost the same the first is chosen", "[score][reaching]") {
  const std::vector<Candidate> three{counted("a", {0.9, 2.0}), counted("b", {0.9, 1.0}),
                                     counted("c", {0.95, 1.0})};
  CHECK(chosen(CandidateSet(std::vector<Axis>{quality_axis("q"), cost_axis("energy")}, three),
               0.5) == "b");
}
