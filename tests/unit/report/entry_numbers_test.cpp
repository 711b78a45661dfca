// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/report/entry_numbers.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "catch.hpp"
#include "golden/golden_entries.hpp"
#include "perjoule/report/table.hpp"

using namespace perjoule;
using detail::Standing;

namespace {

/// A measured model of a test set of which no items were kept.
Entry model(const std::string& name, double accuracy, double millijoules) {
  Entry entry = golden::bare_entry(name);
  entry.meter = golden::rapl();
  golden::add_accuracy(entry, accuracy, {});
  entry.energy = golden::known(JoulesPerItem(1e-3 * millijoules), JoulesPerItem(1e-5));
  entry.wall_time = golden::known(SecondsPerItem(1e-3), SecondsPerItem(1e-6));
  return entry;
}

std::vector<Standing> standings_of(const std::vector<Entry>& entries, std::string_view name) {
  for (const detail::EntryNumber& number : detail::entry_numbers(entries)) {
    if (number.name == name) return detail::standings(entries, number);
  }
  return {};
}

constexpr Standing none = Standing::none;
constexpr Standing best = Standing::best;
constexpr Standing second = Standing::second;

}  // namespace

TEST_CASE("best are the best number and all that cannot be told from it", "[report]") {
  // The difference of 2.00 and 2.02 mJ is .02 +- 1.96 x .01 sqrt(2) = .028.
  const std::vector<Entry> entries = {model("a", 0.9, 3.0), model("b", 0.9, 2.02),
                                      model("c", 0.9, 2.0), model("d", 0.9, 4.0)};
  CHECK(standings_of(entries, "energy") == std::vector{second, best, best, none});
  // Larger is better: .9 +- .02 is not .8 +- .02, and .87 +- .02 may be .9.
  const std::vector<Entry> others = {model("a", 0.8, 1.0), model("b", 0.9, 1.0),
                                     model("c", 0.87, 1.0)};
  CHECK(standings_of(others, "accuracy") == std::vector{second, best, best});
}

TEST_CASE("where items were kept, qualities are compared item by item", "[report]") {
  // Both intervals hold .75, but on each of 40 items the first is better by .1.
  std::vector<Entry> entries(2, golden::bare_entry("m"));
  for (std::size_t i = 0; i < 2; ++i) {
    entries[i].inputs = 40;
    golden::add_accuracy(entries[i], 0.75 - 0.01 * static_cast<double>(i), {});
    entries[i].quality[0].columns = 1;
    for (std::size_t item = 0; item < 40; ++item) {
      entries[i].per_item.push_back(0.01 * static_cast<double>(item % 2) -
                                    0.1 * static_cast<double>(i));
    }
  }
  CHECK(standings_of(entries, "accuracy") == std::vector{best, second});
}

TEST_CASE("joules of several kinds or scopes, and a number of unknown direction, have no best",
          "[report]") {
  std::vector<Entry> entries = {model("a", 0.9, 3.0), model("b", 0.9, 1.0)};
  CHECK(standings_of(entries, "energy") == std::vector{second, best});
  entries[0].energy.provenance = Provenance::modelled;
  CHECK(standings_of(entries, "energy") == std::vector{none, none});
  entries[0].energy.provenance = Provenance::measured;
  entries[0].meter.scope = Scope::psys;
  CHECK(standings_of(entries, "energy") == std::vector{none, none});
  for (Entry& entry : entries) entry.quality[0].is_direction_known = false;
  CHECK(standings_of(entries, "accuracy") == std::vector{none, none});
}

TEST_CASE("a number of one run is not the best, since nothing tells how far it is off",
          "[report]") {
  std::vector<Entry> entries = {model("a", 0.9, 3.0), model("b", 0.9, 1.0), model("c", 0.9, 2.0)};
  entries[1].energy.random = JoulesPerItem(detail::quiet_nan());
  CHECK(standings_of(entries, "energy") == std::vector{second, none, best});
}

