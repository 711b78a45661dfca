// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include <string>
#include <vector>

#include "catch.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/measure/session.hpp"
#include "perjoule/meters/simulated.hpp"
#include "perjoule/quality/accuracy.hpp"
#include "perjoule/report/markdown.hpp"
#include "perjoule/stats/confidence.hpp"
#include "scratch.hpp"
#include "unit/record/keep_record.hpp"

using namespace perjoule;
using namespace perjoule::literals;

TEST_CASE("what training takes is in the record, stage by stage, and in the table",
          "[measure][training]") {
  SimulatedMachine machine;
  Session session{SimulatedMeter(machine)};
  const TrainingStage teacher = session.train("teacher", [&] { machine.work(2_s, 50_W); });
  const TrainingStage student = session.train("distillation", [&] { machine.work(1_s, 20_W); });
  CHECK(teacher.name == "teacher");
  CHECK(teacher.energy.value.si() == Approx(100.0).epsilon(1e-4));
  CHECK(halfwidth(teacher.energy) < 1_J);
  CHECK(teacher.energy.provenance == Provenance::simulated);
  CHECK(teacher.wall_time.value.si() == Approx(2.0).margin(1e-4));
  CHECK(teacher.wall_time.provenance == Provenance::simulated);

  const std::vector<int> inputs = {1, 2, 3, 4};
  const Entry entry = session.measure(
      {.name = "student",
       .settings = {{"threads", "1"}, {"beam \"wide\"", "1e-60"}},
       .training = {teacher, student}},
      [&](int input) {
        machine.work(1_ms, 30_W);
        return input;
      },
      inputs, accuracy(inputs));
  CHECK(training_energy(entry.plan.training).value.si() == Approx(120.0).epsilon(0.02));
  const std::string table = markdown(entry, {.columns = {"training", "energy"}});
  CHECK(table.find("training (J), simulated") != std::string::npos);
  CHECK(table.find(" 119.999") != std::string::npos);
  const std::string record = to_json(entry);
  CHECK(record.find("\"stages\"") != std::string::npos);
  CHECK(record.find("\"beam \\\"wide\\\"\"") != std::string::npos);
  keep_record("training", record);
}

TEST_CASE("what training throws passes through", "[measure][training]") {
  Session session{NoMeter()};
  CHECK_THROWS_AS(session.train("of nothing", [] { throw 7; }), int);
  const TrainingStage stage = session.train("without a meter", [] {});
  CHECK_FALSE(stage.energy.is_known());
  CHECK(stage.wall_time.is_known());
}

TEST_CASE("a file beside the record is attached with its hash", "[measure][attachments]") {
  const scratch::Folder folder;
  scratch::put_file(folder / "words.tsv", "abc");
  Entry entry;
  attach(entry, "transcripts", folder / "words.tsv");
  REQUIRE(entry.attachments.size() == 1);
  CHECK(entry.attachments[0].role == "transcripts");
  CHECK(entry.attachments[0].name == "words.tsv");
  CHECK(entry.attachments[0].bytes == 3_B);
  // FIPS 180-4, appendix: the message "abc".
  CHECK(entry.attachments[0].sha256 ==
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK_FALSE(entry.footprint.stored.is_known());
  CHECK_THROWS_WITH(attach(entry, "transcripts", folder / "none.tsv"), Catch::Contains("none.tsv"));
  CHECK(entry.attachments.size() == 1);
}
