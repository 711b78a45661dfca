// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/record/run_record.hpp"

#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "catch.hpp"
#include "golden/golden_entries.hpp"
#include "keep_record.hpp"
#include "scratch.hpp"

using namespace perjoule;
using Json = nlohmann::json;

namespace {

bool has(std::string_view text, std::string_view words) {
  return text.find(words) != std::string_view::npos;
}

/// Returns the record of some entries as another parser reads it.
/// @param name  below made_up/ for entries whose numbers do not follow from each other
Json record_of(const std::string& name, std::initializer_list<EntryRef> entries) {
  const std::string text = to_json(entries);
  keep_record("run_record/" + name, text);
  return Json::parse(text);
}

}  // namespace

TEST_CASE("a record says where, when and how it was made", "[record]") {
  const Json record = record_of("where", {golden::fp32()});
  CHECK(record.at("schema") == "perjoule.run/1");
  const Json& run = record.at("run");
  CHECK(run.at("id") == "fedcba9876543210");
  CHECK(run.at("started_utc") == "2026-01-31T12:00:00Z");
  CHECK(run.at("git_commit") == "0123456789012345678901234567890123456789");
  CHECK(run.at("git_dirty").is_null());
  CHECK(run.at("command") == "bench --seed=1");
  CHECK(run.at("build") ==
        Json({{"compiler", "g++ 12.2.0"}, {"optimized", true}, {"fast_math", false}}));
  const Json& machine = record.at("machine");
  CHECK(machine.at("key") == "0123456789abcdef");
  CHECK(machine.at("host_processor_model_name") == "Example CPU 9000");
  CHECK(machine.at("host_processor_core_count") == 8);
  CHECK(machine.at("host_memory_capacity_b") == 17179869184.0);
  CHECK(machine.at("operating_system") == "Linux 6.1.0 x86_64");
  CHECK(machine.at("cpu_frequency_governor") == "performance");
}

TEST_CASE("a record describes the meter with its zones and the absent one", "[record]") {
  const Json record = record_of("meters", {golden::fp32(), golden::int8()});
  REQUIRE(record.at("meters").size() == 2);
  const Json& rapl = record.at("meters")[0];
  CHECK(rapl.at("source") == "rapl-powercap");
  CHECK(rapl.at("root") == "/sys/class/powercap");
  CHECK(rapl.at("scope") == "package");
  CHECK(rapl.at("provenance") == "measured");
  CHECK(rapl.at("update_period_s") == 0.001);
  REQUIRE(rapl.at("zones").size() == 1);
  const Json& zone = rapl.at("zones")[0];
  CHECK(zone.at("name") == "package-0");
  CHECK(zone.at("id") == "intel-rapl:0");
  CHECK(zone.at("modulus_counts") == 262143328911);
  CHECK(zone.at("count_j").get<double>() == Approx(1e-6));
  CHECK(zone.at("resolution_j").get<double>() == Approx(61e-6));
  CHECK(rapl.at("absent").empty());
  const Json& model = record.at("meters")[1];
  CHECK(model.at("root").is_null());
  CHECK(model.at("zones").empty());
  CHECK(model.at("absent")[0] == Json({{"source", "rapl-powercap"},
                                       {"state", "absent"},
                                       {"reason", "no powercap folder"},
                                       {"fix", "run on bare metal"}}));
  CHECK(record.at("entries")[0].at("meter") == 0);
  CHECK(record.at("entries")[1].at("meter") == 1);
}

TEST_CASE("equal meters stand in a record once", "[record]") {
  const Entry a = golden::fp32();
  const Entry b = golden::int8();
  const Json record = record_of("equal_meters", {b, a, a});
  REQUIRE(record.at("meters").size() == 2);
  CHECK(record.at("meters")[0].at("source") == "cpu-time-model");
  CHECK(record.at("meters")[1].at("source") == "rapl-powercap");
  std::vector<int> meter_of;
  for (const Json& entry : record.at("entries")) meter_of.push_back(entry.at("meter"));
  CHECK(meter_of == std::vector<int>{0, 1, 1});
}

TEST_CASE("meters of one kind in two places are two", "[record]") {
  const Entry a = golden::fp32();
  Entry b = golden::fp32();
  b.meter.root = "/host/powercap";
  Entry c = golden::fp32();
  c.meter.update_period = golden::rapl().update_period * 2.0;
  CHECK(record_of("roots", {a, b}).at("meters").size() == 2);
  CHECK(record_of("periods", {a, c}).at("meters").size() == 2);
}

