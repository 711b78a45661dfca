// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <algorithm>
#include <charconv>
#include <cstddef>

#include "perjoule/core/config.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/record/canonical_json.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE std::string canonical_number(double number) {
  if (number == 0.0) return "0";  // without a sign
  char shown[32];                 // "-1.2345e-07"
  const char* const end =
      std::to_chars(shown, shown + sizeof shown, number, std::chars_format::scientific).ptr;
  std::string_view all(shown, static_cast<std::size_t>(end - shown));
  std::string text = number < 0.0 ? "-" : "";
  all.remove_prefix(text.size());
  const std::size_t mark = all.find('e');
  int exponent = 0;
  std::from_chars(all.data() + mark + (all[mark + 1] == '+' ? 2 : 1), end, exponent);
  std::string digits(1, all[0]);
  if (mark > 1) digits += all.substr(2, mark - 2);
  const int places = exponent + 1;  // before the point
  const int size = static_cast<int>(digits.size());
  if (places > 21 || places < -5) {
    text += digits[0];
    if (size > 1) text += '.' + digits.substr(1);
    return text + text::format("e{}{}", exponent < 0 ? "" : "+", exponent);
  }
  if (places <= 0)
    return text + "0." + std::string(static_cast<std::size_t>(-places), '0') + digits;
  if (places >= size)
    return text + digits + std::string(static_cast<std::size_t>(places - size), '0');
  return text + digits.insert(static_cast<std::size_t>(places), 1, '.');
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
