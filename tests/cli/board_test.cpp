// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "cli/board.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "catch.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/stats/random.hpp"

using namespace perjoule;
using namespace perjoule::cli;

namespace {

Estimate<double> about(double value, double random, Provenance provenance = Provenance::measured) {
  return {value, random, 30.0, 0.0, provenance};
}

/// A model of this quality, a share whose trivial value is one half, and of so many joules.
Contestant model(std::string id, double quality, double halfwidth, double joules) {
  Contestant of;
  of.id = std::move(id);
  of.quality = about(quality, 0.5 * halfwidth);
  of.quality_interval = {quality - halfwidth, quality + halfwidth, 0.95, IntervalMethod::wilson};
  of.skill_interval = {2.0 * (quality - halfwidth) - 1.0, 2.0 * (quality + halfwidth) - 1.0, 0.95,
                       IntervalMethod::wilson};
  of.energy = about(joules, 0.02 * joules);
  of.scope = Scope::package;
  of.meter = "meter of " + of.id;
  return of;
}

BoardRules rules(std::optional<double> floor = {}) {
  BoardRules of;
  of.metric = "accuracy";
  of.unit = "%";
  of.floor = floor;
  of.scope = Scope::package;
  return of;
}

std::vector<std::string> ids(const std::vector<Contestant>& all, const Ranking& ranking) {
  std::vector<std::string> found;
  for (const Place& place : ranking.ranked) found.push_back(all[place.contestant].id);
  return found;
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("the cheapest of those that are surely good enough is first", "[board]") {
  const std::vector<Contestant> all = {model("large", 0.96, 0.01, 3.0),
                                       model("small", 0.91, 0.02, 1.0),
                                       model("unsure", 0.91, 0.05, 0.5)};
  const Ranking found = rank_board(all, rules(0.88));
  CHECK(ids(all, found) == Names{"small", "large"});
  REQUIRE(found.below_floor.size() == 1);
  CHECK(found.below_floor[0].reason ==
        "the interval of its accuracy begins at 86 %, and at least 88 % is asked for");
  // Each is the best in something, and 1 and 3 J with 2 % are 25 standard uncertainties apart.
  for (const Place& place : found.ranked) {
    CHECK(place.is_on_front);
    CHECK(place.front_probability == 1.0);
    CHECK(place.low == place.place);
    CHECK(place.high == place.place);
  }
}

TEST_CASE("models that cannot be told apart share their places", "[board]") {
  const std::vector<Contestant> all = {model("a", 0.9, 0.01, 1.001), model("b", 0.9, 0.01, 1.0),
                                       model("c", 0.9, 0.01, 2.0)};
  const Ranking found = rank_board(all, rules());
  CHECK(ids(all, found) == Names{"b", "a", "c"});
  CHECK(found.ranked[0].low == 1);
  CHECK(found.ranked[0].high == 2);
  CHECK(found.ranked[1].low == 1);
  CHECK(found.ranked[1].high == 2);
  CHECK(found.ranked[2].low == 3);
  // Each of two like these is worse and dearer in one of four cases. c, which is always the
  // dearest, is on the front if it is the best of three.
  CHECK(found.ranked[0].front_probability == Approx(0.75).margin(0.05));
  CHECK(found.ranked[2].front_probability == Approx(1.0 / 3.0).margin(0.05));
}

TEST_CASE("of a metric of which less is better, the end above counts", "[board]") {
  std::vector<Contestant> all = {model("good", 0.10, 0.01, 2.0), model("bad", 0.10, 0.06, 1.0)};
  BoardRules of = rules(0.15);
  of.higher_is_better = false;
  of.metric = "wer";
  const Ranking found = rank_board(all, of);
  CHECK(ids(all, found) == Names{"good"});
  CHECK(found.below_floor.at(0).reason ==
        "the interval of its wer ends at 16 %, and at most 15 % is asked for");
}

TEST_CASE("a contestant without a place says why", "[board]") {
  Contestant guess = model("guess", 0.5, 0.02, 0.1);
  Contestant silent = model("silent", 0.9, 0.02, 0.1);
  silent.energy = {};
  Contestant modelled = model("modelled", 0.9, 0.02, 0.1);
  modelled.energy.provenance = Provenance::modelled;
  Contestant single = model("single", 0.9, 0.02, 0.1);
  single.energy.random = detail::quiet_nan();
  Contestant whole = model("whole", 0.9, 0.02, 0.1);
  whole.scope = Scope::psys;
  Contestant negative = model("negative", 0.9, 0.02, -0.1);
  Contestant invented = model("invented", 0.9, 0.02, 0.1);
  invented.quality.provenance = Provenance::modelled;
  const std::vector<Contestant> all = {whole,    single, silent,   negative,
                                       modelled, guess,  invented, {}};
  const Ranking found = order_board(all, rules());
  CHECK(found.ranked.empty());
  REQUIRE(found.below_floor.size() == 1);
  CHECK(found.below_floor[0].reason ==
        "it may be no better than a predictor that never looks at its input: the interval of its "
        "skill begins at -0.04");
  std::vector<std::string> reasons;
  for (const NoPlace& one : found.not_rankable) {
    reasons.push_back(all[one.contestant].id + ": " + one.reason);
  }
  CHECK(reasons == Names{": its accuracy is missing", "invented: its accuracy is modelled",
                         "modelled: its energy is modelled", "negative: its energy is not above 0",
                         "silent: its energy is missing", "single: its energy has no uncertainty",
                         "whole: its energy is that of psys, and here that of package is ranked"});
}

TEST_CASE("who enters or leaves a board never changes the order of two others", "[board]") {
  constexpr std::size_t models = 200;
  for (std::uint64_t seed = 0; seed < 1000; ++seed) {
    Random random(seed);
    std::vector<Contestant> all;
    for (std::size_t i = 4; i < models; ++i) {
      // Energies over four decades, of which some are the same.
      const double joules = std::exp(std::floor(40.0 * random.uniform()) * 0.25);
      all.push_back(model(text::format("{}", random.bits()), 0.5 + 0.5 * random.uniform(),
                          0.2 * random.uniform(), joules));
    }
    const double cheapest = 1e-6;
    all.push_back(model("constant", 0.5, 0.0, cheapest));
    all.push_back({});
    all.back().id = "empty";
    all.push_back(model("null", 1.0, 0.0, cheapest));
    all.back().energy = {};
    all.push_back(model("modelled", 1.0, 0.0, cheapest));
    all.back().energy.provenance = Provenance::modelled;
    std::optional<double> floor;
    if (seed % 2 == 0) floor = 0.51 + 0.2 * random.uniform();

    const Ranking whole = order_board(all, rules(floor));
    Names order = ids(all, whole);
    const auto leads = [&](const char* id) {
      return std::find(order.begin(), order.end(), id) != order.end();
    };
    const bool has_none =
        !leads("constant") && !leads("empty") && !leads("null") && !leads("modelled");
    if (!has_none) FAIL_CHECK("seed " << seed << ": one that has no place has one");

    const std::size_t gone = static_cast<std::size_t>(random.below(models));
    const std::string gone_id = all[gone].id;
    std::vector<Contestant> others = all;
    others.erase(others.begin() + static_cast<std::ptrdiff_t>(gone));
    std::reverse(others.begin(), others.end());  // nor does the order in which they are read
    order.erase(std::remove(order.begin(), order.end(), gone_id), order.end());
    if (ids(others, order_board(others, rules(floor))) != order) {
      FAIL_CHECK("seed " << seed << ": without " << gone_id << " the others change places");
    }
    if (order.size() < 20) FAIL_CHECK("seed " << seed << ": too few are ranked");
  }
}

TEST_CASE("a board of ten thousand is ranked with less memory and fewer draws", "[board]") {
  std::vector<Contestant> all;
  Random random(1);
  for (std::size_t i = 0; i < 10'000; ++i) {
    all.push_back(model(text::format("{}", i), 0.7 + 0.2 * random.uniform(), 0.01,
                        std::exp(3.0 * random.uniform())));
    all.back().meter = "one";
  }
  const Ranking found = rank_board(all, rules());
  REQUIRE(found.ranked.size() == all.size());
  for (const Place& place : found.ranked) {
    const bool holds = place.low <= place.place && place.place <= place.high;
    if (!holds) FAIL_CHECK("place " << place.place << " is not in its range");
  }
  // 2 % of an energy are some 70 of 10,000 over three powers of e, and the range is 4 such.
  const Place& middle = found.ranked[5000];
  CHECK(middle.high - middle.low > 150);
  CHECK(middle.high - middle.low < 500);
}
