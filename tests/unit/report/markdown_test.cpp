// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/report/markdown.hpp"

#include <algorithm>
#include <cstddef>
#include <ctime>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "catch.hpp"
#include "golden/golden_entries.hpp"
#include "perjoule/core/text.hpp"

using namespace perjoule;

namespace {

/// Splits a text into lines, without their ends.
std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at);
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

/// Returns a table of two columns, each note twice: notes are long, and differ at their end.
Table long_table(int rows, int notes) {
  Table table(static_cast<std::size_t>(rows) + 1);
  for (const std::string head : {"model", "x"}) {
    table.add(head);
    for (int i = 0; i < rows; ++i) table.add(head + std::to_string(i));
  }
  const std::string words(5000, 'w');
  for (int twice = 0; twice < 2; ++twice) {
    for (int i = 0; i < notes; ++i) table.note(words + std::to_string(i));
  }
  return table;
}

}  // namespace

TEST_CASE("a Markdown table has names to the left and numbers to the right", "[report][markdown]") {
  Table table(3);
  for (const char* cell : {"model", "a", "longer name", "x (µJ)", "12.3 ± 0.4", "n/a"}) {
    table.add(cell);
  }
  CHECK(markdown(table) ==
        "| model       |     x (µJ) |\n"
        "| ----------- | ---------: |\n"
        "| a           | 12.3 ± 0.4 |\n"
        "| longer name |        n/a |\n");
}

TEST_CASE("a narrow column leaves room for the rule that Markdown asks for", "[report][markdown]") {
  Table table(2);
  for (const char* cell : {"m", "a", "x", "1"}) table.add(cell);
  CHECK(markdown(table) ==
        "| m   |   x |\n"
        "| --- | --: |\n"
        "| a   |   1 |\n");
}

TEST_CASE("notes stand below the table as a list", "[report][markdown]") {
  Table table(1);
  table.add("model");
  table.note("one thing");
  table.note("another");
  table.note("one thing");
  CHECK(markdown(table) ==
        "| model |\n"
        "| ----- |\n"
        "\n"
        "- one thing.\n"
        "- another.\n");
}

TEST_CASE("columns stand below each other whatever bytes a character takes", "[report][markdown]") {
  Entry umlaut = golden::fp32();
  umlaut.plan.name = "Größe µ";
  const std::vector<std::string> lines = lines_of(markdown({umlaut, golden::int8()}));
  REQUIRE(lines.size() > 4);
  for (std::size_t i = 1; i < 4; ++i) CHECK(text::width(lines[i]) == text::width(lines[0]));
  CHECK(lines[0].size() != lines[1].size());  // µ and ± are two bytes
}

TEST_CASE("a bar in a model's name opens no column", "[report][markdown]") {
  Entry entry = golden::fp32();
  entry.plan.name = "mlp|v2";
  CHECK(markdown({entry}).find("| mlp\\|v2 |") != std::string::npos);
}

TEST_CASE("a list of entries and single entries give one table", "[report][markdown]") {
  const std::vector<Entry> entries{golden::fp32(), golden::int8()};
  CHECK(markdown(entries) == markdown({entries[0], entries[1]}));
}

TEST_CASE("thousands of rows and notes are written whole", "[report][markdown]") {
  constexpr int rows = 4000;
  constexpr int notes = 1000;
  const std::vector<std::string> lines = lines_of(markdown(long_table(rows, notes)));
  REQUIRE(lines.size() == rows + 2 + 1 + notes);
  CHECK(lines[0] == "| model     |     x |");
  CHECK(lines[2] == "| model0    |    x0 |");
  CHECK(lines[rows + 1] == "| model3999 | x3999 |");
  CHECK(lines[rows + 3] == "- " + std::string(5000, 'w') + "0.");
  CHECK(lines[rows + 2 + notes] == "- " + std::string(5000, 'w') + "999.");
}

TEST_CASE("a table ten times as long takes about ten times as long", "[report][markdown]") {
  const auto shortest_time = [](int rows, int notes) {
    std::clock_t shortest = std::numeric_limits<std::clock_t>::max();
    for (int turn = 0; turn < 5; ++turn) {
      const std::clock_t start = std::clock();
      CHECK_FALSE(markdown(long_table(rows, notes)).empty());
      shortest = std::min(shortest, std::clock() - start);
    }
    return shortest;
  };
  // A width or a search for a note's text that begins anew for each line would take a hundred times
  // as long.
  CHECK(shortest_time(4000, 1000) < 40 * shortest_time(400, 100));
}

TEST_CASE("a metric without a value is a column of n/a, and a note says why",
          "[report][markdown][missing]") {
  Entry entry = golden::fp32();
  entry.scores.clear();
  entry.quality.resize(1);
  Quality& quality = entry.quality[0];
  quality.value = {};
  quality.skill = {};
  quality.why_no_value = "of one class alone";
  const std::string reasoned = markdown({entry});
  CHECK(lines_of(reasoned)[0].find("| accuracy (%) |") != std::string::npos);
  CHECK(lines_of(reasoned)[2].find("|          n/a |") != std::string::npos);
  CHECK(reasoned.find(entry.plan.name + ": no accuracy: of one class alone.") != std::string::npos);
  CHECK(reasoned.find("quality is skill") == std::string::npos);
  quality.why_no_value.clear();
  CHECK(markdown({entry}).find("its result has no provenance") != std::string::npos);
  quality.value = exact(0.5);
  quality.why_no_skill = "not known";
  CHECK(markdown({entry}).find("no skill by accuracy, and no score of it: not known.") !=
        std::string::npos);
}
