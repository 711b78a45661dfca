// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/quality/text_tokens.hpp"

#include <cstddef>
#include <string>
#include <vector>

#include "catch.hpp"
#include "perjoule/core/text.hpp"

using perjoule::detail::code_points_of;
using perjoule::detail::first_code_point;
using perjoule::detail::is_punctuation;
using perjoule::detail::stripped;
using perjoule::detail::words_of;

TEST_CASE("bytes that Python's decoder refuses are refused", "[quality][utf8]") {
  // bytes.decode() of Python 3.11 raises UnicodeDecodeError for each of these.
  for (const char* const wrong :
       {"\x80", "\xBF", "\xC0\x80", "\xC1\xBF", "\xC3", "\xC3(", "\xE0\x80\x80", "\xE0\x9F\xBF",
        "\xE2\x82", "\xE2(\xA1", "\xED\xA0\x80", "\xED\xBF\xBF", "\xF0\x80\x80\x80",
        "\xF0\x8F\xBF\xBF", "\xF0\x9F\x98", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF"}) {
    CAPTURE(std::string(wrong).size());
    CHECK(first_code_point(wrong).bytes == 0U);
  }
}

TEST_CASE("the first and last code point of each length are read", "[quality][utf8]") {
  CHECK(first_code_point("a").value == U'a');
  CHECK(first_code_point(std::string_view("\0", 1)).bytes == 1U);
  CHECK(first_code_point("\x7F").value == 0x7FU);
  CHECK(first_code_point("\xC2\x80").value == 0x80U);
  CHECK(first_code_point("\xDF\xBF").value == 0x7FFU);
  CHECK(first_code_point("\xE0\xA0\x80").value == 0x800U);
  CHECK(first_code_point("\xED\x9F\xBF").value == 0xD7FFU);
  CHECK(first_code_point("\xEE\x80\x80").value == 0xE000U);
  CHECK(first_code_point("\xEF\xBF\xBF").value == 0xFFFFU);
  CHECK(first_code_point("\xF0\x90\x80\x80").value == 0x10000U);
  CHECK(first_code_point("\xF4\x8F\xBF\xBF").value == 0x10FFFFU);
  CHECK(first_code_point("\xF4\x8F\xBF\xBF").bytes == 4U);
}

TEST_CASE("a text is split and stripped at white space", "[quality][utf8]") {
  const std::string text = "\n one\xC2\xA0two  \t";
  const auto words = words_of(text);
  REQUIRE(words.size() == 2U);
  CHECK(words[0] == "one");
  CHECK(words[1] == "two");
  CHECK(stripped(text) == "one\xC2\xA0two");
  CHECK(stripped(" \n").empty());
  CHECK(words_of("").empty());
  CHECK(code_points_of("a\xC3\xA9").size() == 2U);
}

TEST_CASE("punctuation is that of Python's string module", "[quality][utf8]") {
  // string.punctuation of Python 3.11.
  const std::string all = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";
  CHECK(all.size() == 32U);
  for (int c = 0; c < 128; ++c) {
    const char sign = static_cast<char>(c);
    CHECK(is_punctuation(sign) == (all.find(sign) != std::string::npos));
  }
}

TEST_CASE("white space is that of Python's str.isspace", "[quality][utf8]") {
  // All 29 of Python 3.11.
  const std::vector<char32_t> spaces = {
      0x09,   0x0A,   0x0B,   0x0C,   0x0D,   0x1C,   0x1D,   0x1E,   0x1F,   0x20,
      0x85,   0xA0,   0x1680, 0x2000, 0x2001, 0x2002, 0x2003, 0x2004, 0x2005, 0x2006,
      0x2007, 0x2008, 0x2009, 0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000};
  std::vector<char32_t> found;
  for (char32_t c = 0; c < 0x110000; ++c) {
    if (perjoule::detail::is_space(c)) found.push_back(c);
  }
  CHECK(found == spaces);
}
