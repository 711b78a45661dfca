// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/report/table.hpp"

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "catch.hpp"
#include "complaint.hpp"
#include "golden/golden_entries.hpp"
#include "perjoule/core/text.hpp"

using namespace perjoule;
using golden::known;

namespace {

using Cells = std::vector<std::string>;

/// Returns a table with every column.
Table table_of(std::initializer_list<EntryRef> entries) {
  return table(entries, {.columns = {"full"}});
}

Cells heads(const Table& table) {
  Cells heads;
  for (std::size_t c = 0; c < table.columns(); ++c) heads.push_back(table.at(0, c));
  return heads;
}

/// Returns the width of the Markdown rows, in characters.
std::size_t width(const Table& table) {
  const std::string text = markdown(table);
  return text::width(std::string_view(text).substr(0, text.find('\n')));
}

/// A modelled entry, whose energy may be wrong by a factor of 3.
Entry modelled(const char* name, double nanojoules) {
  Entry entry = golden::int8();
  entry.plan.name = name;
  entry.energy.value = JoulesPerItem(nanojoules * 1e-9);
  entry.energy.common = 0.5605165 * entry.energy.value;
  return entry;
}

/// Returns the column whose head begins like this, with its head; empty if there is none, "several
/// columns" if it is ambiguous.
Cells column(const Table& table, std::string_view head) {
  Cells cells;
  for (std::size_t c = 0; c < table.columns(); ++c) {
    if (!table.at(0, c).starts_with(head)) continue;
    if (!cells.empty()) return {"several columns"};
    for (std::size_t row = 0; row < table.rows(); ++row) cells.push_back(table.at(row, c));
  }
  return cells;
}

/// Joins all notes, one per line.
std::string notes_of(const Table& table) {
  std::string lines;
  for (const std::string& note : table.notes()) lines += note + '\n';
  return lines;
}

bool notes(const Table& table, std::string_view words) {
  return notes_of(table).find(words) != std::string::npos;
}

}  // namespace

TEST_CASE("a table has a row for each entry, named after its model", "[report][table]") {
  const Table found = table_of({golden::fp32(), golden::int8()});
  CHECK(found.rows() == 3);
  CHECK(column(found, "model") == Cells{"model", "fp32", "int8"});
}

TEST_CASE("an entry without a name has a row all the same", "[report][table]") {
  CHECK(column(table_of({golden::bare_entry("")}), "model") == Cells{"model", "unnamed model"});
}

TEST_CASE("a column has one prefix, that of its largest number", "[report][table]") {
  Entry fast = golden::fp32();
  Entry slow = golden::fp32();
  fast.wall_time = known(SecondsPerItem(50e-6), SecondsPerItem(0.2e-6));
  slow.wall_time = known(SecondsPerItem(2e-3), SecondsPerItem(20e-6));
  const Cells both{"time/item (ms)", "0.0500 ± 0.0004", "2.00 ± 0.04"};
  CHECK(column(table_of({fast, slow}), "time") == both);
  CHECK(column(table_of({fast}), "time") == Cells{"time/item (µs)", "50.0 ± 0.4"});
}

TEST_CASE("numbers of one provenance have it in the head", "[report][table]") {
  Entry a = golden::fp32();
  Entry b = golden::fp32();
  a.energy.provenance = b.energy.provenance = Provenance::simulated;
  CHECK(column(table_of({a, b}), "energy") ==
        Cells{"energy/item (mJ), simulated", "13.00 ± 0.20", "13.00 ± 0.20"});
}

TEST_CASE("measured is what a number is where nothing is said", "[report][table]") {
  CHECK(column(table_of({golden::fp32()}), "energy") == Cells{"energy/item (mJ)", "13.00 ± 0.20"});
}

TEST_CASE("numbers of several provenances say it in the cell, but for the measured ones",
          "[report][table]") {
  CHECK(column(table_of({golden::fp32(), golden::int8()}), "energy") ==
        Cells{"energy/item (mJ)", "13.00 ± 0.20", "2.0 [0.7, 6.0] (modelled)"});
}

