// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/core/printable.hpp"
#include "perjoule/core/text.hpp"

namespace perjoule::inline v0::text {

namespace detail {

/// Tells whether a character is a control, a mark of direction, or has no width.
/// @source Unicode 15: categories Cc, Cf, Zl and Zp, and the variation selectors and tags
[[nodiscard]] constexpr bool is_invisible(char32_t c) noexcept {
  return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0xAD || c == 0x61C || c == 0x180E ||
         (c >= 0x200B && c <= 0x200F) || (c >= 0x2028 && c <= 0x202E) ||
         (c >= 0x2060 && c <= 0x206F) || (c >= 0xFE00 && c <= 0xFE0F) || c == 0xFEFF ||
         (c >= 0xFFF9 && c <= 0xFFFB) || (c >= 0xE0000 && c <= 0xE0FFF);
}

}  // namespace detail

PERJOULE_INLINE std::string printable(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string shown;
  while (!text.empty()) {
    const auto [value, bytes] = perjoule::detail::first_code_point(text);
    if (bytes == 0) {
      shown += "\xEF\xBF\xBD";
    } else if (detail::is_invisible(value)) {
      shown += "<U+";
      for (unsigned shift = value > 0xFFFFU ? 20 : 16; shift != 0;) {
        shift -= 4;
        shown += digits[(value >> shift) & 15U];
      }
      shown += '>';
    } else {
      shown += text.substr(0, bytes);
    }
    text.remove_prefix(bytes == 0 ? 1 : bytes);
  }
  return shown;
}

}  // namespace perjoule::inline v0::text
