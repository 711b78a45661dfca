// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <iterator>

#include "perjoule/core/config.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/record/canonical_json.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE void add_canonical_number(std::string& json, double number) {
  if (number == 0.0) {  // without a sign
    json += '0';
    return;
  }
  char buffer[32];  // "-1.2345e-07"
  const char* const shown = buffer;
  // Of a large whole number, to_chars() by itself gives all digits.
  const bool is_large = number >= 1e15 || number <= -1e15;
  const char* const end =
      is_large
          ? std::to_chars(buffer, buffer + sizeof buffer, number, std::chars_format::scientific).ptr
          : std::to_chars(buffer, buffer + sizeof buffer, number).ptr;
  const char* const mark = std::find(shown, end, 'e');
  if (mark == end) {
    json.append(shown, end);
    return;
  }
  // ECMAScript has exponents from 21 on and from -7 down, without leading zeros.
  int exponent = 0;
  std::from_chars(mark + (mark[1] == '+' ? 2 : 1), end, exponent);
  std::string digits;
  std::copy_if(shown, mark, std::back_inserter(digits),
               [](char c) { return c >= '0' && c <= '9'; });
  if (number < 0.0) json += '-';
  const int zeros = exponent < 0 ? -exponent - 1 : exponent + 1 - static_cast<int>(digits.size());
  if (exponent > 20 || exponent < -6) {
    json += digits[0];
    if (digits.size() > 1) json.append(".").append(digits, 1);
    json += text::format("e{}{}", exponent < 0 ? "" : "+", exponent);
  } else if (exponent < 0) {
    json.append("0.").append(static_cast<std::size_t>(zeros), '0').append(digits);
  } else if (zeros >= 0) {
    json.append(digits).append(static_cast<std::size_t>(zeros), '0');
  } else {
    json.append(digits, 0, static_cast<std::size_t>(exponent) + 1);
    json.append(".").append(digits, static_cast<std::size_t>(exponent) + 1);
  }
}

PERJOULE_INLINE void add_canonical_text(std::string& json, std::string_view text) {
  constexpr std::string_view escaped = "\b\t\n\f\r\"\\";
  constexpr std::string_view letters = "btnfr\"\\";
  json += '"';
  while (!text.empty()) {
    const auto byte = static_cast<unsigned char>(text[0]);
    const std::size_t size = byte < 0x80U ? 1 : first_code_point(text).bytes;
    const std::size_t letter = escaped.find(text[0]);
    if (letter != escaped.npos) {
      json += '\\';
      json += letters[letter];
    } else if (byte < 0x20U) {
      json += "\\u00";
      json += byte < 0x10U ? '0' : '1';
      json += "0123456789abcdef"[byte & 15U];
    } else if (size == 0) {
      json += "\xEF\xBF\xBD";
    } else {
      json += text.substr(0, size);
    }
    text.remove_prefix(std::max<std::size_t>(size, 1));
  }
  json += '"';
}

PERJOULE_INLINE bool is_canonically_before(std::string_view a, std::string_view b) noexcept {
  // The order of UTF-8, but that surrogates, which stand for four bytes, are below U+E000 to
  // U+FFFF.
  const auto rank = [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte == 0xEEU || byte == 0xEFU ? byte + 16 : int{byte};
  };
  return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end(),
                                      [&](char x, char y) { return rank(x) < rank(y); });
}

}  // namespace perjoule::inline v0::detail
