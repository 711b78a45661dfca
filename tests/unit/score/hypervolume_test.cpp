// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/score/hypervolume.hpp"

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include "aborts.hpp"
#include "catch.hpp"
#include "four_models.hpp"

using namespace perjoule;

namespace {

/// Dominated cells of a grid from the reference 0, counted one by one: all of them, and those that
/// each candidate alone dominates.
struct Cells {
  std::size_t all = 0;
  std::vector<std::size_t> alone;
};
Cells count_cells(const std::vector<Candidate>& candidates, std::size_t axes, std::size_t steps) {
  Cells cells;
  cells.alone.resize(candidates.size());
  const std::size_t depth = axes == 3 ? steps : 1;
  for (std::size_t x = 0; x < steps; ++x) {
    for (std::size_t y = 0; y < steps; ++y) {
      for (std::size_t z = 0; z < depth; ++z) {
        const std::size_t corner[] = {x, y, z};
        std::size_t reach = 0;
        std::size_t who = 0;
        for (std::size_t i = 0; i < candidates.size(); ++i) {
          bool inside = true;
          for (std::size_t a = 0; a < axes; ++a) {
            const double steps_up =
                candidates[i].coordinates[a].value.value * static_cast<double>(steps);
            inside = inside && static_cast<double>(corner[a]) + 0.5 < steps_up;
          }
          reach += inside ? 1 : 0;
          who = inside ? i : who;
        }
        cells.all += reach > 0 ? 1 : 0;
        if (reach == 1) ++cells.alone[who];
      }
    }
  }
  return cells;
}

}  // namespace

TEST_CASE("of four models the one that knows nothing adds no hypervolume, the linear one the most",
          "[score][hypervolume]") {
  // Above (.1, 10 J), accuracy by decades: the constant one is at 0 x 7; linear .82 x 4; the cnn
  // .891 x log10(10/.05) = 2.3010300; the ensemble .897 x log10(10/5) = .3010300.
  // Each alone has, right of the next cheaper one's accuracy, what is above the next dearer one's
  // decades:
  //   linear    (.92 - .10) x (4 - 2.3010300) = .82 x 1.6989700 = 1.3931554
  //   cnn       (.991 - .92) x (2.3010300 - .3010300) = .071 x 2 = .142
  //   ensemble  (.997 - .991) x .3010300 = .0018062
  // and what the cnn has up to the linear one's accuracy is the linear one's as well.
  const CandidateSet field = FourModels().field();
  const std::vector<double> found = exclusive_hypervolumes(field, {0.1, 10.0});
  REQUIRE(found.size() == 4);
  CHECK(found[FourModels::constant] == 0.0);
  CHECK(found[FourModels::linear] == Approx(1.3931554).epsilon(1e-7));
  CHECK(found[FourModels::cnn] == Approx(0.142).epsilon(1e-9));
  CHECK(found[FourModels::ensemble] == Approx(0.0018062).epsilon(1e-4));
  // Together: .82 x 4 + .071 x 2.3010300 + .006 x .3010300 = 3.28 + .1633731 + .0018062
  CHECK(hypervolume(field, {0.1, 10.0}) == Approx(3.4451793).epsilon(1e-7));
}

TEST_CASE("three boxes that lap over have the volume that is counted by hand",
          "[score][hypervolume]") {
  // 3 x 1 x 1, 1 x 3 x 1 and 1 x 1 x 3 share the cube of 1: 3 + 3 + 3 - 2 = 7, and each adds 2.
  const std::vector<Candidate> three{counted("", {3, 1, 1}), counted("", {1, 3, 1}),
                                     counted("", {1, 1, 3})};
  const CandidateSet field(plain_axes(3), three);
  CHECK(hypervolume(field, {0.0, 0.0, 0.0}) == Approx(7.0).epsilon(1e-14));
  for (const double alone : exclusive_hypervolumes(field, {0.0, 0.0, 0.0})) {
    CHECK(alone == Approx(2.0).epsilon(1e-14));
  }
  // Seen from (1, 0, 0) only the first stands out: 2 x 1 x 1.
  CHECK(hypervolume(field, {1.0, 0.0, 0.0}) == Approx(2.0).epsilon(1e-14));
}

TEST_CASE("whoever is no better than the reference by some axis adds no hypervolume",
          "[score][hypervolume]") {
  const std::vector<Candidate> four{counted("", {2, 3}), counted("", {5, 1}), counted("", {9, 0.5}),
                                    counted("", {1, 9})};
  const CandidateSet field(plain_axes(2), four);
  CHECK(hypervolume(field, {1.0, 1.0}) == Approx(2.0).epsilon(1e-14));
  const std::vector<double> alone = exclusive_hypervolumes(field, {1.0, 1.0});
  CHECK(alone[0] == Approx(2.0).epsilon(1e-14));
  CHECK(alone[1] == 0.0);
  CHECK(alone[2] == 0.0);
  CHECK(alone[3] == 0.0);
  CHECK(hypervolume(field, {9.0, 9.0}) == 0.0);
}

