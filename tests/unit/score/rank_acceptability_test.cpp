// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/score/rank_acceptability.hpp"

#include <cstddef>
#include <vector>

#include "catch.hpp"
#include "four_models.hpp"

using namespace perjoule;

namespace {

std::vector<double> sweep(std::size_t axes, const std::vector<Candidate>& candidates) {
  return first_rank_acceptability(CandidateSet(plain_axes(axes), candidates));
}

}  // namespace

TEST_CASE("the weights by which each of four models wins are those worked by hand",
          "[score][weighted_sweep]") {
  // From 0 to 1, accuracy (a - .1)/.897: 0, .914158, .993311, 1; decades (-.69897 to 6 is 6.69897):
  // 1, .552170, .298553, 0. Sums with a weight w of accuracy:
  //   1 - w, .552170 + .361988 w, .298553 + .694758 w, w
  // They cross at .447830/1.361988 = .328806, .253617/.332770 = .762140, .298553/.305242 = .978086.
  const std::vector<double> won = first_rank_acceptability(FourModels().field());
  REQUIRE(won.size() == 4);
  CHECK(won[FourModels::constant] == Approx(0.328806).margin(2e-5));
  CHECK(won[FourModels::linear] == Approx(0.433334).margin(2e-5));
  CHECK(won[FourModels::cnn] == Approx(0.215946).margin(2e-5));
  CHECK(won[FourModels::ensemble] == Approx(0.021914).margin(2e-5));
}

TEST_CASE("the weights of three axes are shared out by area", "[score][weighted_sweep]") {
  // A candidate with all of one axis and nothing else wins where the weight of that axis is the
  // largest: a third. One in the middle, with .5 of each, wins where no weight is above .5: the
  // triangle between the midpoints of the edges, a quarter.
  std::vector<Candidate> candidates{counted("", {1, 0, 0}), counted("", {0, 1, 0}),
                                    counted("", {0, 0, 1})};
  for (const double share : sweep(3, candidates)) CHECK(share == Approx(1.0 / 3.0).margin(1e-4));
  candidates.push_back(counted("", {0.5, 0.5, 0.5}));
  for (const double share : sweep(3, candidates)) CHECK(share == Approx(0.25).margin(1e-4));
}

TEST_CASE("equal candidates share what they win, and one below a chord wins nothing",
          "[score][weighted_sweep]") {
  const std::vector<double> won = sweep(
      2, {counted("", {1, 0}), counted("", {0, 1}), counted("", {0, 1}), counted("", {0.4, 0.4})});
  CHECK(won[0] == Approx(0.5).epsilon(1e-12));
  CHECK(won[1] == Approx(0.25).epsilon(1e-12));
  CHECK(won[2] == Approx(0.25).epsilon(1e-12));
  CHECK(won[3] == 0.0);
}

TEST_CASE("a candidate off the front moves no share, one beyond it does",
          "[score][weighted_sweep]") {
  const std::vector<Candidate> two{counted("a", {6, 4}), counted("b", {4, 6})};
  CHECK(sweep(2, two)[1] == Approx(0.5).epsilon(1e-12));
  std::vector<Candidate> three = two;
  three.push_back(counted("far below", {-100, -90}));
  CHECK(sweep(2, three)[1] == Approx(0.5).epsilon(1e-12));
  CHECK(sweep(2, three)[2] == 0.0);
  // c makes the first axis 4 to 8 and the second 0 to 6: a is (1/2, 2/3), b (0, 1) and c (1, 0).
  // b leads below w = .4, where 1 - w = 2/3 - w/6, and a from there to 4/7, where w = 2/3 - w/6.
  // At w = .45, b was ahead of a (.55 and .45), and now a is ahead of b (.592 and .55), with c
  // (.45) behind both.
  three[2] = counted("c", {8, 0});
  CHECK(sweep(2, three)[0] == Approx(4.0 / 7.0 - 0.4).epsilon(1e-12));
  CHECK(sweep(2, three)[1] == Approx(0.4).epsilon(1e-12));
  CHECK(sweep(2, three)[2] == Approx(3.0 / 7.0).epsilon(1e-12));
}

