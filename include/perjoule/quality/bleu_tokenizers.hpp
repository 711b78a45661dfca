// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string>
#include <string_view>

#include "perjoule/core/config.hpp"
#include "perjoule/core/version.hpp"
#include "perjoule/quality/text_tokens.hpp"

namespace perjoule::inline v0 {

namespace detail {

/// Replaces each `from` by `to`, from left to right, once. A `from` that only arises from that is
/// left as it is, as with Python's str.replace().
void replace(std::string& text, std::string_view from, std::string_view to);

[[nodiscard]] inline bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
[[nodiscard]] inline bool is_stop(char c) noexcept { return c == '.' || c == ','; }

/// Returns whether a character is a sign of ASCII that is always a separate token: all but the
/// apostrophe, the comma, the dash and the full stop.
[[nodiscard]] inline bool is_separate_token(char c) noexcept {
  return is_punctuation(c) && c != '\'' && c != ',' && c != '-' && c != '.';
}

/// Puts blanks around the sign in each pair of characters that `is_pair` accepts. Pairs do not
/// overlap: the second character of one does not begin another, as with the matches of a regular
/// expression.
void space_pairs(std::string& text, bool (*is_pair)(char, char), bool sign_is_first);

/// Puts blanks around the signs of ASCII that "13a" and "zh" both separate.
/// @source sacrebleu 2.3.1: tokenizer_re.py
void separate_signs(std::string& text);

}  // namespace detail

/// Returns a text with blanks between its tokens, as WMT's scorer mteval-v13a.pl and sacrebleu's
/// "13a" set them. Signs are separated, except for a full stop or comma between digits, and a dash
/// after a letter.
///
/// Meant for languages that are written with blanks; text in Chinese or Japanese stays in one
/// piece.
///
/// @param text  valid UTF-8
/// @shape  the result: characters; split it at white space
/// @source mteval-v13a.pl as in sacrebleu 2.3.1: tokenizer_13a.py and tokenizer_re.py, after the
///         str.rstrip() of its BLEU
[[nodiscard]] std::string tokenize_13a(std::string_view text);

namespace detail {

/// Returns whether sacrebleu's tokenizer "zh" takes a character for a Chinese one. Two of its
/// ranges are written with four digits where they need five, so it takes U+2001 to U+2A6D for
/// Chinese, which are signs, and ideographs from U+20000 on for none.
[[nodiscard]] bool is_chinese_character(char32_t c) noexcept;

}  // namespace detail

/// Returns a text with blanks between its tokens, as sacrebleu's "zh" sets them: each Chinese
/// character is a token of its own, and so are signs, except for a full stop or comma between
/// digits and a dash after a letter.
/// @param text  valid UTF-8
/// @shape  the result: characters; split it at white space
/// @source sacrebleu 2.3.1: tokenizer_zh.py and tokenizer_re.py
[[nodiscard]] std::string tokenize_zh(std::string_view text);

/// Returns a text with blanks between its tokens, as WMT's scorer mteval-v14.pl and sacrebleu's
/// "intl" set them: signs of all scripts are tokens, except for punctuation between digits and, at
/// the beginning or end of a text, beside a digit.
/// @param text  valid UTF-8
/// @shape  the result: characters; split it at white space
/// @source sacrebleu 2.3.1: tokenizer_intl.py, after the str.rstrip() of its BLEU; categories of
///         Unicode 14
[[nodiscard]] std::string tokenize_intl(std::string_view text);

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/quality/bleu_tokenizers-inl.hpp"
#endif