TEST_CASE("of two equal candidates neither is missed", "[score][hypervolume]") {
  const std::vector<Candidate> three{counted("", {0.1, 0.7, 0.3}), counted("", {0.1, 0.7, 0.3}),
                                     counted("", {0.1, 0.2, 0.3})};
  for (const double alone :
       exclusive_hypervolumes(CandidateSet(plain_axes(3), three), {0.0, 0.0, 0.0})) {
    CHECK(alone == 0.0);
  }
}

TEST_CASE("whoever is below the reference by the third axis takes nothing away",
          "[score][hypervolume]") {
  // Above (0, 0, 2): 1 x 4 x 1 of the first; the second is at 2 and the third below.
  const std::vector<Candidate> three{counted("", {1, 4, 3}), counted("", {3, 3, 2}),
                                     counted("", {5, 5, 1})};
  const CandidateSet field(plain_axes(3), three);
  CHECK(hypervolume(field, {0.0, 0.0, 2.0}) == Approx(4.0).epsilon(1e-14));
  const std::vector<double> alone = exclusive_hypervolumes(field, {0.0, 0.0, 2.0});
  CHECK(alone[0] == Approx(4.0).epsilon(1e-14));
  CHECK(alone[1] == 0.0);
  CHECK(alone[2] == 0.0);
}

TEST_CASE("who is not missed adds exactly nothing, whatever was rounded", "[score][hypervolume]") {
  Random random(4);
  int wrong = 0;
  for (int trial = 0; trial < 300; ++trial) {
    std::vector<Candidate> candidates;
    for (int i = 0; i < 6; ++i) {
      candidates.push_back(counted("", {random.uniform(), random.uniform(), random.uniform()}));
    }
    for (int i = 0; i < 6; ++i) candidates.push_back(candidates[static_cast<std::size_t>(i)]);
    const CandidateSet field(plain_axes(3), candidates);
    for (const double alone : exclusive_hypervolumes(field, {0.0, 0.0, 0.0})) {
      wrong += alone == 0.0 ? 0 : 1;
    }
  }
  CHECK(wrong == 0);
}

TEST_CASE("hypervolumes of generated fields are those of counting cells", "[score][hypervolume]") {
  Random random(3);
  int wrong = 0;
  for (int trial = 0; trial < 1500; ++trial) {
    const std::size_t axes = 2 + random.below(2);
    const std::size_t steps = 2 + random.below(7);
    const auto candidates = on_a_grid(random, random.below(9), axes, steps);
    const Cells cells = count_cells(candidates, axes, steps);
    double cell = 1.0;
    for (std::size_t a = 0; a < axes; ++a) cell /= static_cast<double>(steps);
    const CandidateSet field(plain_axes(axes), candidates);
    std::vector<double> reference;
    for (std::size_t a = 0; a < axes; ++a) reference.push_back(0.0);
    const auto near = [cell](double found, std::size_t count) {
      return found == Approx(static_cast<double>(count) * cell).margin(1e-12);
    };
    bool right = near(hypervolume(field, reference), cells.all);
    const std::vector<double> alone = exclusive_hypervolumes(field, reference);
    for (std::size_t i = 0; i < candidates.size(); ++i) {
      right = right && near(alone[i], cells.alone[i]);
    }
    wrong += right ? 0 : 1;
  }
  CHECK(wrong == 0);
}

TEST_CASE("the interval of a hypervolume is that of the draws", "[score][hypervolume]") {
  std::vector<double> drawn(101);
  for (std::size_t k = 0; k < 101; ++k) drawn[k] = static_cast<double>((k * 37) % 101);
  std::vector<Candidate> one{counted("", {50, 3})};
  one[0].coordinates[0].draws = drawn;
  const JointDraws draws(CandidateSet(plain_axes(2), one), 1);
  const Interval<double> found = hypervolume_interval(draws, {0.0, 0.0}, 0.9);
  // 0 to 100, each once: the 5 % quantile is 5 and the 95 % one 95, each by 3.
  CHECK(found.low == Approx(15.0).epsilon(1e-12));
  CHECK(found.high == Approx(285.0).epsilon(1e-12));
  CHECK(found.level == 0.9);
  CHECK(found.method == IntervalMethod::bootstrap);
}

TEST_CASE("a reference that doesn't fit the axes is refused", "[score][hypervolume]") {
  const CandidateSet field = FourModels().field();
  const auto refusal = [&field](const std::vector<double>& reference) -> std::string {
    try {
      (void)hypervolume(field, reference);
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  };
  CHECK(refusal({0.1}).find("another number of values") != std::string::npos);
  CHECK(refusal({0.1, 0.0}).find("not above zero on a logarithmic axis: reference, energy") !=
        std::string::npos);
}

TEST_CASE("no interval is that of all draws", "[score][hypervolume]") {
  const std::vector<Candidate> one{counted("", {1, 1})};
  const JointDraws draws(CandidateSet(plain_axes(2), one), 1);
  const volatile double all = 1.0;
  CHECK_FALSE(abort_message([&] { (void)hypervolume_interval(draws, {0.0, 0.0}, all); }).empty());
}
