// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "shrink/number_words.hpp"

#include <cstdint>
#include <stdexcept>
#include <string>
#include <utility>

#include "catch.hpp"

TEST_CASE("numbers have their English names", "[shrink]") {
  const auto [number, name] = GENERATE(table<std::uint32_t, std::string>({
      {0, "zero"},
      {7, "seven"},
      {10, "ten"},
      {19, "nineteen"},
      {20, "twenty"},
      {42, "forty two"},
      {90, "ninety"},
      {100, "one hundred"},
      {113, "one hundred thirteen"},
      {1000, "one thousand"},
      {1204, "one thousand two hundred four"},
      {70011, "seventy thousand eleven"},
      {500000, "five hundred thousand"},
      {999999, "nine hundred ninety nine thousand nine hundred ninety nine"},
  }));
  CHECK(shrink::spoken(shrink::number_words(number)) == name);
}

TEST_CASE("a number of a million or more has no name here", "[shrink]") {
  CHECK_THROWS_AS(shrink::number_words(1'000'000), std::invalid_argument);
}
