// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include <cstddef>
#include <string>
#include <vector>

#include "catch.hpp"
#include "golden/golden_entries.hpp"
#include "perjoule/report/detail_tables.hpp"
#include "perjoule/report/markdown.hpp"
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
  CHECK(event_table({large, small}).at(1, 0) == "joules_per_page (mJ)");
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

TEST_CASE("numbers that only one of two has, have rows", "[report][events]") {
  Entry first = golden::bare_entry("first");
  Entry second = golden::bare_entry("second");
  golden::add_event(first, "cycles", exact(8.0));
  golden::add_event(second, "branches", exact(3.0));
  first.derived_metrics.push_back({"ipc", "", "", exact(2.0), interval(exact(2.0))});
  second.derived_metrics.push_back({"cpi", "", "", exact(0.5), interval(exact(0.5))});
  CHECK(markdown(event_table({first, second})) ==
        "| per item | first | second |\n"
        "| -------- | ----: | -----: |\n"
        "| cycles   |     8 |    n/a |\n"
        "| branches |   n/a |      3 |\n"
        "| ipc      |     2 |    n/a |\n"
        "| cpi      |   n/a |    0.5 |\n"
        "\n"
        "- ± and [low, high] are 95 % intervals.\n");
}

TEST_CASE("a count has all its digits, and one that is uncertain has its interval",
          "[report][events]") {
  Entry entry = golden::bare_entry("mlp");
  golden::add_event(entry, "cycles", exact(1234567.0));
  golden::add_event(entry, "branches", golden::known(100.0, 1.0));  // 1.96 x 1
  const Table found = event_table(entry);
  CHECK(found.at(1, 1) == "1234567");
  CHECK(found.at(2, 1) == "100.0 ± 2.0");
}

TEST_CASE("events of the calling thread alone are said to be so, of each entry",
          "[report][events]") {
  Entry first = golden::bare_entry("first");
  Entry second = golden::bare_entry("second");
  Entry process = golden::bare_entry("third");
  first.events.extent = second.events.extent = EventExtent::calling_thread;
  process.events.extent = EventExtent::process;
  CHECK(event_table({first, second, process}).notes() ==
        std::vector<std::string>{"events of first are those of the thread that calls it, alone.",
                                 "events of second are those of the thread that calls it, alone."});
}

TEST_CASE("an exact share is not rounded to a count", "[report][events]") {
  Entry entry = golden::bare_entry("mlp");
  golden::add_event(entry, "page-faults", exact(0.5));
  CHECK(event_table(entry).at(1, 1) == "0.5");
}

TEST_CASE("only an event that was counted for a part of the time was scaled up",
          "[report][events]") {
  Entry entry = golden::bare_entry("mlp");
  golden::add_event(entry, "cycles", exact(100.0));
  golden::add_event(entry, "branches", exact(100.0));
  entry.events.events.back().share = 0.25;
  CHECK(event_table(entry).notes() ==
        std::vector<std::string>{"± and [low, high] are 95 % intervals.",
                                 "branches of mlp was counted 25 % of the time, and scaled up."});
}
