// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "catch.hpp"
#include "golden/golden_entries.hpp"
#include "perjoule/record/run_record.hpp"
#include "perjoule/report/markdown.hpp"
#include "scratch.hpp"
#include "unit/record/keep_record.hpp"

using namespace perjoule;

namespace {

std::string golden_file(const char* name) {
  return scratch::content_of(std::string(PERJOULE_SOURCE_DIR "/tests/golden/") + name);
}

/// Rounds every number with a point or an exponent to eight digits: the last digits of a computed
/// interval differ between compilers and their flags.
std::string to_eight_digits(const std::string& text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t size = text.find_first_not_of("0123456789.e+-", at) - at;
    const std::string token = text.substr(at, size == 0 ? 1 : size);
    const bool is_number =
        std::string_view("-0123456789").find(text[at]) != std::string_view::npos && at > 0 &&
        std::string_view(" [").find(text[at - 1]) != std::string_view::npos &&
        token.find_first_of(".e") != std::string::npos;
    char digits[64] = {};
    if (is_number)
      std::snprintf(digits, sizeof digits, "%.8g", std::strtod(token.c_str(), nullptr));
    out += is_number ? digits : token;
    at += token.size();
  }
  return out;
}

/// Returns a record without its hash, which is another one if any digit is.
std::string without_hash(std::string record) {
  const std::size_t hash = record.rfind("\"sha256\"");
  return hash == std::string::npos ? record : record.erase(hash, record.find('\n', hash) - hash);
}

}  // namespace

TEST_CASE("the table of two models is byte for byte the golden one", "[golden]") {
  const Entry fp32 = golden::fp32();
  const Entry int8 = golden::int8();
  CHECK(markdown({fp32, int8}) == golden_file("table.md"));
  CHECK(markdown({fp32, int8}, {.columns = {"full"}}) == golden_file("full_table.md"));
}

TEST_CASE("the record of two models is the golden one, but for rounding", "[golden]") {
  const Entry fp32 = golden::fp32();
  const Entry int8 = golden::int8();
  const std::string record = to_json({fp32, int8});
  keep_record("golden", record);
  CHECK(to_eight_digits(without_hash(record)) ==
        to_eight_digits(without_hash(golden_file("record.json"))));
}
