// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/quality/question_answering.hpp"

#include <regex>
#include <string>
#include <string_view>

#include "catch.hpp"
#include "perjoule/stats/random.hpp"

using perjoule::detail::is_word_character;
using perjoule::detail::lower_case;

namespace {

std::string normal(std::string_view text) {
  const auto found = perjoule::normalize_answer(text);
  return {found.data(), found.size()};
}

/// Applies the script's rules one after the other, for texts in ASCII.
std::string by_regular_expressions(const std::string& text) {
  std::string small;
  for (const char c : text) small += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  static const std::regex signs(R"([!-/:-@\[-`{-~])");
  static const std::regex articles(R"(\b(a|an|the)\b)");
  static const std::regex blanks(R"(\s+)");
  static const std::regex ends("^ | $");
  std::string found = std::regex_replace(small, signs, "");
  found = std::regex_replace(found, articles, " ");
  return std::regex_replace(std::regex_replace(found, blanks, " "), ends, "");
}

}  // namespace

TEST_CASE("answers are normalised as SQuAD's script does", "[quality][normalize_answer]") {
  // normalize_answer() of evaluate-v1.1.py, its rules run by Python 3.11.
  CHECK(normal("The  Eiffel-Tower!") == "eiffeltower");
  CHECK(normal("A an THE").empty());
  CHECK(normal("Another theatre, than") == "another theatre than");
  CHECK(normal("the_a") == "thea");
  CHECK(normal("a-the b") == "athe b");
  CHECK(normal("U.S.A.") == "usa");
  CHECK(normal("...").empty());
  CHECK(normal("").empty());
  // Capital E with acute, and signs beyond ASCII, which stay but end an article.
  CHECK(normal("Beyonc\xC3\x89\xE2\x80\x99s \xE2\x80\x98"
               "A\xE2\x80\x99 the\xE2\x80\x93"
               "end") ==
        "beyonc\xC3\xA9\xE2\x80\x99s \xE2\x80\x98 \xE2\x80\x99 \xE2\x80\x93"
        "end");
  // A separate combining accent ends an article; a letter with an accent doesn't.
  CHECK(normal("\xC3\x85n the\xCC\x81 \xC3\xAB"
               "A") ==
        "\xC3\xA5n \xCC\x81 \xC3\xAB"
        "a");
  CHECK(normal("an\xC2\xA0"
               "apple\xE3\x80\x80x") == "apple x");
  // MOSCOW in Russian; A with circumflex and grave; S with comma.
  CHECK(normal("\xD0\x9C\xD0\x9E\xD0\xA1\xD0\x9A\xD0\x92\xD0\x90 \xE1\xBA\xA6 \xC8\x98") ==
        "\xD0\xBC\xD0\xBE\xD1\x81\xD0\xBA\xD0\xB2\xD0\xB0 \xE1\xBA\xA7 \xC8\x99");
  CHECK(normal("\xF0\x9F\x98\x80") == "\xF0\x9F\x98\x80");
}

