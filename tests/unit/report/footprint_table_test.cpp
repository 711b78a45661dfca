// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/report/detail_tables.hpp"

#include <string>
#include <string_view>
#include <vector>

#include "catch.hpp"
#include "golden/golden_entries.hpp"
#include "perjoule/report/markdown.hpp"
#include "perjoule/stats/confidence.hpp"

using namespace perjoule;

namespace {

using Cells = std::vector<std::string>;

/// Returns the row of the table with this head.
Cells row(const Table& table, std::string_view head) {
  Cells cells;
  for (std::size_t line = 0; line < table.rows(); ++line) {
    if (table.at(line, 0) != head) continue;
    for (std::size_t column = 1; column < table.columns(); ++column) {
      cells.emplace_back(table.at(line, column));
    }
  }
  return cells;
}

/// Joins all notes, one per line.
std::string notes_of(const Table& table) {
  std::string lines;
  for (const std::string& note : table.notes()) lines += note + '\n';
  return lines;
}

bool notes(const Table& table, std::string_view sentence) {
  return notes_of(table).find(sentence) != std::string::npos;
}

/// 1 GB and three bytes of weights that double in memory, a tokenizer and code.
Entry large() {
  Entry entry = golden::bare_entry("large");
  entry.footprint = footprint_of({{"weights", "large.bin", Bytes(1000000003.0)},
                                  {"tokenizer", "vocab.txt", Bytes(50000.0)},
                                  {"code", "large.so", Bytes(7.0)}},
                                 exact(Bytes(2000000006.0)));
  return entry;
}

}  // namespace

TEST_CASE("a manifest has each byte of a model to the last one, so that they add up",
          "[report][manifest]") {
  const Table found = footprint_table(large());
  CHECK(row(found, "manifest") == Cells{"large"});
  CHECK(row(found, "weights (B)") == Cells{"1000000003"});
  CHECK(row(found, "tokenizer (B)") == Cells{"50000"});
  CHECK(row(found, "code (B)") == Cells{"7"});
  CHECK(row(found, "stored in all (B)") == Cells{"1000050010"});
  CHECK(row(found, "resident weights (B)") == Cells{"2000000006"});
  CHECK(row(found, "inflation") == Cells{"2"});
  CHECK(notes(found, "inflation is the weights' bytes in memory over those on disk.\n"));
}

TEST_CASE("the files of a manifest stand first and are named below", "[report][manifest]") {
  const Table found = footprint_table({large(), golden::int8()});
  CHECK(found.at(1, 0) == "weights (B)");
  CHECK(std::string_view(found.at(3, 0)) == "code (B)");
  CHECK(std::string_view(found.at(4, 0)) == "stored in all (B)");
  CHECK(notes(found, "weights of large: large.bin.\n"));
  CHECK(notes(found, "tokenizer of large: vocab.txt.\n"));
  CHECK(notes(found, "weights of int8: mlp.int8.bin.\n"));
}

TEST_CASE("what a manifest does not know is n/a", "[report][manifest][missing]") {
  const Table found = footprint_table({golden::fp32(), golden::int8(), large()});
  CHECK(row(found, "weights (B)") == Cells{"400000", "100000", "1000000003"});
  CHECK(row(found, "tokenizer (B)") == Cells{"n/a", "n/a", "50000"});
  CHECK(row(found, "compressed (B)") == Cells{"360000", "n/a", "n/a"});
  CHECK(row(found, "resident weights (B)") == Cells{"400000", "n/a", "2000000006"});
  CHECK(row(found, "inflation") == Cells{"1", "n/a", "2"});
  CHECK(row(found, "peak of a pass (B)") == Cells{"6000", "n/a", "n/a"});
  CHECK(row(found, "moved per item (B)") == Cells{"n/a", "n/a", "n/a"});
  CHECK(row(found, "parameters") == Cells{"100000", "n/a", "n/a"});
  CHECK(row(found, "non-zero parameters") == Cells{"90000", "n/a", "n/a"});
  CHECK(notes(found, "no peak of a pass of int8: no pass was run to count it.\n"));
  CHECK_FALSE(notes(found, "no peak of a pass of fp32"));
}

TEST_CASE("weights in several files have a row each", "[report][manifest]") {
  Entry entry = golden::bare_entry("shards");
  entry.footprint =
      footprint_of({{"weights", "1.bin", Bytes(10.0)}, {"weights", "2.bin", Bytes(20.0)}}, {});
  const Table found = footprint_table({golden::int8(), entry});
  CHECK(row(found, "weights (B)") == Cells{"100000", "10"});
  CHECK(row(found, "weights, file 2 (B)") == Cells{"n/a", "20"});
  CHECK(row(found, "stored in all (B)") == Cells{"100000", "30"});
}

TEST_CASE("moved bytes keep their interval and where they come from", "[report][manifest]") {
  Entry entry = golden::fp32();
  const Estimate<double> moved = golden::known(12800.0, 10.0, Provenance::estimated);
  entry.derived_metrics.push_back({"moved_b_per_item", "B/item", "", moved, interval(moved)});
  // 1.96 x 10 = 19.6, rounded up at its first digit.
  CHECK(row(footprint_table(entry), "moved per item (B)") == Cells{"12800 ± 20 (estimated)"});
}

TEST_CASE("an inflation that is no whole number has four digits", "[report][manifest]") {
  Entry entry = golden::bare_entry("bf16");
  entry.footprint = footprint(exact(Bytes(19232.0)), exact(Bytes(38440.0)));
  CHECK(row(footprint_table(entry), "inflation") == Cells{"1.999"});  // 1.99875
}

TEST_CASE("a manifest is a table like any other", "[report][manifest]") {
  const std::string table = markdown(footprint_table(golden::int8()));
  CHECK(table.find("| weights (B)          | 100000 |\n") != std::string::npos);
}

TEST_CASE("each of twenty files has a row, and its whole name below", "[report][manifest]") {
  const std::string name(300, 'n');
  ModelFiles files;
  for (int i = 0; i < 20; ++i) {
    files.push_back({"weights", name + std::to_string(i), Bytes(1000.0 + i)});
  }
  Entry entry = golden::bare_entry("sharded");
  entry.footprint = footprint_of(files, {});
  const Table found = footprint_table(entry);
  CHECK(row(found, "weights (B)") == Cells{"1000"});
  CHECK(row(found, "weights, file 2 (B)") == Cells{"1001"});
  CHECK(row(found, "weights, file 20 (B)") == Cells{"1019"});
  CHECK(row(found, "stored in all (B)") == Cells{"20190"});  // 20 x 1000 + 0 + 1 + ... + 19
  for (const ModelFile& file : files) CHECK(notes(found, "weights of sharded: " + file.name));
}
