// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <string_view>

#include "perjoule/core/buffer.hpp"
#include "perjoule/core/config.hpp"
#include "perjoule/core/version.hpp"

namespace perjoule::inline v0::detail {

/// @param whose  "output" or "reference"
/// @throws Error for a text that is not UTF-8, which names the item
void check_utf8(std::string_view text, const char* whose, std::size_t item);

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
[[nodiscard]] Buffer<std::string_view> words_of(std::string_view text);

/// The code points of a text.
/// @param text  valid UTF-8
[[nodiscard]] Buffer<char32_t> code_points_of(std::string_view text);

/// A text without the white space at its ends, as Python's str.strip() has it.
/// @param text  valid UTF-8
[[nodiscard]] std::string_view stripped(std::string_view text);

}  // namespace perjoule::inline v0::detail

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/quality/utf8-inl.hpp"
#endif
