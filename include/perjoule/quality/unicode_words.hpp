// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/core/version.hpp"

namespace perjoule::inline v0::detail {

/// Returns whether a character is of the category Mn of Unicode: a mark that takes no room, such as
/// an accent.
/// @source Unicode 14, as in Python 3.11's unicodedata
[[nodiscard]] bool is_nonspacing_mark(char32_t c) noexcept;

/// Returns whether a character is of the categories Mc or Me of Unicode: a mark beside or around a
/// letter.
/// @source Unicode 14, as in Python 3.11's unicodedata
[[nodiscard]] bool is_other_mark(char32_t c) noexcept;

/// Returns whether a character belongs to a word, as with `\w` in Python's re: letters and numbers
/// of any script, and the underscore. A code point without a character passes for a letter here.
/// @source Unicode 14, as in Python 3.11's unicodedata
[[nodiscard]] bool is_unicode_word(char32_t c) noexcept;

/// Returns the value of a decimal digit of any script, as of `\d` in Python's re; -1 for any other
/// character.
/// @source Unicode 14, as in Python 3.11's unicodedata
[[nodiscard]] int decimal_digit(char32_t c) noexcept;

}  // namespace perjoule::inline v0::detail

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/quality/unicode_words-inl.hpp"
#endif