TEST_CASE("a missing number beside simulated ones is n/a and nothing more", "[report][table]") {
  Entry a = golden::fp32();
  a.energy.provenance = Provenance::simulated;
  Entry b = golden::fp32();
  b.energy = {};
  CHECK(column(table_of({a, b}), "energy") ==
        Cells{"energy/item (mJ), simulated", "13.00 ± 0.20", "n/a"});
}

TEST_CASE("energy that no entry has is a column of n/a, with the reason below", "[report][table]") {
  Entry entry = golden::fp32();
  entry.energy = {};
  entry.samples.why_dropped = "the counter did not move";
  const Table found = table_of({entry});
  CHECK(column(found, "energy") == Cells{"energy/item (J)", "n/a"});
  CHECK(notes(found, "fp32: energy is missing: the counter did not move.\n"));
}

TEST_CASE("other columns that no entry has are left out", "[report][table]") {
  const Table found = table_of({golden::bare_entry("nothing")});
  CHECK(found.columns() == 2);
  CHECK(column(found, "energy") == Cells{"energy/item (J)", "n/a"});
}

TEST_CASE("a column that some entry has is n/a for the others", "[report][table]") {
  const Table found = table_of({golden::fp32(), golden::int8()});
  CHECK(column(found, "resident") == Cells{"resident (kB)", "400", "n/a"});
  CHECK(column(found, "inflation") == Cells{"inflation", "1", "n/a"});
  CHECK(column(found, "stored") == Cells{"stored (kB)", "400", "100"});
  CHECK(column(found, "compressed") == Cells{"compressed (kB)", "360", "n/a"});
  CHECK(column(found, "quality/J") == Cells{"quality/J", "38 [-31, 70]", "n/a"});
}

TEST_CASE("a score without a unit of its own has its provenance in the head", "[report][table]") {
  Entry entry = golden::fp32();
  entry.scores[0].value.provenance = Provenance::simulated;
  CHECK(column(table_of({entry}), "quality/J")[1] == "38 [-31, 70]");
  CHECK(column(table_of({entry}), "quality/J")[0] == "quality/J, simulated");
}

TEST_CASE("each metric has a column, in percent, and once for all entries", "[report][table]") {
  Entry a = golden::fp32();
  Entry b = golden::int8();
  Quality second = a.quality[0];
  second.metric = "top-5-accuracy";
  second.value = known(0.5, 0.01);
  second.value_interval = {0.48, 0.52, 0.95, IntervalMethod::wilson};
  b.quality.push_back(second);
  const Table found = table_of({a, b});
  CHECK(column(found, "accuracy") == Cells{"accuracy (%)", "75 [30, 95]", "50 [15, 85]"});
  CHECK(column(found, "top-5-accuracy") == Cells{"top-5-accuracy (%)", "n/a", "50.0 [48.0, 52.0]"});
}

TEST_CASE("a metric that is not measured has one column as well", "[report][table]") {
  Entry a = golden::fp32();
  Entry b = golden::fp32();
  a.quality[0].value.provenance = b.quality[0].value.provenance = Provenance::estimated;
  CHECK(column(table_of({a, b}), "accuracy") ==
        Cells{"accuracy (%), estimated", "75 [30, 95]", "75 [30, 95]"});
}

TEST_CASE("the notes say how energy was obtained and where", "[report][table]") {
  const Table found = table_of({golden::fp32(), golden::int8()});
  CHECK(notes(found, "± and [low, high] are 95 % intervals.\n"));
  CHECK(notes(found,
              "energy is measured by rapl-powercap below /sys/class/powercap, scope package: "
              "the whole package is counted.\n"));
  CHECK(notes(found,
              "energy is modelled by cpu-time-model, scope process: not a measurement of "
              "energy.\n"));
  CHECK(notes(found, "no rapl-powercap (no powercap folder); to measure, run on bare metal.\n"));
  CHECK(notes(found, "fp32: fewer than 12 windows: measure for longer.\n"));
  CHECK(notes(found, "int8: 1 of 3 windows have no energy: the window has no length.\n"));
  CHECK(notes(found, "Example CPU 9000, 8 threads, Linux 6.1.0 x86_64, g++ 12.2.0.\n"));
  CHECK_FALSE(notes(found, "int8: energy is modelled"));  // it is stated above
}

