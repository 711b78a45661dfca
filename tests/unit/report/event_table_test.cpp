// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include <cstddef>
#include <string>
#include <vector>

#include "catch.hpp"
#include "golden/golden_entries.hpp"
#include "perjoule/report/detail_tables.hpp"
#include "perjoule/report/table.hpp"
#include "perjoule/stats/confidence.hpp"

using namespace perjoule;

TEST_CASE("each of forty events has a row, whatever its name", "[report][events]") {
  const std::string name(299, 'e');
  Entry entry = golden::bare_entry("mlp");
  for (int i = 0; i < 40; ++i) {
    golden::add_event(entry, name + std::to_string(i), exact(100.0 + i));
  }
  const Table found = event_table(entry);
  REQUIRE(found.rows() == 41);
  for (std::size_t row = 1; row < found.rows(); ++row) {
    CHECK(found.at(row, 0) == name + std::to_string(row - 1));
    CHECK(found.at(row, 1) == std::to_string(99 + row));
  }
}

TEST_CASE("a row of seconds or joules has the prefix of its largest number", "[report][events]") {
  Entry small = golden::bare_entry("small");
  Entry large = golden::bare_entry("large");
  for (Entry* const entry : {&small, &large}) {
    const Estimate<double> joules = golden::known(entry == &small ? 2e-6 : 2e-3, 1e-7);
    entry->derived_metrics.push_back({"joules_per_page", "J", "", joules, interval(joules)});
  }
  const Table found = event_table({small, large}, "run");
  CHECK(found.at(0, 0) == "per run");
  CHECK(found.at(1, 0) == "joules_per_page (mJ)");
  CHECK(found.at(1, 1) == "0.00200 ± 0.00020");  // 1.96 x .0001
  CHECK(found.at(1, 2) == "2.00000 ± 0.00020");
}

TEST_CASE("events that are missing for one reason share a note", "[report][events]") {
  Entry entry = golden::bare_entry("mlp");
  const std::string why = "not here: " + std::string(300, 'w');
  for (const std::string name : {"cycles", "branches", "page-faults", "instructions"}) {
    golden::add_event(entry, name, {});
    entry.events.events.back().event.why_missing = name == "page-faults" ? "not now" : why;
  }
  CHECK(detail::missing_events(entry.events) ==
        std::vector<std::string>{"no cycles, branches, instructions: " + why,
                                 "no page-faults: not now"});
}
