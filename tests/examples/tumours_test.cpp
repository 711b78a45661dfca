// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "engines/trees/tumours.hpp"

#include <stdexcept>
#include <string>
#include <vector>

#include "catch.hpp"
#include "scratch.hpp"

using namespace trees;

namespace {

/// A row whose numbers are all `value`.
std::string row(const std::string& value, const std::string& label) {
  std::string text;
  for (std::size_t i = 0; i < feature_count; ++i) text += value + ",";
  return text + label + "\n";
}

/// Reads a file with this content.
Tumours read(const std::string& text) {
  const scratch::Folder folder;
  scratch::put_file(folder / "tumours.csv", text);
  return load_tumours(folder / "tumours.csv");
}

std::string refusal(const std::string& text) {
  try {
    (void)read(text);
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("a malignant tumour is 1, and every other sample of a class is for testing",
          "[examples][trees]") {
  const Tumours tumours = read("5,30,malignant,benign\n" + row("1.5", "0") + row("2", "1") +
                               row("-3e-2", "0") + row("4", "0") + row("5", "1"));
  CHECK(tumours.test_labels == std::vector<int>{1, 0, 1});
  CHECK(tumours.train_labels == std::vector<float>{1.0F, 0.0F});
  CHECK(tumours.test_rows[0][0] == 1.5F);
  CHECK(tumours.test_rows[2][29] == 4.0F);
  CHECK(tumours.train_rows[0][29] == -0.03F);
}

TEST_CASE("what is no file of tumours is named by its line", "[examples][trees]") {
  const std::string head = "2,30,malignant,benign\n";
  for (const std::string& bad : {row("x", "0"), row("1", "2"), row("1", "1,1"), row("1", ""),
                                 std::string("1,2,0\n"), std::string("\n")}) {
    const std::string message = refusal(head + row("1", "0") + bad);
    CHECK(message.find("no row of 30 numbers and a label") == 0);
    CHECK(message.find("line 3; delete it and run scripts/data breast_cancer again") !=
          std::string::npos);
  }
  CHECK(refusal(head + row("1", "0")).find(": 1 rows of 2;") != std::string::npos);
  CHECK(refusal("").find(": 0 rows of 0;") != std::string::npos);
}

TEST_CASE("generated samples follow their seed and say so", "[examples][trees]") {
  const Tumours tumours = generated_tumours(3, 60);
  CHECK(tumours.source == "generated samples (seed 3)");
  CHECK(tumours.test_rows.size() == 30);
  CHECK(tumours.test_rows == generated_tumours(3, 60).test_rows);
  CHECK(tumours.test_rows != generated_tumours(4, 60).test_rows);
}