TEST_CASE("a note that holds for all entries is made once", "[report][table]") {
  const std::string all = notes_of(table({golden::fp32(), golden::fp32()}));
  const Table one = table_of({golden::fp32()});
  for (const std::string& note : one.notes()) {
    CHECK(all.find(note) != std::string::npos);
    CHECK(all.find(note) == all.rfind(note));
  }
}

TEST_CASE("a note says so when the code was not optimised", "[report][table]") {
  Entry entry = golden::fp32();
  entry.build.optimized = false;
  CHECK(notes(table_of({entry}), "fp32: compiled without optimisation: add -O2.\n"));
}

TEST_CASE("a table of no entries has its heads alone", "[report][table]") {
  const Table found = table_of({});
  CHECK(found.rows() == 1);
  CHECK(found.notes().empty());
}

TEST_CASE("a metric that is no share is printed as it is, with its unit", "[report][table]") {
  Entry entry = golden::fp32();
  Quality& error = entry.quality[0];
  error.metric = "mean-absolute-error";
  error.higher_is_better = false;
  error.unit = "mm";
  error.perfect = 0.0;
  error.value = {2.5, 0.1, infinite_dof, 0.0, Provenance::measured};
  error.value_interval = {2.3, 2.7, 0.95, IntervalMethod::student_t};
  Table found = table_of({entry});
  CHECK(column(found, "mean-absolute-error") == Cells{"mean-absolute-error (mm)", "2.50 ± 0.20"});
  CHECK(notes(found, "(mean-absolute-error - q)/(0 - q), with q = 0.500 of"));
  entry.quality[0].unit = "";
  CHECK(column(table_of({entry}), "mean-absolute-error")[0] == "mean-absolute-error");
}

TEST_CASE("a note is made although it is the end of another one", "[report][table]") {
  Table table(1);
  table.note("a: measured in turns");
  table.note("measured in turns");
  CHECK(table.notes() == std::vector<std::string>{"a: measured in turns.", "measured in turns."});
}

TEST_CASE("names that differ in their 300th character are two rows", "[report][table]") {
  const std::string name(299, 'n');
  Entry a = golden::bare_entry(name + 'a');
  Entry b = golden::bare_entry(name + 'b');
  CHECK(column(table_of({a, b}), "model") == Cells{"model", name + 'a', name + 'b'});
}

TEST_CASE("metrics that differ in their 300th character are two columns", "[report][table]") {
  const std::string name(299, 'm');
  Entry entry = golden::fp32();
  Quality second = entry.quality[0];
  entry.quality[0].metric = name + 'a';
  second.metric = name + 'b';
  second.value = known(0.5, 0.01);
  second.value_interval = {0.48, 0.52, 0.95, IntervalMethod::wilson};
  entry.quality.push_back(second);
  const Table found = table_of({entry});
  CHECK(column(found, name + 'a') == Cells{name + "a (%)", "75 [30, 95]"});
  CHECK(column(found, name + 'b') == Cells{name + "b (%)", "50.0 [48.0, 52.0]"});
}

TEST_CASE("each of forty metrics has a column", "[report][table]") {
  Entry entry = golden::fp32();
  const Quality accuracy = entry.quality[0];
  entry.quality.clear();
  for (int i = 0; i < 40; ++i) {
    entry.quality.push_back(accuracy);
    entry.quality.back().metric = "m" + std::to_string(i) + '.';
  }
  const Table found = table_of({entry});
  for (const Quality& quality : entry.quality) {
    CHECK(column(found, quality.metric) == Cells{quality.metric + " (%)", "75 [30, 95]"});
  }
}

TEST_CASE("a table of no rows has no columns", "[report][table]") {
  CHECK(Table(0).columns() == 0);
}

TEST_CASE("a score of millions per joule is one of few per microjoule", "[report][table]") {
  Entry entry = golden::fp32();
  entry.scores[0].value = known(2e6, 1e4);
  entry.scores[0].interval = {1.98e6, 2.02e6, 0.95, IntervalMethod::student_t};
  CHECK(column(table_of({entry}), "quality/µJ") == Cells{"quality/µJ", "2.000 ± 0.020"});
}

