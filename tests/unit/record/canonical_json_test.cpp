// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/record/canonical_json.hpp"

#include <bit>
#include <cstdint>
#include <string>
#include <string_view>

#include "catch.hpp"
#include "perjoule/record/json_writer.hpp"

using namespace perjoule;

namespace {

std::string number_of(std::uint64_t bits) {
  std::string json;
  detail::add_canonical_number(json, std::bit_cast<double>(bits));
  return json;
}

std::string text_of(std::string_view text) {
  std::string json;
  detail::add_canonical_text(json, text);
  return json;
}

}  // namespace

TEST_CASE("canonical numbers are those of ECMAScript", "[record][json]") {
  // RFC 8785, appendix B.
  CHECK(number_of(0x0000000000000000U) == "0");
  CHECK(number_of(0x8000000000000000U) == "0");
  CHECK(number_of(0x0000000000000001U) == "5e-324");
  CHECK(number_of(0x8000000000000001U) == "-5e-324");
  CHECK(number_of(0x7FEFFFFFFFFFFFFFU) == "1.7976931348623157e+308");
  CHECK(number_of(0x4340000000000000U) == "9007199254740992");
  CHECK(number_of(0xC340000000000000U) == "-9007199254740992");
  CHECK(number_of(0x4430000000000000U) == "295147905179352830000");
  CHECK(number_of(0x44B52D02C7E14AF5U) == "9.999999999999997e+22");
  CHECK(number_of(0x44B52D02C7E14AF6U) == "1e+23");
  CHECK(number_of(0x44B52D02C7E14AF7U) == "1.0000000000000001e+23");
  CHECK(number_of(0x444B1AE4D6E2EF4FU) == "999999999999999900000");
  CHECK(number_of(0x444B1AE4D6E2EF50U) == "1e+21");
  CHECK(number_of(0x3EB0C6F7A0B5ED8CU) == "9.999999999999997e-7");
  CHECK(number_of(0x3EB0C6F7A0B5ED8DU) == "0.000001");
  CHECK(number_of(0x41B3DE4355555553U) == "333333333.3333332");
  CHECK(number_of(0x41B3DE4355555554U) == "333333333.33333325");
  CHECK(number_of(0x41B3DE4355555555U) == "333333333.3333333");
  CHECK(number_of(0x41B3DE4355555556U) == "333333333.3333334");
  CHECK(number_of(0x41B3DE4355555557U) == "333333333.33333343");
  CHECK(number_of(0xBECBF647612F3696U) == "-0.0000033333333333333333");
  CHECK(number_of(0x43143FF3C1CB0959U) == "1424953923781206.2");
}

TEST_CASE("canonical texts escape what they must, and nothing else", "[record][json]") {
  // RFC 8785, 3.2.2.2
  CHECK(text_of("\xE2\x82\xAC$\x0F\nA'B\"\\\\\"/") ==
        "\"\xE2\x82\xAC$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"");
  CHECK(text_of("\x7F\xE2\x80\xAE") == "\"\x7F\xE2\x80\xAE\"");
  CHECK(text_of("a\xFF") == "\"a\xEF\xBF\xBD\"");
}

TEST_CASE("keys have the order of their UTF-16 code units", "[record][json]") {
  // RFC 8785, 3.2.3: carriage return, one, control, o with dots, euro, smiling face, dagesh.
  const std::string_view keys[] = {
      "\r", "1", "\xC2\x80", "\xC3\xB6", "\xE2\x82\xAC", "\xF0\x9F\x98\x80", "\xEF\xAC\xB3"};
  for (const std::string_view& a : keys) {
    for (const std::string_view& b : keys) {
      CHECK(detail::is_canonically_before(a, b) == (&a < &b));
    }
  }
}

TEST_CASE("a canonical document has its members in order and nothing between them",
          "[record][json]") {
  // RFC 8785, 3.2.3 and 3.2.4
  JsonWriter json(JsonWriter::Form::canonical);
  {
    JsonWriter::Object object = json.object();
    object.array("numbers").add(333333333.33333329).add(1e30).add(4.5).add(2e-3).add(1e-27);
    object.object("inner").add("z", 1).add("a", true).add("none", nullptr);
    object.add("empty", "").add("string", "text");
    { const JsonWriter::Object nothing = object.object("a"); }
  }
  CHECK(json.text() == R"({"a":{},"empty":null,"inner":{"a":true,"none":null,"z":1},)"
                       R"("numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"text"})");
}