TEST_CASE("a capital letter becomes its small one, and others stay",
          "[quality][normalize_answer]") {
  // str.lower() of Python 3.11: the ends of each range, and their neighbours.
  const struct {
    char32_t capital;
    char32_t small;
  } letters[] = {
      {'@', '@'},       {'A', 'a'},       {'Z', 'z'},     {'[', '['},       {0xBF, 0xBF},
      {0xC0, 0xE0},     {0xD7, 0xD7},     {0xDE, 0xFE},   {0xDF, 0xDF},     {0xE0, 0xE0},
      {0x100, 0x101},   {0x101, 0x101},   {0x131, 0x131}, {0x136, 0x137},   {0x138, 0x138},
      {0x139, 0x13A},   {0x13A, 0x13A},   {0x147, 0x148}, {0x148, 0x148},   {0x149, 0x149},
      {0x14A, 0x14B},   {0x176, 0x177},   {0x178, 0xFF},  {0x179, 0x17A},   {0x17D, 0x17E},
      {0x17F, 0x17F},   {0x1A0, 0x1A1},   {0x1AF, 0x1B0}, {0x1CD, 0x1CE},   {0x1DB, 0x1DC},
      {0x1DD, 0x1DD},   {0x1DE, 0x1DF},   {0x1EE, 0x1EF}, {0x1F0, 0x1F0},   {0x1F8, 0x1F9},
      {0x21E, 0x21F},   {0x222, 0x223},   {0x232, 0x233}, {0x234, 0x234},   {0x386, 0x3AC},
      {0x388, 0x3AD},   {0x38A, 0x3AF},   {0x38C, 0x3CC}, {0x38E, 0x3CD},   {0x38F, 0x3CE},
      {0x391, 0x3B1},   {0x3AB, 0x3CB},   {0x3AC, 0x3AC}, {0x400, 0x450},   {0x40F, 0x45F},
      {0x410, 0x430},   {0x42F, 0x44F},   {0x430, 0x430}, {0x460, 0x461},   {0x480, 0x481},
      {0x482, 0x482},   {0x48A, 0x48B},   {0x4BE, 0x4BF}, {0x4C0, 0x4CF},   {0x4C1, 0x4C2},
      {0x4CD, 0x4CE},   {0x4CF, 0x4CF},   {0x4D0, 0x4D1}, {0x52E, 0x52F},   {0x1E00, 0x1E01},
      {0x1E94, 0x1E95}, {0x1E96, 0x1E96}, {0x1E9E, 0xDF}, {0x1EA0, 0x1EA1}, {0x1EFE, 0x1EFF},
      {0x4E00, 0x4E00}};
  for (const auto& letter : letters) {
    CAPTURE(static_cast<unsigned>(letter.capital));
    CHECK(static_cast<unsigned>(lower_case(letter.capital)) == static_cast<unsigned>(letter.small));
  }
}

TEST_CASE("two thousand random answers are normalised as regular expressions do",
          "[quality][normalize_answer]") {
  static const std::string parts[] = {"a", "an", "the", "A", "The", "n", "b", "7", " ",
                                      " ", " ",  "  ",  ".", "-",   "'", "_", "(", "\t"};
  perjoule::Random random(31);
  for (int i = 0; i < 2000; ++i) {
    std::string text;
    for (std::uint64_t size = random.below(16); size != 0; --size) {
      text += parts[random.below(std::size(parts))];
    }
    CAPTURE(text);
    REQUIRE(normal(text) == by_regular_expressions(text));
  }
}

TEST_CASE("the first and last word character of each range end as Python's do",
          "[quality][normalize_answer]") {
  // re.match(r"\w", chr(c)) of Python 3.11.
  for (const char32_t c :
       {0x30U,   0x39U,   0x41U,   0x5AU,   0x5FU,   0x61U,   0x7AU,   0xAAU,
        0xB2U,   0xB3U,   0xB5U,   0xB9U,   0xBAU,   0xBCU,   0xBEU,   0xC0U,
        0xD6U,   0xD8U,   0xF6U,   0xF8U,   0x370U,  0x2070U, 0x209CU, 0x2102U,
        0x2189U, 0x2460U, 0x24FFU, 0x2776U, 0x3005U, 0x3007U, 0x3021U, 0xFF10U}) {
    CAPTURE(static_cast<unsigned>(c));
    CHECK(is_word_character(c));
  }
  for (const char32_t c :
       {0x2FU,   0x3AU,   0x40U,   0x5BU,   0x60U,    0x7BU,   0xABU,   0xB1U,   0xB4U,
        0xB6U,   0xB8U,   0xBBU,   0xBFU,   0xD7U,    0xF7U,   0x300U,  0x36FU,  0x2000U,
        0x206FU, 0x20A0U, 0x20FFU, 0x2190U, 0x245FU,  0x2500U, 0x2775U, 0x3000U, 0x3004U,
        0x3008U, 0x3020U, 0xFF01U, 0xFF0FU, 0x1F300U, 0x1FAFFU}) {
    CAPTURE(static_cast<unsigned>(c));
    CHECK_FALSE(is_word_character(c));
  }
}
