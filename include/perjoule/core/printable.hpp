// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string>
#include <string_view>

#include "perjoule/core/config.hpp"
#include "perjoule/core/version.hpp"

namespace perjoule::inline v0::text {

namespace detail {

/// Tells whether a character is a control, a mark of direction, or has no width.
/// @source Unicode 15: categories Cc, Cf, Zl and Zp, and the variation selectors and tags
[[nodiscard]] constexpr bool is_invisible(char32_t c) noexcept {
  return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0xAD || c == 0x61C || c == 0x180E ||
         (c >= 0x200B && c <= 0x200F) || (c >= 0x2028 && c <= 0x202E) ||
         (c >= 0x2060 && c <= 0x206F) || (c >= 0xFE00 && c <= 0xFE0F) || c == 0xFEFF ||
         (c >= 0xFFF9 && c <= 0xFFFB) || c == 0xFFFE || c == 0xFFFF ||
         (c >= 0xE0000 && c <= 0xE0FFF);
}

}  // namespace detail

/// Returns a text that is shown on one line and as it is: a character that moves the cursor,
/// changes the direction of writing or cannot be seen is replaced by its name, as <U+202E>, and a
/// byte that is no UTF-8 by U+FFFD. Names come from other people's files, and a terminal would obey
/// them.
[[nodiscard]] std::string printable(std::string_view text);

}  // namespace perjoule::inline v0::text

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/core/printable-inl.hpp"
#endif