TEST_CASE("a field of one, of equals and of nobody is shared out", "[score][weighted_sweep]") {
  CHECK(sweep(2, {counted("", {3, 4})})[0] == 1.0);
  CHECK(sweep(3, {counted("", {3, 4, 5}), counted("", {3, 4, 5})})[1] == Approx(0.5).epsilon(1e-9));
  CHECK(sweep(1, {counted("", {3}), counted("", {4})})[1] == 1.0);
  CHECK(sweep(2, {}).empty());
}

TEST_CASE("shares of weights in generated fields are those of trying many weights",
          "[score][weighted_sweep]") {
  Random random(1);
  int wrong = 0;
  for (int trial = 0; trial < 1000; ++trial) {
    const std::size_t axes = trial % 5 == 0 ? 3 : 2;
    const auto candidates = on_a_grid(random, 1 + random.below(7), axes, 1000);
    // The front and its ends, comparing every pair; few are equal on this grid, and none of
    // those wins.
    const auto value = [&](std::size_t i, std::size_t a) {
      return candidates[i].coordinates[a].value.value;
    };
    std::vector<std::size_t> front;
    for (std::size_t i = 0; i < candidates.size(); ++i) {
      bool on = true;
      for (std::size_t j = 0; j < candidates.size(); ++j) {
        bool as_good = i != j;
        for (std::size_t a = 0; a < axes; ++a) as_good = as_good && value(j, a) >= value(i, a);
        on = on && !as_good;
      }
      if (on) front.push_back(i);
    }
    double low[3] = {1, 1, 1};
    double high[3] = {0, 0, 0};
    for (const std::size_t i : front) {
      for (std::size_t a = 0; a < axes; ++a) {
        low[a] = value(i, a) < low[a] ? value(i, a) : low[a];
        high[a] = value(i, a) > high[a] ? value(i, a) : high[a];
      }
    }
    constexpr int tries = 2000;
    std::vector<double> won(candidates.size());
    for (int t = 0; t < tries; ++t) {
      double w[3] = {random.uniform(), 0.0, 0.0};
      w[1] = 1.0 - w[0];
      if (axes == 3) {  // two cuts of [0, 1] leave three lengths, uniform over the triangle
        const double u = random.uniform();
        const double v = random.uniform();
        w[0] = u < v ? u : v;
        w[1] = u < v ? v - u : u - v;
        w[2] = 1.0 - w[0] - w[1];
      }
      double best = -1.0;
      std::size_t winner = 0;
      for (const std::size_t i : front) {
        double sum = 0.0;
        for (std::size_t a = 0; a < axes; ++a) {
          if (high[a] > low[a]) sum += w[a] * (value(i, a) - low[a]) / (high[a] - low[a]);
        }
        if (sum > best) {
          best = sum;
          winner = i;
        }
      }
      won[winner] += 1.0 / tries;
    }
    const std::vector<double> found = sweep(axes, candidates);
    double all = 0.0;
    for (std::size_t i = 0; i < candidates.size(); ++i) {
      all += found[i];
      wrong += found[i] == Approx(won[i]).margin(0.055) ? 0 : 1;  // five standard errors at most
    }
    wrong += all == Approx(1.0).epsilon(1e-9) ? 0 : 1;
  }
  CHECK(wrong == 0);
}

TEST_CASE("with uncertain values the shares are over weights and draws",
          "[score][weighted_sweep]") {
  // a dominates b in a third of the draws and wins by all weights; in the others by half of them.
  std::vector<double> x(300);
  for (std::size_t k = 0; k < 300; ++k) x[k] = k % 3 == 0 ? 2.0 : 0.0;
  std::vector<Candidate> two{counted("a", {0, 1}), counted("b", {1, 0})};
  two[0].coordinates[0].draws = x;
  const std::vector<double> won =
      first_rank_acceptability(JointDraws(CandidateSet(plain_axes(2), two), 1));
  CHECK(won[0] == Approx(2.0 / 3.0).epsilon(1e-9));
  CHECK(won[1] == Approx(1.0 / 3.0).epsilon(1e-9));
}
