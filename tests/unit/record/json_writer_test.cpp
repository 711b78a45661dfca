// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/record/json_writer.hpp"

#include <cstdlib>
#include <limits>
#include <string>
#include <vector>

#include "catch.hpp"
#include "perjoule/core/nan.hpp"

using namespace perjoule;

namespace {

/// Writes a value in an array of its own.
template <class Value>
std::string written(const Value& value) {
  JsonWriter json;
  json.array(JsonWriter::Layout::line).add(value);
  return json.text().substr(1, json.text().size() - 2);
}

}  // namespace

TEST_CASE("an object writes its members in the order in which they are added", "[record][json]") {
  JsonWriter json;
  json.object(JsonWriter::Layout::line)
      .add("name", "mlp")
      .add("cores", std::size_t{8})
      .add("optimized", true)
      .add("fast_math", false)
      .add("git_dirty", nullptr)
      .add("wall_s", 0.25)
      .add("low", -1);
  CHECK(json.text() ==
        R"({"name": "mlp", "cores": 8, "optimized": true, "fast_math": false, "git_dirty": null, )"
        R"("wall_s": 0.25, "low": -1})");
}

TEST_CASE("members stand on lines of their own, or all on one with what is in them",
          "[record][json]") {
  JsonWriter json;
  {
    JsonWriter::Object record = json.object();
    record.add("seed", 1);
    {
      JsonWriter::Array zones = record.array("zones");
      zones.object(JsonWriter::Layout::line).add("id", "a").add("counts", std::vector{1.0, 2.0});
      JsonWriter::Object zone = zones.object(JsonWriter::Layout::line);
      zone.object("interval").add("low", 0.5);
      zone.array("flags").add("few").add("shared");
    }
    (void)record.object("machine");
    (void)record.array("absent");
    JsonWriter::Array rows = record.array("rows");
    rows.array().add(1);
    (void)rows.array();
  }
  CHECK(json.text() == R"({
  "seed": 1,
  "zones": [
    {"id": "a", "counts": [1, 2]},
    {"interval": {"low": 0.5}, "flags": ["few", "shared"]}
  ],
  "machine": {},
  "absent": [],
  "rows": [
    [
      1
    ],
    []
  ]
})");
}

TEST_CASE("a key is escaped as any text, and is never null", "[record][json]") {
  JsonWriter json;
  json.object(JsonWriter::Layout::line).add("a \"b\"", 1).add("", 2);
  CHECK(json.text() == R"({"a \"b\"": 1, "": 2})");
}

TEST_CASE("a count above 32 bits is written whole", "[record][json]") {
  CHECK(written(std::size_t{262143328911}) == "262143328911");
}

TEST_CASE("an empty text is null, for it says nothing", "[record][json]") {
  CHECK(written("") == "null");
  CHECK(written(std::string()) == "null");
}

TEST_CASE("quotes and backslashes are escaped, and single quotes are not", "[record][json]") {
  CHECK(written(R"(a "b" \ 'c' /d)") == R"("a \"b\" \\ 'c' /d")");
}

TEST_CASE("control characters are escaped", "[record][json]") {
  CHECK(written("a\nb\tc\x01\x1f") == R"("a\u000ab\u0009c\u0001\u001f")");
  CHECK(written("\x7f") == "\"\\u007f\"");
  CHECK(written("gnp.\u202Eexe") == "\"gnp.\\u202eexe\"");
  CHECK(written("\U000E0041") == "\"\\udb40\\udc41\"");
  CHECK(written(std::string("a\0b", 3)) == R"("a\u0000b")");  // does not end the text
}

TEST_CASE("characters of UTF-8 stay as they are", "[record][json]") {
  CHECK(written("\xC2\xB5 \xE2\x82\xAC \xF0\x9F\x98\x80") ==
        "\"\xC2\xB5 \xE2\x82\xAC \xF0\x9F\x98\x80\"");
  CHECK(written("\xED\x9F\xBF\xEE\x80\x80\xF4\x8F\xBF\xBF") ==
        "\"\xED\x9F\xBF\xEE\x80\x80\xF4\x8F\xBF\xBF\"");
}

TEST_CASE("bytes that are no UTF-8 become U+FFFD", "[record][json]") {
  const std::string mark = "\xEF\xBF\xBD";
  CHECK(written("a\x80z") == "\"a" + mark + "z\"");                    // continues nothing
  CHECK(written("a\xC3") == "\"a" + mark + "\"");                      // ends too early
  CHECK(written("a\xE2\x82z") == "\"a" + mark + mark + "z\"");         // one byte is missing
  CHECK(written("\xC0\x80") == "\"" + mark + mark + "\"");             // longer than needed
  CHECK(written("\xE0\x80\x80") == "\"" + mark + mark + mark + "\"");  // longer than needed
  CHECK(written("\xED\xA0\x80") == "\"" + mark + mark + mark + "\"");  // a surrogate
  CHECK(written("\xF4\x90\x80\x80") == "\"" + mark + mark + mark + mark + "\"");  // U+110000
  CHECK(written("\xFF") == "\"" + mark + "\"");
}

TEST_CASE("a zero has no sign, which whole numbers lose when they are read", "[record][json]") {
  CHECK(written(-0.0) == "0");
  CHECK(written(-1e-300) == "-1e-300");
}

TEST_CASE("NaN and the infinities are null", "[record][json]") {
  using Limits = std::numeric_limits<double>;
  CHECK(written(Limits::quiet_NaN()) == "null");
  CHECK(written(Limits::infinity()) == "null");
  CHECK(written(-Limits::infinity()) == "null");
  CHECK(written(detail::quiet_nan()) == "null");
}

TEST_CASE("numbers are written in the fewest digits that read back the same", "[record][json]") {
  CHECK(written(0.1) == "0.1");
  CHECK(written(-2.5) == "-2.5");
  CHECK(written(0.0) == "0");
  for (const double number : {1.0 / 3.0, 6.62607015e-34, 1e300, 123456789.125, 5e-5, 1e22}) {
    CHECK(std::strtod(written(number).c_str(), nullptr) == number);
  }
}

TEST_CASE("a list of numbers stands on one line", "[record][json]") {
  CHECK(written(std::vector{1.0, 0.5, detail::quiet_nan()}) == "[1, 0.5, null]");
  CHECK(written(std::vector<double>{}) == "[]");
}

TEST_CASE("a text of any length is written whole", "[record][json]") {
  const std::string text(100'000, 'x');
  CHECK(written(text) == '"' + text + '"');
}
