// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/quality/plain_letters.hpp"

#include <string>

#include "catch.hpp"
#include "perjoule/quality/unicode_words.hpp"

// Expected values are those of Python 3.11: unicodedata.normalize("NFKD", c), its categories, re's
// \w and \d.

namespace {

std::u32string plain(std::u32string_view text, std::u32string_view keep = U"") {
  std::u32string result;
  for (const char32_t c : text) perjoule::detail::append_plain(result, c, keep);
  return result;
}

}  // namespace

TEST_CASE("letters lose their accents, in Latin, Greek and Cyrillic", "[quality][unicode]") {
  CHECK((plain(U"\u00E9\u0107\u1EAF\u01D4") == U"ecau"));
  CHECK((plain(U"e\u0301") == U"e"));
  CHECK((plain(U"\u03AC\u1F00\u0439\u0451") == U"\u03B1\u03B1\u0438\u0435"));
  CHECK((plain(U"\u00F8\u0142\u0111\u00E6\u00DF\u00FE") == U"oldaessth"));
  CHECK((plain(U"a\u0430\u4E2D") == U"a\u0430\u4E2D"));
}

TEST_CASE("characters of other shapes are read as plain ones", "[quality][unicode]") {
  CHECK((plain(U"\uFF11\uFF41") == U"1a"));
  CHECK((plain(U"\u00B2\u2460\U0001D7DA") == U"212"));
  CHECK((plain(U"\u00BD\u2122\uFB01") == U"1 2TMfi"));
  CHECK((plain(U"\u304C") == U"\u304B"));
  CHECK((plain(U"\uAC00\uD7A3") == U"\u1100\u1161\u1112\u1175\u11C2"));
}

TEST_CASE("signs and marks beside a letter are blanks, but for those that are kept",
          "[quality][unicode]") {
  CHECK((plain(U"a-b\u00B1c\u0903") == U"a b c "));
  CHECK((plain(U"$5.", U"$") == U"$5 "));
  CHECK((plain(U"\u0591\u0327") == U""));
}

TEST_CASE("words have letters, numbers and underscores of all scripts", "[quality][unicode]") {
  using perjoule::detail::is_unicode_word;
  for (const char32_t c : {U'a', U'Z', U'0', U'_', U'\u00E9', U'\u0436', U'\u4E2D', U'\u00BD',
                           U'\u0663', U'\U0001D7DA'}) {
    CHECK(is_unicode_word(c));
  }
  for (const char32_t c : {U' ', U'-', U'\'', U'\u00A0', U'\u00D7', U'\u2019', U'\u0301', U'\u0903',
                           U'\u200B', U'\uFEFF', U'\uE000', U'\u20AC'}) {
    CHECK_FALSE(is_unicode_word(c));
  }
}

TEST_CASE("decimal digits of all scripts have their value", "[quality][unicode]") {
  using perjoule::detail::decimal_digit;
  CHECK(decimal_digit(U'0') == 0);
  CHECK(decimal_digit(U'9') == 9);
  CHECK(decimal_digit(U'\u0663') == 3);
  CHECK(decimal_digit(U'\uFF19') == 9);
  CHECK(decimal_digit(U'\U0001FBF9') == 9);
  for (const char32_t c :
       {U'a', U':', U'/', U'\u00B2', U'\u2460', U'\u066A', U'\u4E00', U'\u0080'}) {
    CHECK(decimal_digit(c) == -1);
  }
}
