// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "perjoule/core/config.hpp"
#include "perjoule/core/version.hpp"

namespace perjoule::inline v0::detail {

/// Returns whether a character is of the category P of Unicode: punctuation.
/// @source Unicode 14, as in Python 3.11's unicodedata
[[nodiscard]] bool is_unicode_punctuation(char32_t c) noexcept;

/// Returns whether a character is of the category S of Unicode: signs of currencies, of mathematics
/// and others.
/// @source Unicode 14, as in Python 3.11's unicodedata
[[nodiscard]] bool is_unicode_symbol(char32_t c) noexcept;

/// Returns whether a character is of the category N of Unicode: digits, and other numbers such as
/// fractions.
/// @source Unicode 14, as in Python 3.11's unicodedata
[[nodiscard]] bool is_unicode_number(char32_t c) noexcept;

/// Returns the small letter of a capital letter of any script; any other character as it is.
/// @source Unicode 14, lower case mappings as Python 3.11 has them
[[nodiscard]] char32_t unicode_lower_case(char32_t c) noexcept;

/// Returns whether a character is a capital letter, or the small letter of one.
[[nodiscard]] bool has_case(char32_t c) noexcept;

/// Returns a text in small letters, as Python's str.lower() does. A capital sigma becomes the final
/// one at the end of a word: behind a letter with case, and not before one. Of the characters that
/// are passed over there, it knows the apostrophe, the full stop, the colon, the middle dot, the
/// soft hyphen and combining diacritical marks.
/// @param text  valid UTF-8
/// @source Unicode 14, SpecialCasing and 3.13
[[nodiscard]] std::string unicode_lower_case(std::string_view text);

}  // namespace perjoule::inline v0::detail

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/quality/unicode-inl.hpp"
#endif
