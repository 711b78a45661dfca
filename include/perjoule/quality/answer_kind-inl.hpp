// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <iterator>
#include <system_error>

#include "perjoule/core/config.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/quality/answer_kind.hpp"
#include "perjoule/quality/text_tokens.hpp"

namespace perjoule::inline v0::detail {

inline constexpr std::string_view decimal_digits = "0123456789";
inline constexpr std::string_view parts_of_numbers = "$0123456789.,";
inline constexpr std::string_view currency_signs[] = {"$", "\xE2\x82\xAC", "\xC2\xA3", "\xC2\xA5"};
inline constexpr std::string_view minus_signs[] = {"-", "\xE2\x88\x92"};

/// A number as it is written in a text.
struct WrittenNumber {
  bool is_negative = false;
  std::string_view run;       ///< digits, commas, points and $; empty: no number
  std::string_view exponent;  ///< "-05", or nothing
  std::size_t end = 0;        ///< place behind it
};

PERJOULE_INLINE bool has_minus_before(std::string_view text, std::size_t at) noexcept {
  std::string_view before = text.substr(0, at);
  for (const std::string_view sign : currency_signs) {
    if (!before.ends_with(sign)) continue;
    before.remove_suffix(sign.size());
    break;
  }
  return std::any_of(std::begin(minus_signs), std::end(minus_signs),
                     [&](std::string_view sign) { return before.ends_with(sign); });
}

/// Returns the exponent behind a number, with its sign but without the letter e. There is none if a
/// letter follows.
PERJOULE_INLINE std::string_view exponent_at(std::string_view text, std::size_t at) noexcept {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  if (at >= text.size() || (text[at] != 'e' && text[at] != 'E')) return {};
  const std::size_t begin = at + 1;
  const bool has_sign = begin < text.size() && (text[begin] == '+' || text[begin] == '-');
  const std::size_t digits = begin + (has_sign ? 1 : 0);
  const std::size_t end = std::min(text.find_first_not_of(decimal_digits, digits), text.size());
  if (end <= digits || (end < text.size() && is_letter(text[end]))) return {};
  return text.substr(begin, end - begin);
}

PERJOULE_INLINE WrittenNumber number_at(std::string_view text, std::size_t begin) noexcept {
  WrittenNumber number;
  number.end = std::min(text.find_first_not_of(parts_of_numbers, begin), text.size());
  const std::string_view run = text.substr(begin, number.end - begin);
  if (run.find_first_of(decimal_digits) == std::string_view::npos) return number;
  number.run = run;
  number.is_negative = has_minus_before(text, begin);
  if (run.find_last_of(decimal_digits) + 1 != run.size()) return number;
  number.exponent = exponent_at(text, number.end);
  if (!number.exponent.empty()) number.end += 1 + number.exponent.size();
  return number;
}

/// Returns the number behind #### and nothing but white space and signs.
PERJOULE_INLINE WrittenNumber marked_number(std::string_view text) noexcept {
  constexpr std::string_view mark = "####";
  const auto is_passed_over = [](char32_t c) {
    return is_space(c) || c == '-' || c == 0x2212U || c == '$' || c == 0x20ACU || c == 0xA3U ||
           c == 0xA5U;
  };
  for (std::size_t at = text.find(mark); at < text.size(); at = text.find(mark, at + 1)) {
    std::size_t begin = at + mark.size();
    while (begin < text.size()) {
      const CodePoint next = first_code_point(text.substr(begin));
      if (!is_passed_over(next.value)) break;
      begin += next.bytes;
    }
    if (begin >= text.size()) break;
    const WrittenNumber number = number_at(text, begin);
    if (!number.run.empty()) return number;
  }
  return {};
}

PERJOULE_INLINE WrittenNumber last_number(std::string_view text) noexcept {
  WrittenNumber last;
  std::size_t at = text.find_first_of(parts_of_numbers);
  while (at < text.size()) {
    const WrittenNumber number = number_at(text, at);
    if (!number.run.empty()) last = number;
    at = text.find_first_of(parts_of_numbers, number.end);
  }
  return last;
}

/// Returns the value as "-", digits without zeros at either end, "e" and a power of ten. So numbers
/// of any length are compared exactly, and "1e999999" takes no more room than it is long.
PERJOULE_INLINE std::optional<std::string> decimal_value(const WrittenNumber& number) {
  std::string_view run = number.run;
  run = run.substr(0, run.find_last_of(decimal_digits) + 1);
  std::string digits;
  std::int64_t power = 0;
  if (!number.exponent.empty()) {
    const bool has_plus = number.exponent.front() == '+';
    const char* const begin = number.exponent.data() + (has_plus ? 1 : 0);
    const char* const end = number.exponent.data() + number.exponent.size();
    std::int32_t exponent = 0;
    if (std::from_chars(begin, end, exponent).ec != std::errc()) return std::nullopt;
    power = exponent;
  }
  bool is_fraction = false;
  for (const char c : run) {
    if (c == '.' && is_fraction) return std::nullopt;
    if (c == '.') is_fraction = true;
    if (c < '0' || c > '9') continue;
    if (is_fraction) --power;
    if (c != '0' || !digits.empty()) digits.push_back(c);
  }
  if (digits.empty()) return "0";
  const std::size_t used = digits.find_last_not_of('0') + 1;
  power += static_cast<std::int64_t>(digits.size() - used);
  digits.resize(used);
  return (number.is_negative ? "-" : "") + digits + "e" + std::to_string(power);
}

PERJOULE_INLINE std::optional<std::string> number_of_answer(std::string_view text) {
  const WrittenNumber marked = marked_number(text);
  const WrittenNumber number = marked.run.empty() ? last_number(text) : marked;
  if (number.run.empty()) return std::nullopt;
  return decimal_value(number);
}

PERJOULE_INLINE std::optional<std::string> choice_of_answer(std::string_view text) {
  text = stripped(text);
  if (text.ends_with('.') || text.ends_with(':')) text.remove_suffix(1);
  if (text.ends_with(')')) {
    text.remove_suffix(1);
    if (text.starts_with('(')) text.remove_prefix(1);
  }
  if (text.size() != 1) return std::nullopt;
  const char letter = text.front();
  if (letter >= 'A' && letter <= 'Z') return std::string(1, letter);
  if (letter >= 'a' && letter <= 'z') return std::string(1, static_cast<char>(letter - 32));
  return std::nullopt;
}

}  // namespace perjoule::inline v0::detail
