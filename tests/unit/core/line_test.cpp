// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/core/line.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <type_traits>

#include "catch.hpp"

namespace text = perjoule::text;

namespace {

/// True when no character of UTF-8 is cut in two: each leading byte has its followers, no more.
bool is_whole_utf8(std::string_view bytes) {
  std::size_t missing = 0;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    const bool follows = (byte & 0xC0U) == 0x80U;
    if (follows != (missing > 0)) return false;
    if (follows) {
      --missing;
    } else if (byte >= 0xF0U) {
      missing = 3;
    } else if (byte >= 0xE0U) {
      missing = 2;
    } else if (byte >= 0xC0U) {
      missing = 1;
    }
  }
  return missing == 0;
}

}  // namespace

TEST_CASE("a line is empty until something is written in it", "[core][line]") {
  const text::Short line;
  CHECK(line.empty());
  CHECK(line.view().empty());
  CHECK(line == "");
  CHECK_FALSE(text::Short("a").empty());
}

TEST_CASE("a line holds what it was made of, whatever that was", "[core][line]") {
  const std::string owned = "mlp.int8";
  const std::string_view part = std::string_view("mlp.int8.bin").substr(0, 8);
  CHECK(text::Short("mlp.int8") == "mlp.int8");
  CHECK(text::Short(owned) == "mlp.int8");
  CHECK(text::Short(part) == "mlp.int8");
  CHECK(text::Short(part).view() == "mlp.int8");
  CHECK(std::string(text::Short(part).c_str()) == "mlp.int8");
}

TEST_CASE("lines are equal when their texts are", "[core][line]") {
  CHECK(text::Short("a") == text::Short("a"));
  CHECK_FALSE(text::Short("a") == text::Short("b"));
  CHECK_FALSE(text::Short("a") == text::Short("ab"));
  CHECK_FALSE(text::Short("a") == "");
}

TEST_CASE("a text that just fits is not cut", "[core][line]") {
  CHECK(text::Line<8>("1234567") == "1234567");
  CHECK(text::Line<8>(std::string_view("1234567")) == "1234567");
}

TEST_CASE("a longer text ends in three points, so that a reader sees the cut", "[core][line]") {
  CHECK(text::Line<8>("12345678") == "1234...");
  CHECK(text::Line<8>(std::string_view("123456789")) == "1234...");
  CHECK(text::Line<8>(std::string(1000, '1')) == "1111...");
  const text::Name name(std::string(300, 'x'));
  CHECK(name.view() == std::string(252, 'x') + "...");
}

TEST_CASE("a cut never splits a character", "[core][line]") {
  for (int shift = 0; shift < 4; ++shift) {
    std::string content(static_cast<std::size_t>(shift), 'a');
    for (int i = 0; i < 400; ++i) content += "€";  // three bytes
    CAPTURE(shift);
    const text::Name copied(content);
    CHECK(is_whole_utf8(copied.view()));
    CHECK(copied.view().size() > 248U);
    CHECK(copied.view().substr(copied.view().size() - 3) == "...");
    const text::Long formatted = text::format("%s", content.c_str());
    CHECK(is_whole_utf8(formatted.view()));
    CHECK(formatted.view().substr(formatted.view().size() - 3) == "...");
  }
}

TEST_CASE("a text is made of words and whole numbers", "[core][line]") {
  CHECK(text::format("%s has %d of %zu", "ada", -3, std::size_t{12}) == "ada has -3 of 12");
  CHECK(text::format("100%%") == "100%");
}

TEST_CASE("a formatted text that is too long ends in three points", "[core][line]") {
  const std::string long_word(2000, 'a');
  const text::Long cut = text::format("%s", long_word.c_str());
  CHECK(cut.view() == std::string(1020, 'a') + "...");
  const std::string fits(1023, 'b');
  CHECK(text::format("%s", fits.c_str()).view() == fits);
  const std::string too_long(1024, 'c');
  CHECK(text::format("%s", too_long.c_str()).view() == std::string(1020, 'c') + "...");
}

TEST_CASE("a text is put behind what is there", "[core][line]") {
  text::Text out;
  CHECK(out.view().empty());
  out.put("a");
  out.put("bcd", 2);
  out.put("");
  out.put('d');
  out.put('e', 3);
  out.put('f', 0);
  CHECK(out.view() == "abcdeee");
}

TEST_CASE("a line is copied like a number", "[core][line]") {
  STATIC_REQUIRE(std::is_trivially_copyable_v<text::Line<8>>);
  STATIC_REQUIRE(std::is_trivially_copyable_v<text::Long>);
  STATIC_REQUIRE(sizeof(text::Line<8>) == 8);
  text::Line<8> a("one");
  const text::Line<8> b = a;
  a = "two";
  CHECK(a == "two");
  CHECK(b == "one");
}