TEST_CASE("batches are said where inputs come in several", "[report][table]") {
  Entry entry = golden::fp32();
  CHECK_FALSE(notes(table_of({entry}), "batches"));
  entry.plan.batch = 8;
  CHECK(notes(table_of({entry}), "fp32: in batches of 8.\n"));
}

TEST_CASE("a table says what of its energies' intervals is the meter's gain", "[report][table]") {
  Entry entry = golden::fp32();
  CHECK(notes(table_of({entry}),
              "the gain of rapl-powercap is not known, and in none of its intervals."));
  entry.meter.zones[0].gain = {0.05, 0_W, 0.01, 0_W};
  entry.samples.gain = {0.05, 0.01};
  // 1.96 x 5 %, and 1.96 sqrt(2) x 1 %
  CHECK(notes(table_of({entry}),
              "the gain of rapl-powercap is known to 9.8 %, which is in each ± of energy; of a "
              "comparison of two models by it, 2.8 % remains."));
  entry.meter.provenance = Provenance::simulated;
  CHECK_FALSE(notes(table_of({entry}), "gain"));
}

TEST_CASE("a measured table has seven columns of 120 characters by default", "[report][table]") {
  Entry a = golden::fp32();
  Entry b = golden::fp32();
  b.plan.name = "resnet50-int8";
  b.footprint = footprint_of({{"weights", "w", 102_MB}}, exact(102_MB));
  b.heap.peak = exact(1234_kB);
  b.wall_time = known(SecondsPerItem(12.34e-3), SecondsPerItem(0.0123e-3));
  b.energy = known(JoulesPerItem(813e-3), JoulesPerItem(0.9e-3));
  b.scores[0].value = known(1.2, 0.02);
  b.scores[0].interval = {1.164, 1.238, 0.95, IntervalMethod::log_delta};
  const Table found = table({a, b});
  CHECK(heads(found) == Cells{"model", "accuracy (%)", "time/item (ms)", "energy/item (mJ)",
                              "stored (MB)", "peak (MB)", "quality/J"});
  INFO(markdown(found));
  CHECK(width(found) <= 120);
  CHECK(notes(found,
              "columns that are not shown: cpu_time, active_energy, compressed, resident, "
              "inflation.\n"));
  a.heap.peak = b.heap.peak = {};
  CHECK(heads(table({a, b}))[5] == "resident (MB)");
}

TEST_CASE("a table of modelled joules has CPU time, by which its models are compared",
          "[report][table]") {
  const Entry a = modelled("mobilenet-fp32", 12345.0);
  Entry b = modelled("int8", 0.9);
  b.footprint = footprint_of({{"weights", "w", 1234567_B}}, {});
  b.wall_time = known(SecondsPerItem(12.345e-6), SecondsPerItem(0.0123e-6));
  b.cpu_time = known(SecondsPerItem(12.345e-6), SecondsPerItem(0.0123e-6));
  const Table found = table({a, b});
  CHECK(heads(found) == Cells{"model", "accuracy (%)", "time/item (µs)", "CPU time/item (µs)",
                              "energy/item (µJ), modelled", "stored (MB)"});
  CHECK(width(found) <= 120);
  CHECK_FALSE(notes(found, "quality is skill"));  // no column is of quality
}

TEST_CASE("further metrics take the room that is left", "[report][table]") {
  Entry entry = golden::fp32();
  for (const char* const metric : {"auroc", "ece"}) {
    entry.quality.push_back(entry.quality[0]);
    entry.quality.back().metric = metric;
  }
  CHECK(column(table({entry}), "auroc").empty());
  CHECK(notes(table({entry}), "active_energy, compressed"));
  CHECK(notes(table({entry}), "not shown: auroc, ece, cpu_time"));
  entry.heap = {};
  entry.footprint = {};
  CHECK(heads(table({entry})) == Cells{"model", "accuracy (%)", "auroc (%)", "ece (%)",
                                       "time/item (µs)", "energy/item (mJ)", "quality/J"});
}

