// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/measure/summarize.hpp"

#include <string>

#include "catch.hpp"
#include "perjoule/units/quantity.hpp"
#include "scratch.hpp"

using namespace perjoule;

namespace {

Footprint measure_footprint(const MeasureOptions& plan) {
  detail::FileHashes hashes;
  return detail::measure_footprint(plan, hashes);
}

std::string message_of(const MeasureOptions& plan) {
  try {
    (void)measure_footprint(plan);
  } catch (const Error& error) {
    return error.what();
  }
  return {};
}

bool has(const std::string& text, const char* words) {
  return text.find(words) != std::string::npos;
}

}  // namespace

TEST_CASE("a plan names the files of a model, weights first", "[measure][footprint]") {
  const scratch::Folder folder;
  scratch::put_file(folder / "mlp.bin", std::string(1000, 'w'));
  scratch::put_file(folder / "vocab.txt", std::string(200, 'v'));
  scratch::put_file(folder / "model.so", std::string(30, 'c'));
  const Footprint found = measure_footprint(
      {.weights = folder / "mlp.bin",
       .files = {{"tokenizer", folder / "vocab.txt"}, {"code", folder / "model.so"}},
       .compressed = 900_B,
       .resident_weights = 4000_B,
       .parameters = 1000,
       .non_zero_parameters = 250});
  REQUIRE(found.files.size() == 3);
  CHECK(found.files[0].role == "weights");
  CHECK(found.files[0].name == "mlp.bin");
  CHECK(found.files[0].bytes == 1000_B);
  CHECK(found.files[1].role == "tokenizer");
  CHECK(found.files[1].name == "vocab.txt");
  CHECK(found.files[1].bytes == 200_B);
  CHECK(found.files[2].role == "code");
  CHECK(found.files[2].bytes == 30_B);
  CHECK(found.stored.value == 1230_B);
  CHECK(found.weights.value == 1000_B);
  CHECK(found.compressed.value == 900_B);
  CHECK(found.resident.value == 4000_B);
  CHECK(found.inflation.value == 4.0);
  CHECK(found.parameters.value == 1000.0);
  CHECK(found.non_zero_parameters.value == 250.0);
}

TEST_CASE("weights may lie in several files", "[measure][footprint]") {
  const scratch::Folder folder;
  scratch::put_file(folder / "1.bin", std::string(10, 'w'));
  scratch::put_file(folder / "2.bin", std::string(20, 'w'));
  const MeasureOptions plan = {
      .files = {{"weights", folder / "1.bin"}, {"weights", folder / "2.bin"}}};
  CHECK(measure_footprint(plan).weights.value == 30_B);
  CHECK(measure_footprint(plan).stored.value == 30_B);
}

TEST_CASE("a model may be made of any number of files, with names of any length",
          "[measure][footprint]") {
  const scratch::Folder folder;
  MeasureOptions plan;
  for (int i = 0; i < 40; ++i) {
    const std::string path = folder / (std::string(200, 'f') + std::to_string(i));
    scratch::put_file(path, std::string(10, 'w'));
    plan.files.push_back({std::string(300, 'r') + std::to_string(i), path});
  }
  const Footprint found = measure_footprint(plan);
  REQUIRE(found.files.size() == 40);
  CHECK(found.files[39].role == std::string(300, 'r') + "39");
  CHECK(found.files[39].name == std::string(200, 'f') + "39");
  CHECK(found.stored.value == 400_B);
}

TEST_CASE("what a plan does not tell is missing", "[measure][footprint][missing]") {
  const Footprint found = measure_footprint({});
  CHECK(found.files.empty());
  CHECK_FALSE(found.stored.is_known());
  CHECK_FALSE(found.weights.is_known());
  CHECK_FALSE(found.compressed.is_known());
  CHECK_FALSE(found.resident.is_known());
  CHECK_FALSE(found.inflation.is_known());
  CHECK_FALSE(found.parameters.is_known());
  CHECK_FALSE(found.non_zero_parameters.is_known());
}

TEST_CASE("a further file that is not there is named with its role",
          "[measure][footprint][error]") {
  CHECK(message_of({.files = {{"tokenizer", "/nowhere/vocab.txt"}}}) ==
        "perjoule: cannot read the tokenizer: /nowhere/vocab.txt: no such file or directory; "
        "name a file that the model loads, or leave it out");
}

TEST_CASE("a file that is named twice is not counted twice", "[measure][footprint][error]") {
  const scratch::Folder folder;
  const std::string path = folder / "mlp.bin";
  scratch::put_file(path, "w");
  CHECK(
      has(message_of({.weights = path, .files = {{"weights", path}}}), "a file is named twice: "));
  CHECK(has(message_of({.files = {{"code", path}, {"weights", path}}}), path.c_str()));
}

TEST_CASE("a file without a role is refused", "[measure][footprint][error]") {
  CHECK(has(message_of({.files = {{"", "vocab.txt"}}}), "a file without a role: vocab.txt; "));
}

TEST_CASE("no more parameters are not zero than there are", "[measure][footprint][error]") {
  CHECK(has(message_of({.name = "mlp", .parameters = 10, .non_zero_parameters = 11}),
            "more parameters that are not zero than there are: mlp; "));
  CHECK(measure_footprint({.parameters = 10, .non_zero_parameters = 10}).parameters.value == 10.0);
  CHECK(measure_footprint({.non_zero_parameters = 10}).non_zero_parameters.value == 10.0);
}