TEST_CASE("a known estimate stands with all parts of its uncertainty", "[record]") {
  const Json record = record_of("known", {golden::fp32()});
  const Json& energy = record.at("entries")[0].at("energy").at("total_j_per_item");
  CHECK(energy.at("provenance") == "measured");
  CHECK(energy.at("value") == 0.013);
  CHECK(energy.at("random").get<double>() == Approx(0.1e-3));
  CHECK(energy.at("dof") == 1e6);
  CHECK(energy.at("common") == 0.0);
  // 13 mJ ± 1.95997 x 0.1 mJ
  CHECK(energy.at("interval").at("low").get<double>() == Approx(0.0128040034));
  CHECK(energy.at("interval").at("high").get<double>() == Approx(0.0131959966));
  CHECK(energy.at("interval").at("level") == 0.95);
  CHECK(energy.at("interval").at("method") == "student-t");
}

TEST_CASE("a modelled estimate has the interval of its factor", "[record]") {
  const Json record = record_of("modelled", {golden::int8()});
  const Json& energy = record.at("entries")[0].at("energy").at("total_j_per_item");
  CHECK(energy.at("provenance") == "modelled");
  CHECK(energy.at("interval").at("low").get<double>() == Approx(0.002 / 3.0).epsilon(1e-4));
  CHECK(energy.at("interval").at("high").get<double>() == Approx(0.006).epsilon(1e-4));
  CHECK(energy.at("interval").at("method") == "lognormal");
}

TEST_CASE("a missing estimate is null with a reason, and never 0", "[record]") {
  const Json record = record_of("missing", {golden::int8()});
  const Json& entry = record.at("entries")[0];
  const auto check = [](const Json& estimate, const std::string& reason) {
    CHECK(estimate.at("provenance") == "missing");
    CHECK(estimate.at("value").is_null());
    CHECK(estimate.at("reason") == reason);
    CHECK(estimate.size() == 3);
  };
  check(entry.at("energy").at("active_j_per_item"), "the model's idle power is no measurement");
  check(entry.at("energy").at("idle_w"), "the model's idle power is no measurement");
  check(entry.at("memory").at("resident_b"), "no buffers of weights were named");
  check(entry.at("memory").at("inflation"),
        "the bytes of the weights on disk or in memory are missing");
  check(entry.at("memory").at("peak_b"), "no pass was run to count it");
  CHECK(entry.at("memory").at("heap").at("kept_b_per_pass").is_null());
}

TEST_CASE("a record lists the files of a model, and what they add up to", "[record]") {
  Entry entry = golden::fp32();
  entry.footprint = footprint_of(
      {{"weights", "mlp.bin", 1000_B}, {"tokenizer", "vocab.txt", 200_B, std::string(64, '0')}},
      exact(4000_B));
  entry.footprint.compressed = exact(900_B);
  const Json record = record_of("files", {entry});
  const Json& memory = record.at("entries")[0].at("memory");
  CHECK(memory.at("files") ==
        Json({{{"role", "weights"}, {"name", "mlp.bin"}, {"bytes_b", 1000}, {"sha256", nullptr}},
              {{"role", "tokenizer"},
               {"name", "vocab.txt"},
               {"bytes_b", 200},
               {"sha256", std::string(64, '0')}}}));
  CHECK(memory.at("stored_b").at("value") == 1200.0);
  CHECK(memory.at("weights_b").at("value") == 1000.0);
  CHECK(memory.at("compressed_b").at("value") == 900.0);
  CHECK(memory.at("resident_b").at("value") == 4000.0);
  CHECK(memory.at("inflation").at("value") == 4.0);
  CHECK(record.at("entries")[0].at("model").at("non_zero_parameters") == 90000);
}

TEST_CASE("of a model without files each is missing with its reason", "[record]") {
  Entry unweighed = golden::bare_entry("mlp");
  unweighed.meter = golden::rapl();
  const Json record = record_of("no_files", {unweighed});
  const Json& entry = record.at("entries")[0];
  CHECK(entry.at("memory").at("files") == Json::array());
  CHECK(entry.at("memory").at("stored_b").at("reason") == "no file of the model was named");
  CHECK(entry.at("memory").at("weights_b").at("reason") == "no file of weights was named");
  CHECK(entry.at("memory").at("compressed_b").at("reason") ==
        "how small the files are when compressed was not given");
  CHECK(entry.at("model").at("non_zero_parameters").is_null());
}

