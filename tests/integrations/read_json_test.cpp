// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/integrations/read_json.hpp"

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "catch.hpp"
#include "complaint.hpp"
#include "golden/golden_entries.hpp"
#include "perjoule/measure/entry_candidate_set.hpp"
#include "perjoule/record/run_record.hpp"
#include "perjoule/regress/no_worse.hpp"
#include "perjoule/report/markdown.hpp"
#include "scratch.hpp"

using namespace perjoule;
using Json = nlohmann::ordered_json;

namespace {

std::string golden_record() { return to_json({golden::fp32(), golden::int8()}); }

/// Returns the message about a record in which the value at a JSON pointer is replaced.
std::string complaint_about(const std::string& pointer, const Json& value) {
  Json record = Json::parse(golden_record());
  record.at(Json::json_pointer(pointer)) = value;
  return complaint([&] { (void)parse_json(record.dump(), "a.json"); });
}

std::string complaint_without(const std::string& object, const std::string& key) {
  Json record = Json::parse(golden_record());
  record.at(Json::json_pointer(object)).erase(key);
  return complaint([&] { (void)parse_json(record.dump(), "a.json"); });
}

}  // namespace

TEST_CASE("entries of several runs are read with the run of each", "[read]") {
  const Entry a = golden::fp32();
  Entry b = golden::fp32();
  b.environment.run.id = "another";
  b.environment.machine.governor = "powersave";
  b.build.optimized = false;
  const std::string record = to_json({a, b, a});
  const std::vector<Entry> read = parse_json(record);
  REQUIRE(read.size() == 3);
  CHECK(read[1].environment.run.id == "another");
  CHECK(read[1].environment.machine.governor == "powersave");
  CHECK_FALSE(read[1].build.optimized);
  CHECK(read[2].environment.run.id == a.environment.run.id);
  CHECK(to_json(read) == record);
  Json of_no_run = Json::parse(record);
  of_no_run.at("entries")[1].at("run") = 2;
  CHECK(complaint([&] {
          (void)parse_json(of_no_run.dump(), "a.json");
        }).find("/entries/1/run: there is no such run") != std::string::npos);
}

TEST_CASE("a record gives back the entries that it was written from", "[read]") {
  const scratch::Folder folder;
  const std::string path = folder / "two.json";
  write_json(path, {golden::fp32(), golden::int8()});
  const std::vector<Entry> entries = read_json(path);
  REQUIRE(entries.size() == 2);
  const Entry& fp32 = entries[0];
  CHECK(fp32.plan.name == "fp32");
  CHECK(fp32.plan.weights == "mlp.fp32.bin");
  CHECK(fp32.inputs == 4);
  CHECK(fp32.environment.machine.memory == 16384_MiB);
  CHECK(fp32.environment.run.commit == "0123456789012345678901234567890123456789");
  CHECK(fp32.build.compiler == "g++ 12.2.0");
  CHECK(fp32.meter.source == "rapl-powercap");
  CHECK(fp32.meter.scope == Scope::package);
  REQUIRE(fp32.meter.zones.size() == 1);
  CHECK(fp32.meter.zones[0].modulus == 262143328911);
  CHECK(fp32.energy.value.si() == 0.013);
  CHECK(fp32.energy.random.si() == Approx(0.1e-3));
  CHECK(fp32.energy.provenance == Provenance::measured);
  CHECK(fp32.samples.idle.value == 20_W);
  CHECK(fp32.samples.at(1, Samples::energy) == 6.5);
  REQUIRE(fp32.quality.size() == 1);
  CHECK(fp32.quality[0].value_interval.method == IntervalMethod::wilson);
  CHECK(per_item_of(fp32, 0).size() == 4);
  CHECK(fp32.scores[0].interval.high == golden::fp32().scores[0].interval.high);
  const Entry& int8 = entries[1];
  CHECK(int8.meter.source == "cpu-time-model");
  CHECK(int8.absent_meters[0].fix == "run on bare metal");
  CHECK_FALSE(int8.active_energy.is_known());
  CHECK(int8.samples.why_no_idle == "the model's idle power is no measurement");
  CHECK(int8.samples.dropped == 1);
  CHECK_FALSE(is_finite(int8.samples.at(2, Samples::energy)));
  CHECK(to_json(entries) == golden_record());
}

