// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/record/json_writer.hpp"

#include <cstdlib>
#include <limits>
#include <string>
#include <vector>

#include "catch.hpp"

using namespace perjoule;

namespace {

std::string quoted(const char* text) {
  JsonWriter json;
  json.put("%s", text);
  return std::string(json.written());
}

std::string written(double number) {
  JsonWriter json;
  json.put("%g", number);
  return std::string(json.written());
}

}  // namespace

TEST_CASE("a template's single quotes are JSON's double quotes", "[record][json]") {
  JsonWriter json;
  json.put("{'name': %s, 'cores': %zu, 'optimized': %d, 'wall_s': %g}", "mlp", std::size_t{8}, true,
           0.25);
  CHECK(json.written() == R"({"name": "mlp", "cores": 8, "optimized": true, "wall_s": 0.25})");
}

TEST_CASE("a text without arguments may hold a percent sign", "[record][json]") {
  JsonWriter json;
  json.put_text("'95 %': ");
  CHECK(json.written() == R"("95 %": )");
}

TEST_CASE("a count above 32 bits is written whole", "[record][json]") {
  JsonWriter json;
  json.put("%zu", std::size_t{262143328911});
  CHECK(json.written() == "262143328911");
}

TEST_CASE("an empty text is null, for it says nothing", "[record][json]") {
  CHECK(quoted("") == "null");
}

TEST_CASE("quotes and backslashes are escaped, and single quotes are not", "[record][json]") {
  CHECK(quoted(R"(a "b" \ 'c' /d)") == R"("a \"b\" \\ 'c' /d")");
}

TEST_CASE("control characters are escaped", "[record][json]") {
  CHECK(quoted("a\nb\tc\x01\x1f") == R"("a\u000ab\u0009c\u0001\u001f")");
  CHECK(quoted("\x7f") == "\"\x7f\"");
}

TEST_CASE("characters of UTF-8 stay as they are", "[record][json]") {
  CHECK(quoted("\xC2\xB5 \xE2\x82\xAC \xF0\x9F\x98\x80") ==
        "\"\xC2\xB5 \xE2\x82\xAC \xF0\x9F\x98\x80\"");
  CHECK(quoted("\xED\x9F\xBF\xEE\x80\x80\xF4\x8F\xBF\xBF") ==
        "\"\xED\x9F\xBF\xEE\x80\x80\xF4\x8F\xBF\xBF\"");
}

TEST_CASE("bytes that are no UTF-8 become U+FFFD", "[record][json]") {
  const std::string mark = "\xEF\xBF\xBD";
  CHECK(quoted("a\x80z") == "\"a" + mark + "z\"");                    // continues nothing
  CHECK(quoted("a\xC3") == "\"a" + mark + "\"");                      // ends too early
  CHECK(quoted("a\xE2\x82z") == "\"a" + mark + mark + "z\"");         // one byte is missing
  CHECK(quoted("\xC0\x80") == "\"" + mark + mark + "\"");             // longer than needed
  CHECK(quoted("\xE0\x80\x80") == "\"" + mark + mark + mark + "\"");  // longer than needed
  CHECK(quoted("\xED\xA0\x80") == "\"" + mark + mark + mark + "\"");  // a surrogate
  CHECK(quoted("\xF4\x90\x80\x80") == "\"" + mark + mark + mark + mark + "\"");  // U+110000
  CHECK(quoted("\xFF") == "\"" + mark + "\"");
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
  JsonWriter json;
  const std::vector<double> numbers{1.0, 0.5, detail::quiet_nan()};
  json.put(numbers);
  CHECK(json.written() == "[1, 0.5, null]");
  JsonWriter empty;
  empty.put(std::vector<double>{});
  CHECK(empty.written() == "[]");
}
