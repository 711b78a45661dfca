// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "catch.hpp"
#include "perjoule/regress/change_points.hpp"
#include "perjoule/regress/simulated_nights.hpp"

using namespace perjoule;
using perjoule::detail::search_further;
using perjoule::detail::SearchMemory;

namespace {

/// All numbers of a change as they are in memory.
std::string bits(const ChangePoint& change) {
  std::string all;
  for (const std::size_t night : {change.first, change.last_old, change.first_new, change.found}) {
    all += std::to_string(night) + ' ';
  }
  for (const double number : {change.ratio, change.ratio_interval.low, change.ratio_interval.high,
                              change.ratio_interval.level, change.difference}) {
    std::uint64_t word = 0;
    std::memcpy(&word, &number, sizeof word);
    all += std::to_string(word) + ' ';
  }
  return all + std::string(name(change.direction));
}

std::string bits(const std::vector<ChangePoint>& changes) {
  std::string all;
  for (const ChangePoint& change : changes) all += bits(change) + '\n';
  return all;
}

struct Series {
  std::vector<double> nights;
  ChangeOptions options;
  std::vector<MachineSwap> swaps;
};

/// A series of some kind: with shifts, missing nights, of counts, of values that are not positive,
/// on machines that were replaced.
Series any_series(std::size_t kind, Random& random) {
  const std::size_t size = 1 + random.below(600);
  const std::size_t noises = std::size(night_noises);
  Series series{simulated_nights(night_noises[kind % noises], size, random), {}, {}};
  for (std::uint64_t shifts = random.below(4); shifts > 0; --shifts) {
    series.nights = with_shift(series.nights, random.below(size),
                               0.9 + 0.02 * static_cast<double>(random.below(10)));
  }
  for (double& night : series.nights) {
    if (kind % 7 == 1 && random.below(20) == 0) night = detail::quiet_nan();
    if (kind % 11 == 2) night = random.below(40) == 0 ? 1001.0 : 1000.0;
    if (kind % 13 == 3) night -= 1.0;
  }
  if (kind % 17 == 4) series.nights[random.below(size)] = 0.0;
  series.options.confirm = kind % 5 == 0;
  if (kind % 4 == 0) series.options.search = ChangeSearch::patient;
  if (kind % 3 == 0) {
    const std::size_t night = random.below(size);
    series.swaps.push_back({night, 1.05, 0.002 * static_cast<double>(random.below(3))});
    series.swaps.push_back({night + random.below(200), 0.98, 0.001});
  }
  return series;
}

}  // namespace

TEST_CASE("a search that goes on night by night finds what a search of all nights does",
          "[regress][search_memory]") {
  Random random(20260101);
  std::size_t found = 0;
  for (std::size_t kind = 0; kind < 300; ++kind) {
    const Series of = any_series(kind, random);
    const std::string all = bits(change_points(of.nights, of.options, of.swaps));
    SearchMemory memory;
    for (std::size_t end = 0; end < of.nights.size();) {
      end = std::min<std::size_t>(of.nights.size(), end + random.below(kind % 2 == 0 ? 3 : 100));
      const View<double> nights(of.nights.data(), end);
      const NightVerdict last = search_further(memory, nights, of.options, of.swaps);
      const NightVerdict alone = check_last_night(
          nights, memory.changes.empty() ? 0 : memory.changes.back().first, of.options, of.swaps);
      INFO("series " << kind << " up to " << end);
      REQUIRE(last.state == alone.state);
      REQUIRE(bits(last.change) == bits(alone.change));
    }
    INFO("series " << kind);
    REQUIRE(bits(memory.changes) == all);
    found += memory.changes.size();
  }
  CHECK(found > 300);
}

TEST_CASE("a search goes on with the last 160 nights and not with those before",
          "[regress][search_memory]") {
  Random random(1);
  std::vector<double> nights =
      with_shift(simulated_nights(NightNoise::independent, 400, random), 200, 1.05);
  SearchMemory memory;
  static_cast<void>(search_further(memory, {nights.data(), 399}, {}));
  REQUIRE(memory.changes.size() == 1);
  CHECK(memory.mark.nights == 399);
  CHECK(memory.mark.taken == 239);
  std::fill(nights.begin(), nights.begin() + 239, detail::quiet_nan());
  static_cast<void>(search_further(memory, nights, {}));
  CHECK(memory.changes.size() == 1);
  CHECK(memory.mark.nights == 400);
}

TEST_CASE("a memory that cannot be of a series is as none", "[regress][search_memory]") {
  Random random(2);
  const std::vector<double> nights =
      with_shift(simulated_nights(NightNoise::independent, 400, random), 200, 1.05);
  SearchMemory good;
  static_cast<void>(search_further(good, nights, {}));
  const std::string expected = bits(change_points(nights));
  REQUIRE(!expected.empty());
  for (int i = 0; i < 7; ++i) {
    SearchMemory bad = good;
    bad.changes.clear();
    if (i == 0) bad.mark.nights = 401;
    if (i == 1) bad.mark.taken = 401;
    if (i == 2) bad.mark.taken = 1;
    if (i == 3) bad.mark.history.nights = 3;
    if (i == 4) bad.mark.history.nights = 300;
    if (i == 5) bad.mark.history.excursion_night = 1;
    if (i == 6) bad.mark.segment = 401;
    static_cast<void>(search_further(bad, nights, {}));
    INFO(i);
    CHECK(bits(bad.changes) == expected);
  }
}