TEST_CASE("columns are those that are named, in their order", "[report][table]") {
  const Table found = table({golden::fp32(), golden::int8()},
                            {.columns = {"inflation", "accuracy", "active_energy", "cpu_time"}});
  CHECK(heads(found) == Cells{"model", "inflation", "accuracy (%)", "active energy/item (mJ)",
                              "CPU time/item (µs)"});
  CHECK_FALSE(notes(found, "not shown"));
  CHECK(column(table({golden::int8()}, {.columns = {"resident"}}), "resident") ==
        Cells{"resident (B)", "n/a"});
  CHECK(heads(table({golden::fp32()}, {.columns = {"default", "inflation"}})).back() ==
        "inflation");
  CHECK(heads(table({golden::fp32()}, {.columns = {"energy", "time", "energy"}})) ==
        Cells{"model", "energy/item (mJ)", "time/item (µs)"});
}

TEST_CASE("a column that does not exist is an error with the names of all", "[report][table]") {
  const std::string words =
      complaint([] { (void)table({golden::fp32()}, {.columns = {"joules"}}); });
  CHECK(words.find("'joules'") != std::string::npos);
  CHECK(words.find("accuracy, time, cpu_time, energy") != std::string::npos);
}

TEST_CASE("a column that is the same in every row is a note, but a metric and energy",
          "[report][table]") {
  Entry a = golden::fp32();
  Entry b = golden::fp32();
  b.wall_time = known(SecondsPerItem(100e-6), SecondsPerItem(1e-6));
  const Table found = table({a, b});
  CHECK(heads(found) == Cells{"model", "accuracy (%)", "time/item (µs)", "energy/item (mJ)"});
  CHECK(notes(found, "stored (kB): 400 in every row.\n"));
  CHECK(notes(found, "quality/J: 38 [-31, 70] in every row.\n"));
  CHECK(heads(table({a})).size() == 7);  // a single row says nothing about others
  CHECK(column(table({a, b}, {.columns = {"stored"}}), "stored") ==
        Cells{"stored (kB)", "400", "400"});
}

TEST_CASE("what changed while it was measured is marked in its cells", "[report][table]") {
  Entry entry = golden::fp32();
  entry.samples.outcome = Outcome::unstable;
  const Table found = table_of({golden::fp32(), entry});
  CHECK(notes(found, "! fp32: time or energy changed while it was measured"));
  CHECK(column(found, "time") == Cells{"time/item (µs)", "200.0 ± 2.0", "200.0 ± 2.0 !"});
  CHECK(column(found, "CPU")[2] == "200.0 ± 2.0 !");
  CHECK(column(found, "energy")[2] == "13.00 ± 0.20 !");
  CHECK(column(found, "quality/J")[2] == "38 [-31, 70] !");
  CHECK(column(found, "accuracy")[2] == "75 [30, 95]");
  CHECK(notes(found, "stored (kB): 400 in every row.\n"));
}

TEST_CASE("a time with other programs' turns in it is marked, and CPU time is not",
          "[report][table]") {
  Entry entry = golden::fp32();
  entry.samples.slices = {10, 10};
  const Table found = table_of({golden::fp32(), entry});
  CHECK(notes(found, "! fp32: 10 of 10 pieces of the windows were interrupted"));
  CHECK(column(found, "time")[2] == "200.0 ± 2.0 !");
  CHECK(notes(found, "CPU time/item (µs): 200.0 ± 2.0 in every row.\n"));
}

TEST_CASE("a score of a model without skill is 0", "[report][table]") {
  Entry entry = golden::fp32();
  entry.scores[0].value = known(0.0, 14000.0);
  entry.scores[0].interval = {-27000.0, 27000.0, 0.95, IntervalMethod::log_delta};
  CHECK(column(table({entry}), "quality/") == Cells{"quality/J", "0"});
  entry.scores[0].value = known(0.1, 14000.0);  // less than can be told from 0 is not 0
  CHECK(column(table({entry}), "quality/") == Cells{"quality/kJ", "0 [-27000000, 27000000]"});
}
