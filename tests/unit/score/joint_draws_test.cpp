// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/score/rank_uncertainty.hpp"

#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

#include "catch.hpp"
#include "four_models.hpp"

using namespace perjoule;

namespace {

/// A set with one axis and these estimates.
CandidateSet one_axis(const Axis& axis, const std::vector<Estimate<double>>& values,
                      const std::vector<std::string>& meters = {}) {
  std::vector<Candidate> candidates;
  for (const Estimate<double>& value : values) {
    Candidate candidate;
    candidate.name = std::string(1, static_cast<char>('a' + candidates.size()));
    if (!meters.empty()) candidate.meter = meters[candidates.size()];
    candidate.coordinates.push_back({value, {}, {}});
    candidates.push_back(candidate);
  }
  return {std::vector<Axis>{axis}, candidates};
}

/// Returns the share of draws in which candidate 0 has a higher objective than candidate 1.
double share_better(const JointDraws& draws) {
  double times = 0.0;
  for (std::size_t k = 0; k < draws.size(); ++k) {
    times += draws[k][0].values[0] > draws[k][1].values[0] ? 1.0 : 0.0;
  }
  return times / static_cast<double>(draws.size());
}

std::string refusal(const CandidateSet& field) {
  try {
    (void)JointDraws(field, 1);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

constexpr std::size_t many = 40000;  // a share's standard error is at most .0025

}  // namespace

TEST_CASE("draws lie about the value as its random part says, with Student's tails",
          "[score][joint_draws]") {
  // .5 + .01 t(3): above .5 + .03182446 in 2.5 of 100 (scipy 1.10.1, stats.t.ppf(.975, 3)).
  const JointDraws draws(one_axis(quality_axis("q"), {{0.5, 0.01, 3.0, 0.0, Provenance::measured}}),
                         3, many);
  double above = 0.0;
  double below = 0.0;
  for (std::size_t k = 0; k < many; ++k) {
    above += draws[k][0].values[0] > 0.53182446 ? 1.0 / many : 0.0;
    below += draws[k][0].values[0] < 0.5 ? 1.0 / many : 0.0;
  }
  CHECK(above == Approx(0.025).margin(0.004));
  CHECK(below == Approx(0.5).margin(0.012));
}

TEST_CASE("an error of one meter's gain puts nobody past another", "[score][joint_draws]") {
  // 1.00 and 1.01 J, each within 3 %. By one meter the first is always the cheaper one,
  // whatever the meter's error. By two meters ln(1.01) is .00995 and .03 sqrt(2) = .0424:
  // Phi(.2345) = .5927.
  const std::vector<Estimate<double>> joules{
      {1.0, 0.0, infinite_dof, 0.03, Provenance::measured},
      {1.01, 0.0, infinite_dof, 0.0303, Provenance::measured}};
  CHECK(share_better(JointDraws(one_axis(cost_axis("energy"), joules), 4, many)) == 1.0);
  CHECK(share_better(JointDraws(one_axis(cost_axis("energy"), joules, {"a", "b"}), 4, many)) ==
        Approx(0.5927).margin(0.012));
  CHECK(share_better(JointDraws(one_axis(cost_axis("energy"), joules, {"b", "b"}), 4, many)) ==
        1.0);
}

TEST_CASE("a common part is shared by each as much as it has", "[score][joint_draws]") {
  // 2 + 3 z and 1 + 1 z: the first is better where 1 + 2 z > 0: Phi(.5) = .6915.
  const CandidateSet field =
      one_axis(quality_axis("q"), {{2.0, 0.0, infinite_dof, 3.0, Provenance::measured},
                                   {1.0, 0.0, infinite_dof, 1.0, Provenance::measured}});
  CHECK(share_better(JointDraws(field, 5, many)) == Approx(0.6915).margin(0.012));
}

TEST_CASE("random parts of two candidates are independent", "[score][joint_draws]") {
  // They differ by .02, with .02 x sqrt(2): Phi(.7071) = .7602.
  const CandidateSet field =
      one_axis(quality_axis("q"), {{0.52, 0.02, infinite_dof, 0.0, Provenance::measured},
                                   {0.50, 0.02, infinite_dof, 0.0, Provenance::measured}});
  CHECK(share_better(JointDraws(field, 6, many)) == Approx(0.7602).margin(0.012));
}

TEST_CASE("on a logarithmic axis the logarithm is drawn", "[score][joint_draws]") {
  // 2 J within 50 %: below 2/e^.98 in 2.5 of 100, which is an objective above -log10(.75062) =
  // .12458; the other end is an objective below -log10(5.32891) = -.72664.
  const CandidateSet field =
      one_axis(cost_axis("energy"), {{2.0, 1.0, 1e6, 0.0, Provenance::measured}});
  const JointDraws draws(field, 7, many);
  double above = 0.0;
  double below = 0.0;
  for (std::size_t k = 0; k < many; ++k) {
    above += draws[k][0].values[0] > 0.12458 ? 1.0 / many : 0.0;
    below += draws[k][0].values[0] < -0.72664 ? 1.0 / many : 0.0;
  }
  CHECK(above == Approx(0.025).margin(0.004));
  CHECK(below == Approx(0.025).margin(0.004));
}

TEST_CASE("a modelled value is drawn lognormally on a linear axis too", "[score][joint_draws]") {
  // 2 x/ e^(1.96 x .5): from .75062 to 5.32891, and never below zero.
  const Axis linear{"energy", AxisRole::cost, false, AxisScale::linear};
  const JointDraws draws(one_axis(linear, {{2.0, 0.0, 1e6, 1.0, Provenance::modelled}}), 8, many);
  double dear = 0.0;
  double cheap = 0.0;
  int below_zero = 0;
  for (std::size_t k = 0; k < many; ++k) {
    const double joules = -draws[k][0].values[0];
    dear += joules > 5.32891 ? 1.0 / many : 0.0;
    cheap += joules < 0.75062 ? 1.0 / many : 0.0;
    below_zero += joules <= 0.0 ? 1 : 0;
  }
  CHECK(dear == Approx(0.025).margin(0.004));
  CHECK(cheap == Approx(0.025).margin(0.004));
  CHECK(below_zero == 0);
}

TEST_CASE("draws that a candidate brings are used as they are", "[score][joint_draws]") {
  FourModels four;
  std::vector<double> accuracy(150);
  std::vector<double> joules(150);
  for (std::size_t k = 0; k < 150; ++k) {
    accuracy[k] = 0.5 + 0.001 * static_cast<double>(k);
    joules[k] = std::pow(10.0, static_cast<double>(k % 3));
  }
  four.models[1].coordinates[0].draws = accuracy;
  four.models[2].coordinates[1].draws = joules;
  const JointDraws draws(four.field(), 9);
  REQUIRE(draws.size() == 150);
  CHECK(draws.candidates() == 4);
  for (const std::size_t k : {0U, 1U, 77U, 149U}) {
    CHECK(draws[k][1].values[0] == accuracy[k]);
    CHECK(draws[k][2].values[1] == Approx(-1.0 * static_cast<double>(k % 3)).margin(1e-12));
  }
}

TEST_CASE("draws follow the seed", "[score][joint_draws]") {
  const CandidateSet field = FourModels().field();
  const JointDraws a(field, 1, 100);
  const JointDraws b(field, 1, 100);
  const JointDraws c(field, 2, 100);
  int same_as_b = 0;
  int same_as_c = 0;
  for (std::size_t k = 0; k < 100; ++k) {
    for (std::size_t i = 0; i < 4; ++i) {
      same_as_b += a[k][i] == b[k][i] ? 1 : 0;
      same_as_c += a[k][i] == c[k][i] ? 1 : 0;
    }
  }
  CHECK(same_as_b == 400);
  CHECK(same_as_c == 0);
}

TEST_CASE("candidates that bring different numbers of draws are named", "[score][joint_draws]") {
  FourModels four;
  const std::vector<double> some(150, 0.5);
  const std::vector<double> fewer(120, 0.5);
  four.models[1].coordinates[0].draws = some;
  four.models[3].coordinates[0].draws = fewer;
  const std::string said = refusal(four.field());
  CHECK(said.find("linear (150) and ensemble (120); ") != std::string::npos);
  four.models[1].coordinates[0].draws = {};
  CHECK(refusal(four.field()).empty());
  four.models[3].coordinates[0].draws = View<double>(fewer.data(), 99);
  CHECK(refusal(four.field()).find("fewer than 100 draws") != std::string::npos);
}

TEST_CASE("a modelled value without uncertainty is not drawn as if it were sure",
          "[score][joint_draws]") {
  const CandidateSet field =
      one_axis(cost_axis("energy"), {{2.0, 0.0, infinite_dof, 0.0, Provenance::modelled}});
  CHECK(refusal(field).find("may be anywhere: a, energy; ") != std::string::npos);
}