TEST_CASE("the front has what no other beats in quality and cost, from the cheapest", "[report]") {
  // b costs more than c and is no better; d is the best; e has no skill.
  std::vector<Entry> entries = {model("a", 0.8, 1.0), model("b", 0.85, 3.0), model("c", 0.85, 2.0),
                                model("d", 0.9, 4.0), model("e", 0.5, 0.1)};
  const detail::Front front = detail::front_of(entries);
  CHECK(front.letters == std::vector<std::string>{"A", "", "B", "C", ""});
  CHECK(front.cost == "energy");
  entries.insert(entries.begin(), golden::bare_entry("without a metric"));
  CHECK(table(entries, {.for_readers = true}).rows() == 7);
  entries.erase(entries.begin());
  entries[0].energy.provenance = Provenance::modelled;
  CHECK(detail::front_of(entries).cost == "time");
  entries[1].quality[0].signature = "top-k:5";
  CHECK(detail::front_of(entries).letters == std::vector<std::string>(5));
}

TEST_CASE("intervals are at the level that was asked for", "[report]") {
  Entry entry = golden::fp32();
  const auto at_90 = [&](std::string_view name) {
    for (const detail::EntryNumber& number : detail::entry_numbers(entry, 0.9)) {
      if (number.name == name) return number.in(entry);
    }
    return IntervalEstimate<double>{};
  };
  // 13 mJ - 1.644854 x .1 mJ
  CHECK(at_90("energy").interval.low == Approx(0.0128355146));
  CHECK(at_90("energy").interval.level == 0.9);
  // Wilson's, 3 of 4 at z = 1.644854: (4.352772 +- 1.644854 sqrt(1.426386))/6.705543.
  entry.quality[0].value_interval = wilson_interval(3, 4);
  CHECK(at_90("accuracy").interval.low == Approx(0.356168).epsilon(1e-5));
  CHECK(at_90("accuracy").interval.high == Approx(0.942092).epsilon(1e-5));
  // The skill is .5 with [2 x .356168 - 1, 2 x .942092 - 1], and energy 13 mJ -+ 1.644854 x .1 mJ:
  // the roots of .5 - .013 r -+ hypot(distance to the end, 1.644854e-4 r), by SciPy's brentq.
  CHECK(at_90("quality_per_joule").interval.low == Approx(-22.128648).epsilon(1e-5));
  CHECK(at_90("quality_per_joule").interval.high == Approx(68.026818).epsilon(1e-5));
  CHECK(at_90("stored").interval.low == 400e3);
  // Clopper and Pearson's of these items; of fewer ones, as of pairs, it is not known which.
  entry.quality[0].value_interval = clopper_pearson_interval(3, 4);
  CHECK(at_90("accuracy").interval.low == clopper_pearson_interval(3, 4, 0.9).low);
  entry.quality[0].value_interval = detail::clopper_pearson(1.5, 2.0, 0.95);
  CHECK_FALSE(at_90("accuracy").interval.is_known());
  entry.quality[0].value = {0.75, 0.05, 9.0, 0.0, Provenance::measured};
  entry.quality[0].value_interval = logit_interval(0.75, 0.05, 9.0);
  CHECK(at_90("accuracy").interval.high == logit_interval(0.75, 0.05, 9.0, 0.9).high);
  entry.quality[0].value_interval = wilson_interval(3, 4);
  // Not every number that a stranger's record calls a share is one.
  for (const double no_share : {75.0, -0.5}) {
    entry.quality[0].value.value = no_share;
    CHECK_FALSE(at_90("accuracy").interval.is_known());
  }
  entry.quality[0].value.value = 0.75;
  entry.quality[0].items = 0;
  CHECK_FALSE(at_90("accuracy").interval.is_known());
  // Resampling needs the items.
  entry.quality[0].value_interval.method = IntervalMethod::bca;
  CHECK_FALSE(at_90("accuracy").interval.is_known());
  CHECK_FALSE(is_finite(at_90("accuracy").estimate.random));
  CHECK(at_90("accuracy").estimate.value == 0.75);
  entry.quality[0].items = 4;
  entry.quality[0].columns = 1;
  entry.per_item = {1.0, 0.5, 0.25, 1.25};
  entry.quality[0].value_interval.method = IntervalMethod::gamma;
  CHECK(at_90("accuracy").interval.low == mean_of_rare_losses(entry.per_item, 0.9).interval.low);
  entry.per_item[0] = -1.0;
  CHECK_FALSE(at_90("accuracy").interval.is_known());
}
