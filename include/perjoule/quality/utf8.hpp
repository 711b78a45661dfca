// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <string_view>

#include "perjoule/core/buffer.hpp"
#include "perjoule/core/code_point.hpp"
#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/line.hpp"
#include "perjoule/core/version.hpp"

namespace perjoule::inline v0::detail {

/// @param whose  "output" or "reference"
/// @throws Error for a text that is not UTF-8, which names the item
PERJOULE_PER_ITEM inline void check_utf8(std::string_view text, const char* whose,
                                         std::size_t item) {
  for (std::size_t at = 0; at < text.size();) {
    if (static_cast<unsigned char>(text[at]) < 0x80U) {
      ++at;
      continue;
    }
    const CodePoint next = first_code_point(text.substr(at));
    if (next.bytes == 0) {
      fail("a text is not valid UTF-8",
           text::format("the %s of item %zu, at byte %zu", whose, item, at).chars,
           "decode it with the character set that it was written in");
    }
    at += next.bytes;
  }
}

/// Whether Python's str.split() and str.strip() take it for white space.
/// @source Python 3.11, str.isspace: bidirectional type WS, B or S, or category Zs
[[nodiscard]] constexpr bool is_space(char32_t c) noexcept {
  if (c < 0x80U) return c == ' ' || (c >= 0x09U && c <= 0x0DU) || (c >= 0x1CU && c <= 0x1FU);
  return c == 0x85U || c == 0xA0U || c == 0x1680U || (c >= 0x2000U && c <= 0x200AU) ||
         c == 0x2028U || c == 0x2029U || c == 0x202FU || c == 0x205FU || c == 0x3000U;
}

/// The signs of ASCII: string.punctuation of Python.
[[nodiscard]] constexpr bool is_punctuation(char c) noexcept {
  return (c > ' ' && c < '0') || (c > '9' && c < 'A') || (c > 'Z' && c < 'a') ||
         (c > 'z' && c <= '~');
}

/// The words of a text: what white space separates, as Python's str.split() has it.
/// @param text   valid UTF-8
/// @shape the result is borrowed from text
[[nodiscard]] PERJOULE_PER_ITEM inline Buffer<std::string_view> words_of(std::string_view text) {
  Buffer<std::string_view> words;
  std::size_t begin = 0;
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint next = first_code_point(text.substr(at));
    if (is_space(next.value)) {
      if (begin < at) words.push_back(text.substr(begin, at - begin));
      begin = at + next.bytes;
    }
    at += next.bytes;
  }
  if (begin < text.size()) words.push_back(text.substr(begin));
  return words;
}

/// The code points of a text.
/// @param text  valid UTF-8
[[nodiscard]] PERJOULE_PER_ITEM inline Buffer<char32_t> code_points_of(std::string_view text) {
  Buffer<char32_t> points(text.size());
  std::size_t count = 0;
  for (std::size_t at = 0; at < text.size(); ++count) {
    const CodePoint next = first_code_point(text.substr(at));
    points[count] = next.value;
    at += next.bytes;
  }
  return Buffer<char32_t>(View<char32_t>(points.data(), count));
}

/// A text without the white space at its ends, as Python's str.strip() has it.
/// @param text  valid UTF-8
[[nodiscard]] PERJOULE_COLD inline std::string_view stripped(std::string_view text) {
  const Buffer<std::string_view> words = words_of(text);
  if (words.empty()) return {};
  const std::string_view last = words[words.size() - 1];
  return {words[0].data(), static_cast<std::size_t>(last.data() + last.size() - words[0].data())};
}

}  // namespace perjoule::inline v0::detail
