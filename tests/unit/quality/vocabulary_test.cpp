// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/quality/text_tokens.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "catch.hpp"

using perjoule::detail::token_ids;
using perjoule::detail::Vocabulary;

TEST_CASE("words are numbered as they come, each once", "[quality][vocabulary]") {
  Vocabulary words;
  CHECK(words.add("b") == 0U);
  CHECK(words.add("a") == 1U);
  CHECK(words.add("b") == 0U);
  CHECK(words.add("") == 2U);
  CHECK(words.add(std::string_view("b\0", 2)) == 3U);
  CHECK(words.add("longer than eight bytes") == 4U);
  CHECK(words.add("longer than eight byteS") == 5U);
  CHECK(words.size() == 6U);
  CHECK(words[1] == "a");
  CHECK(words[2].empty());
  const std::vector<std::string_view> more = {"a", "c", "a"};
  const auto numbers = token_ids(more, words);
  CHECK(numbers[0] == 1U);
  CHECK(numbers[1] == 6U);
  CHECK(numbers[2] == 1U);
}

TEST_CASE("a vocabulary keeps its numbers when it grows, and when it is copied",
          "[quality][vocabulary]") {
  Vocabulary words;
  for (int round = 0; round < 2; ++round) {
    for (std::uint32_t i = 0; i < 5000; ++i) REQUIRE(words.add(std::to_string(i) + "w") == i);
  }
  Vocabulary copy = words;
  words.add("other");
  CHECK(copy.size() == 5000U);
  CHECK(copy.add("4999w") == 4999U);
}