TEST_CASE("an entry that was read is a baseline, a candidate and a row", "[read]") {
  const Tolerance tolerance{.cost = 0.03, .accepted = {.few_windows = true}};
  const Entry now = golden::fp32();
  const std::vector<Entry> then = parse_json(golden_record());
  CHECK(no_worse(now, then[0], tolerance).text == no_worse(now, now, tolerance).text);
  const EntryCandidateSet of_both({now, then[0]});
  CHECK(of_both.candidate_set().candidates().size() == 2);
  CHECK(markdown(then) == markdown({golden::fp32(), golden::int8()}));
}

TEST_CASE("a caveat of the session is a caveat of the record that was read", "[read]") {
  Entry entry = golden::fp32();
  entry.concurrent = true;
  entry.meter.has_foreign_root = true;
  entry.build.optimized = false;
  const std::string record = to_json(entry);
  const std::vector<Entry> read = parse_json(record);
  CHECK(read[0].concurrent);
  CHECK(read[0].meter.has_foreign_root);
  CHECK(read[0].recorded_caveats.empty());
  CHECK(to_json(read) == record);
}

TEST_CASE("what was seen of a model's answers is read, also from a record that lacks it",
          "[read]") {
  Entry entry = golden::fp32();
  entry.answers = {
      OutputCheck::differ, "0123456789abcdef", 8, 7, "", RepeatCheck::shorter, 0.02, ""};
  const std::string record = to_json(entry);
  const std::vector<Entry> read = parse_json(record);
  const AnswerCheck& answers = read[0].answers;
  CHECK(answers.outputs == OutputCheck::differ);
  CHECK(answers.digest == "0123456789abcdef");
  CHECK(answers.checked == 8);
  CHECK(answers.different == 7);
  CHECK(answers.repeats == RepeatCheck::shorter);
  CHECK(answers.repeat_ratio == 0.02);
  CHECK(read[0].recorded_caveats.empty());
  CHECK(to_json(read) == record);

  Json older = Json::parse(record);
  older.at("entries")[0].erase("answers");
  const Entry without = parse_json(older.dump())[0];
  CHECK(without.answers.outputs == OutputCheck::not_comparable);
  CHECK(without.answers.repeats == RepeatCheck::not_comparable);
  CHECK(without.ignored_keys.empty());
}

TEST_CASE("what is wrong with a record is told with its place", "[read]") {
  CHECK(complaint_about("/entries/0/energy/total_j_per_item/value", "13 mJ") ==
        "perjoule: cannot read a run record: a.json, /entries/0/energy/total_j_per_item/value: it "
        "is string, and has to be a number; name a file that write_json() or 'perjoule run "
        "--record' wrote, as it was written");
  const auto says = [](const std::string& message, std::string_view words) {
    INFO(message);
    CHECK(message.find(words) != message.npos);
  };
  says(complaint_without("/entries/1/time", "wall_s_per_item"),
       "a.json, /entries/1/time/wall_s_per_item: it is missing");
  says(complaint_about("/entries/0/samples/energy_j/1", "much"),
       "/samples/energy_j/1: it is string");
  says(complaint_about("/entries/0/samples/cpu_s", Json::array({0.1})), "1 numbers for 2 windows");
  says(complaint_about("/entries/0/samples/windows", 1000000000000), "items: it has 2 numbers for");
  says(complaint_about("/entries/0/energy/total_j_per_item/random", -1), "random: it is below 0");
  says(complaint_about("/meters/0/scope", std::string(3000, 's')),
       "/meters/0/scope: this version knows");
  says(complaint_about("/entries/0/energy/total_j_per_item/dof", 0), "dof: it is 0");
  says(complaint_about("/entries/0/energy/total_j_per_item/dof", -1), "dof: it is below 0");
  says(complaint_about("/entries/0/quality/0/value/interval/low", 1), "its low end is not below");
  says(complaint_about("/entries/0/quality/0/per_item", Json::array({1, 0, 1})),
       "3 numbers are not as many for each of 4 inputs");
  says(complaint_about("/entries/0/task/batch", 0), "/task/batch: it cannot be 0");
  says(complaint_about("/entries/1/meter", 2), "/entries/1/meter: there is no such meter");
  says(complaint_about("/entries/0/energy/total_j_per_item/provenance", "guessed"),
       "this version knows no 'guessed'");
  says(complaint_about("/entries/0/energy/total_j_per_item/provenance", "missing"),
       "its provenance is missing, so it can only be null");
  says(complaint_about("/entries", Json::array()), "/entries: there is none");
  says(complaint_about("/entries/1", 7), "/entries/1: it is number, and has to be an object");
  const auto complaint_of = [](const std::string& text) {
    return complaint([&] { (void)parse_json(text, "a.json"); });
  };
  const std::string record = golden_record();
  says(complaint_of(record.substr(0, record.size() / 2)), "a.json: parse error at line");
  std::string with_nan = record;
  const auto place = static_cast<std::ptrdiff_t>(record.find("0.013"));
  with_nan.replace(static_cast<std::size_t>(place), 5, "NaN");
  const auto line = 1 + std::count(with_nan.begin(), with_nan.begin() + place, '\n');
  says(complaint_of(with_nan), "a.json: parse error at line " + std::to_string(line) + ", column");
  std::string twice = record;
  twice.insert(twice.find("\"prepared\""), "\"n\": 5, ");
  says(complaint_of(twice), "/entries: a key stands twice in one object");
  says(complaint_of("{\"schema\": \"codecarbon\"}"),
       "this is a 'codecarbon', and not a run record");
  says(complaint_of("[]"), "it is not a run record");
}

