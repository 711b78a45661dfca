// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/record/entry.hpp"

#include <cmath>
#include <cstddef>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "catch.hpp"
#include "golden/golden_entries.hpp"

using namespace perjoule;

// A vector of entries grows by moving them, and a test has some on its stack.
static_assert(sizeof(Entry) < 4000);
static_assert(std::is_nothrow_move_constructible_v<Entry>);
static_assert(std::is_nothrow_move_assignable_v<Entry>);

TEST_CASE("a copy of an entry shares nothing with it", "[record][entry]") {
  Entry entry = golden::fp32();
  const Entry copy = entry;
  entry.plan.name = "changed";
  entry.quality[0].metric = "changed";
  entry.per_item[0] = 7.0;
  entry.footprint.files.clear();
  CHECK(copy.plan.name == "fp32");
  CHECK(copy.quality[0].metric == "accuracy");
  CHECK(copy.per_item == std::vector<double>{1.0, 1.0, 1.0, 0.0});
  CHECK(copy.footprint.files.size() == 1);
  entry = copy;
  CHECK(entry.plan.name == "fp32");
  const Entry moved = std::move(entry);
  CHECK(moved.per_item == copy.per_item);
}

TEST_CASE("each of forty metrics has its own values of the items", "[record][entry]") {
  Entry entry = golden::bare_entry("many");
  entry.inputs = 2;
  for (std::size_t i = 0; i < 40; ++i) {
    Quality quality;
    quality.columns = i % 3;  // every third keeps nothing
    for (std::size_t k = 0; k < 2 * quality.columns; ++k) {
      entry.per_item.push_back(static_cast<double>(100 * i + k));
    }
    entry.quality.push_back(quality);
  }
  for (std::size_t i = 0; i < 40; ++i) {
    const View<double> values = per_item_of(entry, i);
    REQUIRE(values.size() == 2 * (i % 3));
    for (std::size_t k = 0; k < values.size(); ++k) {
      CHECK(values[k] == static_cast<double>(100 * i + k));
    }
  }
}

TEST_CASE("a caveat has the whole reason", "[record][entry]") {
  Entry entry = golden::fp32();
  entry.samples.outcome = Outcome::converged;
  entry.samples.dropped = 1;
  entry.samples.why_dropped = std::string(5000, 'w');
  const Caveats found = caveats(entry);
  REQUIRE(found.size() == 1);
  CHECK(found[0].flag == CaveatFlag::dropped_windows);
  CHECK(found[0].reason == "1 of 2 windows have no energy: " + entry.samples.why_dropped);
}

TEST_CASE("a model that answers otherwise while it is timed, or from a cache, has a caveat",
          "[record][entry]") {
  Entry entry = golden::fp32();
  entry.samples.outcome = Outcome::converged;
  entry.answers.outputs = OutputCheck::differ;
  entry.answers.checked = 8;
  entry.answers.different = 7;
  entry.answers.repeats = RepeatCheck::shorter;
  entry.answers.repeat_ratio = 0.0213;
  const Caveats found = caveats(entry);
  REQUIRE(found.size() == 2);
  CHECK(name(found[0].flag) == "answers_differ");
  CHECK(found[0].reason ==
        "7 of 8 passes between windows gave another output than the one that was judged: the model "
        "draws random numbers, adds in another order, or answers otherwise while it is timed");
  CHECK(name(found[1].flag) == "repeats_shorter");
  CHECK(found[1].reason ==
        "an input that was seen before takes 0.021 of the time of a new one: a cache answers it, "
        "the model's or the CPU's: measure without it, or on more inputs");
}

TEST_CASE("of a meter's gain an energy that is compared has what differs between workloads",
          "[record][entry]") {
  Entry entry = golden::fp32();
  entry.samples.gain = {0.05, 0.01};
  entry.energy = {JoulesPerItem(2.0), JoulesPerItem(0.1), 9.0,
                  JoulesPerItem(std::hypot(0.03, 0.05 * 2.0)), Provenance::measured};
  const Estimate<JoulesPerItem> compared = comparable_energy(entry, entry.energy);
  CHECK(compared.value.si() == 2.0);
  CHECK(compared.random.si() == 0.1);
  CHECK(compared.common.si() == Approx(std::hypot(0.03, 0.01 * 2.0)));
  CHECK_FALSE(comparable_energy(entry, {}).is_known());
}
