// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/footprint/footprint.hpp"

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "catch.hpp"
#include "scratch.hpp"

using namespace perjoule;

namespace {

std::string message_of_size(const std::string& path) {
  try {
    (void)stored_bytes(path.c_str());
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
  CHECK(stored_bytes((folder / "mlp.bin").c_str()) == Bytes(1234.0));
  CHECK(stored_bytes((folder / "empty.bin").c_str()) == Bytes(0.0));
}

TEST_CASE("weights that are not there are named with the reason", "[footprint][error]") {
  const scratch::Folder folder;
  CHECK(
      message_of_size(folder / "no.bin") ==
      "perjoule: cannot read the weights: " + (folder / "no.bin") +
          ": no such file or directory; give the one file that the model loads, or leave .weights "
          "empty");
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
