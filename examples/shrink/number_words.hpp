// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

/// Numbers and their names: a translation task that needs no data, with exactly one right answer.
namespace shrink {

inline constexpr std::array<std::string_view, 30> number_vocabulary{
    "zero",    "one",       "two",      "three",    "four",    "five",     "six",      "seven",
    "eight",   "nine",      "ten",      "eleven",   "twelve",  "thirteen", "fourteen", "fifteen",
    "sixteen", "seventeen", "eighteen", "nineteen", "twenty",  "thirty",   "forty",    "fifty",
    "sixty",   "seventy",   "eighty",   "ninety",   "hundred", "thousand"};
inline constexpr std::uint32_t first_number_without_name = 1'000'000;

/// Returns the name of a number below a million as indices into the vocabulary, without "and":
/// 1204 is "one thousand two hundred four".
[[nodiscard]] inline std::vector<int> number_words(std::uint32_t number) {
  if (number >= first_number_without_name) {
    throw std::invalid_argument("no name for " + std::to_string(number) +
                                "; the task ends below a million");
  }
  constexpr int twenty = 20, hundred = 28, thousand = 29;
  const auto append_below_thousand = [](std::vector<int>& words, int part) {
    if (part >= 100) words.insert(words.end(), {part / 100, hundred});
    part %= 100;
    if (part >= 20) words.push_back(twenty + part / 10 - 2);
    if (part >= 20) part %= 10;
    if (part > 0) words.push_back(part);
  };
  if (number == 0) return {0};
  std::vector<int> words;
  if (number >= 1000) {
    append_below_thousand(words, static_cast<int>(number / 1000));
    words.push_back(thousand);
  }
  append_below_thousand(words, static_cast<int>(number % 1000));
  return words;
}

/// Returns words joined by blanks.
[[nodiscard]] inline std::string spoken(const std::vector<int>& words) {
  std::string text;
  for (const int word : words) {
    if (!text.empty()) text += ' ';
    text += number_vocabulary.at(static_cast<std::size_t>(word));
  }
  return text;
}

}  // namespace shrink
