// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/footprint/footprint.hpp"

#include <array>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "catch.hpp"
#include "perjoule/core/error.hpp"
#include "scratch.hpp"

using namespace perjoule;

namespace {

std::string message_of_size(const std::string& path) {
  try {
    (void)stored_bytes(path);
  } catch (const Error& error) {
    return error.what();
  }
  return {};
}

}  // namespace

TEST_CASE("the stored size is that of the file", "[footprint]") {
  const scratch::Folder folder;
  scratch::put_file(folder / "mlp.bin", std::string(1234, 'w'));
  scratch::put_file(folder / "empty.bin", "");
  CHECK(stored_bytes(folder / "mlp.bin") == Bytes(1234.0));
  CHECK(stored_bytes(folder / "empty.bin") == Bytes(0.0));
}

TEST_CASE("weights that are not there are named with the reason", "[footprint][error]") {
  const scratch::Folder folder;
  CHECK(message_of_size(folder / "no.bin") ==
        "perjoule: cannot read the weights: " + (folder / "no.bin") +
            ": no such file or directory; name a file that the model loads, or leave it out");
}

TEST_CASE("a folder is no file of weights", "[footprint][error]") {
  const scratch::Folder folder;
  const std::string message = message_of_size(folder.path().string());
  CHECK(message.find(folder.path().string() + ": not a file; ") != std::string::npos);
}

TEST_CASE("the resident size is that of the elements of all buffers", "[footprint]") {
  const std::vector<float> weights(10);
  const std::array<std::int8_t, 5> quantised{};
  const double scales[] = {1.0, 2.0, 3.0};
  CHECK(resident_bytes(weights) == Bytes(40.0));
  CHECK(resident_bytes(weights, quantised, scales) == Bytes(69.0));
  CHECK(resident_bytes(std::span(weights).first(3)) == Bytes(12.0));
  CHECK(resident_bytes() == Bytes(0.0));
}

TEST_CASE("what a buffer reserves beyond its size is not counted", "[footprint]") {
  std::vector<float> weights(10);
  weights.reserve(1000);
  CHECK(resident_bytes(weights) == Bytes(40.0));
}

TEST_CASE("inflation is how much larger a model is in memory than on disk", "[footprint]") {
  const Footprint found = footprint(exact(Bytes(1000.0)), exact(Bytes(4000.0)));
  CHECK(found.stored.value == Bytes(1000.0));
  CHECK(found.resident.value == Bytes(4000.0));
  CHECK(found.inflation.value == 4.0);
  CHECK(found.inflation.random == 0.0);
  CHECK(found.inflation.provenance == Provenance::measured);
}

TEST_CASE("inflation is missing where a size is", "[footprint][missing]") {
  const Estimate<Bytes> known = exact(Bytes(1000.0));
  CHECK_FALSE(footprint(known, {}).inflation.is_known());
  CHECK_FALSE(footprint({}, known).inflation.is_known());
  CHECK_FALSE(footprint({}, known).stored.is_known());
  CHECK(footprint({}, known).resident.is_known());
  CHECK_FALSE(footprint({}, {}).inflation.is_known());
}

TEST_CASE("an empty file of weights has no inflation", "[footprint][missing]") {
  CHECK_FALSE(footprint(exact(Bytes(0.0)), exact(Bytes(4000.0))).inflation.is_known());
}

TEST_CASE("a file is missed by its role", "[footprint][error]") {
  try {
    (void)stored_bytes("/nowhere/vocab.txt", "tokenizer");
    FAIL("nothing was thrown");
  } catch (const Error& error) {
    CHECK(std::string(error.what()).find("cannot read the tokenizer: /nowhere/vocab.txt: ") !=
          std::string::npos);
  }
}

TEST_CASE("the files of a model add up to what is stored", "[footprint]") {
  const ModelFiles files = {{"weights", "a.bin", Bytes(1000.0)},
                            {"tokenizer", "vocab.txt", Bytes(300.0)},
                            {"weights", "b.bin", Bytes(500.0)},
                            {"code", "model.so", Bytes(70.0)}};
  const Footprint found = footprint_of(files, exact(Bytes(3000.0)));
  CHECK(found.files.size() == 4);
  CHECK(found.stored.value == Bytes(1870.0));
  CHECK(found.weights.value == Bytes(1500.0));
  CHECK(found.resident.value == Bytes(3000.0));
}