TEST_CASE("an entry without any number is a record all the same, with reasons", "[record]") {
  Entry entry = golden::bare_entry("");
  entry.meter = golden::rapl();
  entry.samples.add({Items(1.0), 1_s, 1_s, {{}, "a reading of the meter failed"}});
  const Json record = record_of("nothing_known", {entry});
  const Json& found = record.at("entries")[0];
  CHECK(found.at("model").at("name") == "unnamed model");
  CHECK(found.at("energy").at("total_j_per_item").at("reason") == "a reading of the meter failed");
  CHECK(found.at("samples").at("outcome") == "no_energy");
  CHECK(found.at("validity").at("ok") == false);
}

TEST_CASE("an entry made by hand without a build can be written", "[record]") {
  Entry entry = golden::fp32();
  entry.build = Build{};
  const Json record = record_of("no_build", {entry});
  CHECK(record.at("run").at("build") ==
        Json({{"compiler", nullptr}, {"optimized", nullptr}, {"fast_math", nullptr}}));
}

TEST_CASE("an entry stands with its model, task and plan", "[record]") {
  const Json record = record_of("plan", {golden::fp32(), golden::int8()});
  const Json& entry = record.at("entries")[0];
  CHECK(entry.at("model") == Json({{"name", "fp32"},
                                   {"format", "fp32"},
                                   {"parameters", 100000},
                                   {"non_zero_parameters", 90000},
                                   {"weights_file", "mlp.fp32.bin"}}));
  CHECK(entry.at("task") == Json({{"dataset", "digits"},
                                  {"n", 4},
                                  {"test_set_hash", nullptr},
                                  {"batch", 1},
                                  {"callers", 1},
                                  {"caches", "warm"},
                                  {"prepared", false}}));
  CHECK(entry.at("plan").at("relative_halfwidth") == 0.01);
  CHECK(entry.at("plan").at("budget_s") == 5.0);
  CHECK(entry.at("plan").at("seed") == 1);
  const Json& other = record.at("entries")[1];
  CHECK(other.at("model").at("format").is_null());
  CHECK(other.at("model").at("parameters").is_null());
  CHECK(other.at("task").at("dataset").is_null());
}

TEST_CASE("quality stands with what it is above and with each item", "[record]") {
  const Json record = record_of("quality", {golden::fp32()});
  const Json& quality = record.at("entries")[0].at("quality")[0];
  CHECK(quality.at("metric") == "accuracy");
  CHECK(quality.at("higher_is_better") == true);
  CHECK(quality.at("n") == 4);
  CHECK(quality.at("trivial") == 0.5);
  CHECK(quality.at("value").at("value") == 0.75);
  CHECK(quality.at("value").at("interval").at("method") == "wilson");
  CHECK(quality.at("skill").at("value") == 0.5);
  CHECK(quality.at("per_item") == Json({1, 1, 1, 0}));
}

TEST_CASE("a score whose denominator cannot be told from zero has no bounds", "[record]") {
  Entry entry = golden::fp32();
  entry.scores.push_back({"quality_per_active_joule", "accuracy", "item/J",
                          golden::known(100.0, 90.0), Interval<double>{}});
  const Json record = record_of("made_up/unbounded", {entry});
  const Json& score = record.at("entries")[0].at("scores")[1];
  CHECK(score.at("name") == "quality_per_active_joule");
  CHECK(score.at("unit") == "item/J");
  CHECK(score.at("value").at("value") == 100.0);
  CHECK(score.at("value").at("interval").at("low").is_null());
  CHECK(score.at("value").at("interval").at("high").is_null());
  CHECK(score.at("value").at("interval").at("method") == "missing");
}

