// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/regress/incidents.hpp"

#include <cstddef>
#include <vector>

#include "aborts.hpp"
#include "catch.hpp"
#include "perjoule/regress/change_points.hpp"
#include "perjoule/regress/simulated_nights.hpp"
#include "perjoule/stats/random.hpp"

using namespace perjoule;

namespace {

SeriesChange change_of(std::size_t series, std::size_t last_old, std::size_t first,
                       std::size_t first_new, ChangeDirection direction = ChangeDirection::worse) {
  SeriesChange made;
  made.series = series;
  made.change.first = first;
  made.change.last_old = last_old;
  made.change.first_new = first_new;
  made.change.found = first_new + 3;
  made.change.direction = direction;
  return made;
}

}  // namespace

TEST_CASE("changes that have a night in common are one incident", "[regress]") {
  const SeriesChange changes[] = {change_of(4, 8, 10, 12), change_of(7, 9, 11, 11),
                                  change_of(2, 6, 9, 10)};
  const std::vector<Incident> found = incidents(changes);
  REQUIRE(found.size() == 1);
  CHECK(found[0].last_old == 9);
  CHECK(found[0].first_new == 10);
  CHECK(found[0].changes == std::vector<std::size_t>{0, 1, 2});
}

TEST_CASE("changes that have no night in common are several incidents", "[regress]") {
  const SeriesChange changes[] = {change_of(0, 20, 21, 22), change_of(1, 9, 10, 11),
                                  change_of(2, 8, 10, 10), change_of(3, 20, 21, 21)};
  const std::vector<Incident> found = incidents(changes);
  REQUIRE(found.size() == 2);
  CHECK(found[0].last_old == 9);
  CHECK(found[0].first_new == 10);
  CHECK(found[0].changes == std::vector<std::size_t>{1, 2});
  CHECK(found[1].last_old == 20);
  CHECK(found[1].first_new == 21);
  CHECK(found[1].changes == std::vector<std::size_t>{0, 3});
}

TEST_CASE("of nights in as many ranges, the one that most changes point to is chosen",
          "[regress]") {
  // Nights 10 and 11 lie in both of the first two ranges and in one of the others each.
  const SeriesChange changes[] = {change_of(0, 9, 11, 11), change_of(1, 9, 11, 11),
                                  change_of(2, 9, 10, 10), change_of(3, 10, 11, 11)};
  const std::vector<Incident> found = incidents(changes);
  REQUIRE(found.size() == 2);
  CHECK(found[0].changes == std::vector<std::size_t>{2});
  CHECK(found[1].changes == std::vector<std::size_t>{0, 1, 3});
}

TEST_CASE("a night between two commits is not taken for both", "[regress]") {
  // Nights 11 and 12 lie in all ranges, and are the most likely ones of none.
  const SeriesChange changes[] = {change_of(0, 9, 10, 12), change_of(1, 9, 10, 12),
                                  change_of(2, 10, 13, 13), change_of(3, 10, 13, 13)};
  const std::vector<Incident> found = incidents(changes);
  REQUIRE(found.size() == 2);
  CHECK(found[0].changes == std::vector<std::size_t>{0, 1});
  CHECK(found[1].changes == std::vector<std::size_t>{2, 3});
}

TEST_CASE("a gain and a loss are different incidents", "[regress]") {
  const SeriesChange changes[] = {change_of(0, 9, 10, 10),
                                  change_of(1, 9, 10, 10, ChangeDirection::better)};
  CHECK(incidents(changes).size() == 2);
  CHECK(incidents({}).empty());
}

TEST_CASE("a range that does not contain its change is a bug of the caller", "[regress]") {
  const SeriesChange changes[] = {change_of(0, 10, 10, 11)};
  CHECK_FALSE(abort_message([&] { (void)incidents(changes); }).empty());
}

TEST_CASE("a commit that slows many series is one incident", "[regress][simulation]") {
  Random random(21);
  int one = 0;
  constexpr int trials = 15;
  for (int trial = 0; trial < trials; ++trial) {
    std::vector<SeriesChange> changes;
    for (std::size_t series = 0; series < 40; ++series) {
      const double ratio = 1.03 + 0.02 * random.uniform();
      const std::vector<double> nights =
          with_shift(simulated_nights(NightNoise::independent, 90, random), 60, ratio);
      for (const ChangePoint& change : change_points(nights)) {
        if (change.found >= 60) changes.push_back({series, change});
      }
    }
    for (const Incident& incident : incidents(changes)) {
      one += incident.changes.size() >= 40 && incident.last_old < 60 && 60 <= incident.first_new
                 ? 1
                 : 0;
    }
  }
  CHECK(one >= 10);
}