TEST_CASE("a model may have any number of files, with names of any length", "[footprint]") {
  const std::string name(300, 'n');
  ModelFiles files;
  for (int i = 0; i < 20; ++i) {
    files.push_back({"weights", name + std::to_string(i), Bytes(1000.0 + i)});
  }
  const Footprint found = footprint_of(files, {});
  CHECK(found.files.size() == 20);
  CHECK(found.files[19].name == name + "19");
  CHECK(found.stored.value == Bytes(20'190.0));  // 20 x 1000 + 0 + 1 + ... + 19
}

TEST_CASE("inflation is that of the weights, and a tokenizer does not hide it", "[footprint]") {
  const ModelFiles files = {{"weights", "a.bin", Bytes(1000.0)},
                            {"tokenizer", "vocab.txt", Bytes(1000.0)}};
  CHECK(footprint_of(files, exact(Bytes(2000.0))).inflation.value == 2.0);
}

TEST_CASE(
    "a model without a file of weights has no inflation, and one without files stores nothing",
    "[footprint][missing]") {
  const ModelFiles code = {{"code", "model.so", Bytes(70.0)}};
  CHECK(footprint_of(code, exact(Bytes(10.0))).stored.value == Bytes(70.0));
  CHECK_FALSE(footprint_of(code, exact(Bytes(10.0))).weights.is_known());
  CHECK_FALSE(footprint_of(code, exact(Bytes(10.0))).inflation.is_known());
  CHECK_FALSE(footprint_of(ModelFiles{}, exact(Bytes(10.0))).stored.is_known());
  CHECK_FALSE(footprint_of(code, {}).compressed.is_known());
  CHECK_FALSE(footprint_of(code, {}).parameters.is_known());
  CHECK_FALSE(footprint_of(code, {}).non_zero_parameters.is_known());
}

TEST_CASE("parameters are counted over all buffers, and those that are not zero", "[footprint]") {
  const std::vector<float> weights = {1.0F, 0.0F, -2.0F, 0.0F};
  const std::array<std::int8_t, 3> quantised = {0, -1, 0};
  const double bias[] = {0.0, 0.5};
  CHECK(parameters_of(weights).parameters == 4);
  CHECK(parameters_of(weights).non_zero == 2);
  CHECK(parameters_of(weights, quantised, bias).parameters == 9);
  CHECK(parameters_of(weights, quantised, bias).non_zero == 4);
  CHECK(parameters_of(std::span(weights).first(1)).parameters == 1);
  CHECK(parameters_of().parameters == 0);
  constexpr std::array<int, 3> constant = {4, 0, 5};
  STATIC_REQUIRE(parameters_of(constant).non_zero == 2);
}

TEST_CASE("the rows of a matrix are looked into", "[footprint]") {
  const float matrix[2][3] = {{1.0F, 0.0F, 2.0F}, {0.0F, 0.0F, 3.0F}};
  const std::vector<std::array<double, 2>> rows = {{0.0, 1.0}, {0.0, 0.0}};
  CHECK(parameters_of(matrix).parameters == 6);
  CHECK(parameters_of(matrix).non_zero == 3);
  CHECK(parameters_of(rows).parameters == 4);
  CHECK(parameters_of(rows).non_zero == 1);
}

TEST_CASE("a negative zero is zero, and the smallest number and NaN are not, under any flags",
          "[footprint]") {
  const auto of = [](auto number) {
    volatile auto unseen = number;  // or the compiler would answer in the processor's place
    return parameters_of(std::vector{+unseen}).non_zero;
  };
  CHECK(of(-0.0F) == 0);
  CHECK(of(-0.0) == 0);
  CHECK(of(-0.0L) == 0);
  CHECK(of(std::numeric_limits<float>::denorm_min()) == 1);
  CHECK(of(-std::numeric_limits<double>::denorm_min()) == 1);
  CHECK(of(std::numeric_limits<float>::quiet_NaN()) == 1);
  CHECK(of(std::numeric_limits<double>::quiet_NaN()) == 1);
  CHECK(of(1.0L) == 1);
}
