// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string_view>

#include "perjoule/core/buffer.hpp"
#include "perjoule/core/config.hpp"
#include "perjoule/core/version.hpp"
#include "perjoule/quality/utf8.hpp"

namespace perjoule::inline v0 {

namespace detail {

/// Puts `to` in the place of `from` wherever it stands, from left to right, once: what arises by
/// that is left as it is, as by Python's str.replace().
void replace(Buffer<char>& text, std::string_view from, std::string_view to);

[[nodiscard]] inline bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
[[nodiscard]] inline bool is_stop(char c) noexcept { return c == '.' || c == ','; }

/// The signs of ASCII that are always words of their own: all but the apostrophe, the comma, the
/// dash and the full stop.
[[nodiscard]] inline bool always_apart(char c) noexcept {
  return is_punctuation(c) && c != '\'' && c != ',' && c != '-' && c != '.';
}

/// Puts blanks about the sign in each pair of characters that is asked for. A pair that was found
/// is done with: its second character begins no other, as in a regular expression's matches.
void space_pairs(Buffer<char>& text, bool (*is_pair)(char, char), bool sign_is_first);

}  // namespace detail

/// A text with blanks between its tokens, as WMT's scorer mteval-v13a.pl and sacrebleu's "13a" set
/// them: signs stand apart, but a full stop or comma between digits, and a dash behind a letter.
///
/// Meant for languages that are written with blanks; text in Chinese or Japanese stays in one
/// piece.
///
/// @param text  valid UTF-8
/// @shape  the result: characters; split it at white space
/// @source mteval-v13a.pl as sacrebleu 2.3.1 has it: tokenizer_13a.py and tokenizer_re.py, behind
/// the
///         str.rstrip() of its BLEU
[[nodiscard]] Buffer<char> tokenize_13a(std::string_view text);

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/quality/tokenize_13a-inl.hpp"
#endif