TEST_CASE("every window stands in a record, and a missing energy as null", "[record]") {
  Entry entry = golden::fp32();
  entry.samples.add({Items(500.0),
                     Seconds(0.1),
                     Seconds(0.2),
                     {{}, "the counter did not move"},
                     {},
                     Seconds(0.08),
                     Items(400.0)});
  entry.samples.slices.all = 100;
  entry.samples.slices.interrupted = 20;
  const Json record = record_of("made_up/windows", {entry});
  const Json& samples = record.at("entries")[0].at("samples");
  CHECK(samples.at("outcome") == "few_windows");
  CHECK(samples.at("windows") == 3);
  CHECK(samples.at("dropped") == 1);
  CHECK(samples.at("why_dropped") == "the counter did not move");
  CHECK(samples.at("items") == Json({500, 500, 500}));
  CHECK(samples.at("wall_s") == Json({0.1000785, 0.0999215, 0.1}));
  CHECK(samples.at("cpu_s") == Json({0.1000785, 0.0999215, 0.2}));
  CHECK(samples.at("energy_j") == Json({6.5, 6.5, nullptr}));
  const double known = 0.05 * std::sqrt(2.0);
  CHECK(samples.at("energy_random_j") == Json({known, known, nullptr}));
  CHECK(samples.at("energy_common_j") == Json({0.0, 0.0, nullptr}));
  CHECK(samples.at("others_cpu_share") == nullptr);
  CHECK(samples.at("others_cpu_s") == Json({nullptr, nullptr, nullptr}));
  CHECK(samples.at("pieces") == 100);
  CHECK(samples.at("interrupted_pieces") == 20);
  CHECK(samples.at("clean_s") == Json({nullptr, nullptr, 0.08}));
  CHECK(samples.at("clean_items") == Json({0, 0, 400}));
}

TEST_CASE("validity names every caveat, and is ok without one", "[record]") {
  Entry entry = golden::fp32();
  entry.samples.outcome = Outcome::converged;
  const Json good = record_of("valid", {entry});
  CHECK(good.at("entries")[0].at("validity") ==
        Json({{"ok", true}, {"flags", Json::array()}, {"reasons", Json::array()}}));

  entry.samples.outcome = Outcome::few_windows;
  entry.build.optimized = false;
  entry.meter.root = "/host/powercap";
  entry.meter.has_foreign_root = true;
  entry.samples.others_cpu_share = 0.034;
  entry.samples.edge_uncertainty = 0.02;
  entry.plan.relative_halfwidth = 0.01;
  entry.concurrent = true;
  entry.samples.add({Items(500.0), Seconds(0.1), Seconds(0.1), {{}, "the counter did not move"}});
  const Json bad = record_of("made_up/invalid", {entry});
  CHECK(bad.at("entries")[0].at("validity") ==
        Json({{"ok", false},
              {"flags",
               {"few_windows", "dropped_windows", "shared", "target_out_of_reach", "foreign_root",
                "concurrent", "unoptimized"}},
              {"reasons",
               {"fewer than 12 windows: measure for longer",
                "1 of 3 windows have no energy: the counter did not move",
                "shared: other programs used 3.4 % of the CPU time, and the interval of energy is "
                "wider by as much; stop them",
                "the meter's ticks alone leave +-3.9 % of a window's energy unknown, more than the "
                "target: raise .budget, so that windows can be longer",
                "the meter was read below /host/powercap",
                "measured while this session measured in other threads: each has the joules of all",
                "compiled without optimisation: add -O2"}}}));
}

TEST_CASE(
    "two per cent of others' CPU time is not shared yet, and a model of this process never is",
    "[record]") {
  Entry entry = golden::fp32();
  CHECK_FALSE(is_machine_shared(entry));  // not known
  entry.samples.others_cpu_share = 0.02;
  CHECK_FALSE(is_machine_shared(entry));
  entry.samples.others_cpu_share = 0.021;
  CHECK(is_machine_shared(entry));
  entry.meter.scope = Scope::process;
  CHECK_FALSE(is_machine_shared(entry));
}

TEST_CASE("a window without a reading is among those that a caveat counts", "[record]") {
  Entry entry = golden::fp32();  // two windows
  entry.samples.add({Items(1.0), 1_s, 1_s, {{}, "a reading of the meter failed"}});
  const Caveats found = caveats(entry);
  REQUIRE(found.size() == 2);
  CHECK(found[1].reason == "1 of 3 windows have no energy: a reading of the meter failed");
}

