// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Short texts: rules of --fail-on, numbers, names in records, command lines.
#include <algorithm>
#include <charconv>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "cli/history_acceptance.hpp"
#include "fuzz/fuzz.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/file.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/core/printable.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/engine/redacted_command.hpp"
#include "perjoule/record/json_writer.hpp"
#include "perjoule/regress/fail_rule.hpp"
#include "perjoule/report/csv.hpp"
#include "perjoule/report/html.hpp"
#include "perjoule/report/latex.hpp"
#include "perjoule/report/markdown.hpp"

namespace {

using namespace perjoule;

void read_a_rule(std::string_view text) {
  try {
    const FailRule rule = parse_fail_rule(text);
    fuzz::expect(!rule.metric.empty(), "a rule has a metric");
    fuzz::expect(is_finite(rule.margin) && rule.margin >= 0.0, "a margin is 0 or more");
    fuzz::expect(!(rule.is_share && rule.is_in_points), "a margin has one unit");
  } catch (const Error&) {
  }
}

void read_a_number(std::string_view text) {
  std::string_view rest = text;
  const std::optional<double> number = detail::take_number(rest);
  if (number && is_finite(*number)) {
    const std::string written = text::shortest(*number);
    std::string_view digits = written;
    fuzz::expect(detail::take_number(digits) == number && digits.empty(),
                 "a number is read as it was written");
    for (const int places : {1, 3, 6}) {
      fuzz::expect(!text::significant(*number, places).empty(), "a number is shown");
    }
    fuzz::expect(!text::with_halfwidth(*number, *number / 3.0).empty(), "an interval is shown");
    fuzz::expect(text::prefix_of(*number).factor > 0.0, "a prefix is a factor");
  }
  std::uint64_t whole = 0;
  if (text::parse_integer(text, whole)) {
    const std::string written = std::to_string(whole);
    fuzz::expect(text.find(written) != text.npos, "a whole number is read as it was written");
  }
}

void write_a_name(std::string_view text) {
  const std::string shown = text::printable(text);
  for (const std::string& written :
       {detail::escape_html(text), detail::escape_latex(text), detail::escape_markdown(text),
        detail::csv_text(text), detail::safe_name(text), detail::redacted_command(text)}) {
    fuzz::expect(written.size() <= 16 + 64 * text.size(), "what is written has a name's length");
  }
  fuzz::expect(detail::escape_html(text).find_first_of("<>\"") == std::string::npos,
               "a name is no part of a page");
  JsonWriter json;
  json.object().add(text.empty() ? "empty" : text, text);
  const auto read = nlohmann::json::parse(json.text());
  fuzz::expect(read.size() == 1, "what is written is JSON");
  const auto& value = read.front();
  fuzz::expect(value.is_null() ? text.empty() : text::printable(value.get<std::string>()) == shown,
               "a name in JSON is read as it was");
}

/// Returns a name as a pattern that matches nothing else.
std::string pattern_of(std::string_view name) {
  std::string pattern;
  for (const char c : name) {
    if (c == '*' || c == '?' || c == '\\') pattern += '\\';
    pattern += c;
  }
  return pattern;
}

void match_a_series(std::string_view text) {
  fuzz::expect(cli::series_matches(pattern_of(text), text), "a name matches itself");
  fuzz::expect(cli::series_matches("*", text), "a star matches each name");
  const std::size_t half = text.size() / 2;
  const std::string_view pattern = text.substr(0, half);
  const std::string_view name = text.substr(half);
  if (!cli::series_matches(pattern, name)) return;
  fuzz::expect(cli::series_matches("*" + std::string(pattern), name), "a star may be empty");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::text_of(data, size);
  read_a_rule(text);
  read_a_number(text);
  write_a_name(text);
  match_a_series(text);
  return 0;
}
