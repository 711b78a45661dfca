// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

#include "catch.hpp"
#include "perjoule/core/text.hpp"

namespace text = perjoule::text;

TEST_CASE("a message is made of texts and whole numbers", "[core][format]") {
  const std::string owned = "ada";
  CHECK(text::format("{} has {} of {}", owned, -3, std::size_t{12}) == "ada has -3 of 12");
  CHECK(text::format("{}{}{}", "a", std::string_view("bc").substr(0, 1), "") == "ab");
  CHECK(text::format("100%") == "100%");
  CHECK(text::format("").empty());
}

TEST_CASE("the largest and the smallest numbers have all their digits", "[core][format]") {
  CHECK(text::format("{} {}", std::numeric_limits<std::uint64_t>::max(),
                     std::numeric_limits<std::int64_t>::min()) ==
        "18446744073709551615 -9223372036854775808");
}

TEST_CASE("braces that stand twice are braces", "[core][format]") {
  CHECK(text::format("{{{}}}", 5) == "{5}");
  CHECK(text::format("{{}}") == "{}");
  CHECK(text::format("a }} b {{ c") == "a } b { c");
}

TEST_CASE("what is put in is no template", "[core][format]") {
  CHECK(text::format("{} {}", "{}", "{{") == "{} {{");
}

TEST_CASE("a message is as long as its parts", "[core][format]") {
  const std::string name(5'000, 'x');
  CHECK(text::format("{}: {}", name, name) == name + ": " + name);
  std::string euros;
  for (int i = 0; i < 4'000; ++i) euros += "€";  // three bytes each
  CHECK(text::format("{}", euros) == euros);
}