TEST_CASE("a name in a record may hold what JSON must escape", "[record]") {
  Entry entry = golden::fp32();
  entry.plan.name = "mlp \"v2\"\n\xFF";
  const Json record = record_of("escaped", {entry});
  CHECK(record.at("entries")[0].at("model").at("name") == "mlp \"v2\"\n\xEF\xBF\xBD");
}

TEST_CASE("a record has every metric, file and character", "[record]") {
  const std::string name(300, 'n');
  Entry entry = golden::bare_entry(name + "a");
  entry.meter = golden::rapl();
  ModelFiles files;
  for (int i = 0; i < 40; ++i) {
    golden::add_accuracy(entry, 0.75, {1.0, 1.0, 1.0, 0.0});
    entry.quality.back().metric = name + std::to_string(i);
    entry.per_item.back() = i;  // of the last item
    if (i % 2 == 0) files.push_back({"weights", name + std::to_string(i), Bytes(i)});
  }
  entry.footprint = footprint_of(files, {});
  entry.meter.note = std::string(5000, 'm');
  const Json record = record_of("made_up/long", {entry});
  const Json& found = record.at("entries")[0];
  CHECK(found.at("model").at("name") == name + "a");
  CHECK(record.at("meters")[0].at("note") == entry.meter.note);
  REQUIRE(found.at("quality").size() == 40);
  CHECK(found.at("quality")[39].at("metric") == name + "39");
  CHECK(found.at("quality")[39].at("per_item") == Json({1, 1, 1, 39}));
  REQUIRE(found.at("memory").at("files").size() == 20);
  CHECK(found.at("memory").at("files")[19].at("name") == name + "38");
}

TEST_CASE("meters whose notes differ in their 300th character are two", "[record]") {
  Entry a = golden::fp32();
  Entry b = golden::fp32();
  a.meter.note = std::string(299, 'm') + 'a';
  b.meter.note = std::string(299, 'm') + 'b';
  CHECK(record_of("notes", {a, b}).at("meters").size() == 2);
}

TEST_CASE("entries of several runs have each its own", "[record]") {
  const Entry a = golden::fp32();
  Entry b = golden::fp32();
  b.environment.run.id = "another";
  b.environment.machine.governor = "powersave";
  const Json record = record_of("runs", {a, b, a});
  REQUIRE(record.at("other_runs").size() == 1);
  CHECK(record.at("other_runs")[0].at("run").at("id") == "another");
  CHECK(record.at("other_runs")[0].at("machine").at("cpu_frequency_governor") == "powersave");
  CHECK_FALSE(record.at("entries")[0].contains("run"));
  CHECK(record.at("entries")[1].at("run") == 1);
  CHECK_FALSE(record.at("entries")[2].contains("run"));
}

TEST_CASE("a record without entries is an error", "[record]") {
  CHECK_THROWS_AS(to_json({}), Error);
  const scratch::Folder folder;
  CHECK_THROWS_AS(write_json(folder / "run.json", std::vector<Entry>{}), Error);
  CHECK(folder.entries() == 0);
}

TEST_CASE("two machines in one record are an error that names the second model", "[record]") {
  const Entry a = golden::fp32();
  Entry b = golden::int8();
  b.environment.machine.key = "another";
  try {
    (void)to_json({a, b});
    FAIL("nothing was thrown");
  } catch (const Error& error) {
    CHECK(has(error.what(), "two machines"));
    CHECK(has(error.what(), "int8"));
  }
}

TEST_CASE("a record is written whole, into folders that are made", "[record]") {
  const scratch::Folder folder;
  const std::string path = folder / "out/today/run.json";
  const Entry a = golden::fp32();
  const std::string expected = to_json({a});
  write_json(path, a);
  CHECK(scratch::content_of(path) == expected);
  write_json(path, {a, a});
  CHECK(scratch::content_of(path) == to_json({a, a}));
  write_json(path, std::vector<Entry>{a});
  CHECK(scratch::content_of(path) == expected);
  CHECK(folder.entries() == 3);  // out, today, run.json: no draft is left behind
}

TEST_CASE("a record that cannot be written leaves the older one as it was", "[record]") {
  const scratch::Folder folder;
  scratch::put_file(folder / "file", "older");
  const Entry a = golden::fp32();
  CHECK_THROWS_AS(write_json(folder / "file/run.json", a), Error);
  CHECK(scratch::content_of(folder / "file") == "older");
  CHECK(folder.entries() == 1);
}
