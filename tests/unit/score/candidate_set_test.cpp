// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/score/candidate_set.hpp"

#include <limits>
#include <string>

#include "catch.hpp"
#include "four_models.hpp"
#include "perjoule/stats/summary.hpp"

using namespace perjoule;

namespace {

/// Returns the error of a set of these; empty if it is accepted.
std::string refusal(const FourModels& four) {
  try {
    (void)four.field();
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

bool has(const std::string& text, const char* part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("a field turns every axis so that more is better, and takes decades of a cost",
          "[score][field]") {
  const CandidateSet field = FourModels().field();
  REQUIRE(field.size() == 4);
  CHECK(field.excluded().empty());
  // -log10(1e-6) = 6, -log10(1e-3) = 3, -log10(5) = -.69897
  CHECK(field.objectives()[0].values[1] == 6.0);
  CHECK(field.objectives()[1].values[1] == 3.0);
  CHECK(field.objectives()[3].values[1] == Approx(-0.69897).epsilon(1e-5));
  CHECK(field.objectives()[3].values[0] == 0.997);
  CHECK(field.objectives()[3].values[2] == 0.0);
}

TEST_CASE("candidates of different scopes are not ranked, and both are named", "[score][field]") {
  FourModels four;
  four.models[2].scope = Scope::package | Scope::dram;
  const std::string said = refusal(four);
  CHECK(has(said, "constant (package)"));
  CHECK(has(said, "cnn (package+dram)"));
  CHECK(has(said, "; measure both with the same meter"));
}

TEST_CASE("a modelled energy is not ranked with measured ones, and both are named",
          "[score][field]") {
  FourModels four;
  four.models[3].coordinates[1].value.provenance = Provenance::modelled;
  const std::string said = refusal(four);
  CHECK(has(said, "constant (energy measured)"));
  CHECK(has(said, "ensemble (energy modelled)"));
  CHECK(has(said, "rank each kind by itself"));
  four.models[3].coordinates[1].value.provenance = Provenance::simulated;
  CHECK(has(refusal(four), "ensemble (energy simulated)"));
}

TEST_CASE("modelled energies are ranked among themselves, and estimated ones with measured ones",
          "[score][field]") {
  FourModels four;
  four.models[2].coordinates[1].value.provenance = Provenance::estimated;
  CHECK(four.field().size() == 4);
  for (Candidate& model : four.models) {
    model.coordinates[1].value.provenance = Provenance::modelled;
  }
  CHECK(four.field().size() == 4);
}

TEST_CASE("a candidate without a value is left out with the reason", "[score][field][missing]") {
  FourModels four;
  four.models[1].coordinates[1].value.provenance = Provenance::missing;
  const CandidateSet field = four.field();
  REQUIRE(field.size() == 3);
  CHECK(field.candidates()[1].name == "cnn");
  REQUIRE(field.excluded().size() == 1);
  CHECK(field.excluded()[0].name == "linear");
  CHECK(field.excluded()[0].reason == "energy is missing");
}

TEST_CASE("a candidate of which nothing tells how far it is off is left out with the reason",
          "[score][field][missing]") {
  FourModels four;
  const double one_window[] = {0.5};
  four.models[1].coordinates[1].value = mean_of_windows(one_window, 0.01, Provenance::measured);
  const CandidateSet field = four.field();
  CHECK(field.size() == 3);
  REQUIRE(field.excluded().size() == 1);
  CHECK(field.excluded()[0].reason == "nothing tells how far its energy is off");
}

TEST_CASE("a candidate that is left out may be of another scope", "[score][field][missing]") {
  // It has no joules, so they are not compared.
  FourModels four;
  four.models[1].coordinates[1].value = {};
  four.models[1].scope = Scope::none;
  CHECK(four.field().size() == 3);
  four.models[0].coordinates[1].value = {};
  four.models[0].scope = Scope::none;
  CHECK(four.field().size() == 2);
}

TEST_CASE("nothing on an axis that is no number enters a field", "[score][field]") {
  FourModels four;
  SECTION("not a number") {
    four.models[2].coordinates[0].value.value = std::numeric_limits<double>::quiet_NaN();
    CHECK(has(refusal(four), "a value is not a number: cnn, accuracy; "));
  }
  SECTION("an uncertainty below zero") {
    four.models[2].coordinates[1].value.random = -1.0;
    CHECK(has(refusal(four), "the uncertainty of a value is not a number: cnn, energy; "));
  }
  SECTION("scatter without degrees of freedom") {
    four.models[2].coordinates[1].value.dof = 0.0;
    CHECK(has(refusal(four), "degrees of freedom"));
  }
  SECTION("nothing on a logarithmic axis") {
    four.models[2].coordinates[1].value.value = 0.0;
    CHECK(has(refusal(four), "not above zero on a logarithmic axis: cnn, energy; make the axis"));
  }
  SECTION("a draw below zero on a logarithmic axis") {
    const double draws[] = {0.05, -0.01};
    four.models[2].coordinates[1].draws = draws;
    CHECK(has(refusal(four), "not above zero on a logarithmic axis: cnn, energy"));
  }
  SECTION("a coordinate too few") {
    four.models[2].coordinates = {four.models[2].coordinates[0]};
    CHECK(has(refusal(four), "coordinates than there are axes: cnn; "));
  }
  SECTION("no axis") {
    four.axes.clear();
    CHECK(has(refusal(four), "one to three axes"));
  }
}

TEST_CASE("a value that does not scatter needs no degrees of freedom", "[score][field]") {
  FourModels four;
  four.models[0].coordinates[0].value = {0.1, 0.0, 0.0, 0.0, Provenance::measured};
  CHECK(refusal(four).empty());
}