TEST_CASE("another major version is refused by name, whatever is in it", "[read]") {
  Json record = Json::parse(golden_record());
  record["schema"] = "perjoule.run/2";
  record["entries"][0].erase("time");
  const std::string message = complaint([&] { (void)parse_json(record.dump(), "a.json"); });
  INFO(message);
  CHECK(message.find("reads perjoule.run/1, and not perjoule.run/2") != message.npos);
  // Keys may come in any order.
  const nlohmann::json sorted = nlohmann::json::parse(record.dump());
  CHECK(complaint([&] { (void)parse_json(sorted.dump(), "a.json"); }) == message);
}

TEST_CASE("a record with sorted keys is read", "[read]") {
  const std::string sorted = nlohmann::json::parse(golden_record()).dump();
  CHECK(to_json(parse_json(sorted)) == golden_record());
}

TEST_CASE("an older minor version is read", "[read]") {
  Json record = Json::parse(golden_record());
  for (Json& entry : record["entries"]) {
    entry["energy"].erase("gain");
    entry["samples"].erase("idle_common_w");
    entry["samples"].erase("edge_share");
  }
  CHECK(to_json(parse_json(record.dump())) == golden_record());
}

TEST_CASE("what a later minor version added is named", "[read]") {
  Json record = Json::parse(golden_record());
  record["machine"]["cooling"] = "water";
  Json& entry = record["entries"][0];
  entry["model"]["layers/heads"] = 12;
  entry["quality"][0]["value"]["interval"]["method"] = "of-tomorrow";
  entry["validity"]["flags"].push_back("throttled");
  entry["validity"]["reasons"].push_back("the CPU was hot");
  const Entry read = parse_json(record.dump())[0];
  CHECK(read.ignored_keys == std::vector<std::string>{"/entries/0/model/layers~1heads",
                                                      "/entries/0/quality/0/value/interval/method",
                                                      "/machine/cooling"});
  CHECK(read.quality[0].value_interval.method == IntervalMethod::other);
  CHECK(read.quality[0].value_interval.high == Approx(0.954412818));
  const Caveats found = caveats(read);
  REQUIRE(!found.empty());
  CHECK(found.back().flag == CaveatFlag::other);
  CHECK(found.back().reason == "the CPU was hot");
}

TEST_CASE("a file that cannot be read is named with the reason", "[read]") {
  const scratch::Folder folder;
  const std::string nowhere = folder / "nowhere.json";
  CHECK(complaint([&] { (void)read_json(nowhere); }) ==
        "perjoule: cannot read a run record: " + nowhere +
            ": no such file or directory; name a file that write_json() or 'perjoule run --record' "
            "wrote");
  const std::string message = complaint([&] { (void)read_json(folder.path()); });
  CHECK(message.find("is a directory") != message.npos);
}
