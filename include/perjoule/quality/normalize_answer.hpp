// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <string_view>

#include "perjoule/core/buffer.hpp"
#include "perjoule/core/config.hpp"
#include "perjoule/core/version.hpp"
#include "perjoule/core/view.hpp"

namespace perjoule::inline v0 {

namespace detail {

/// The small letter of a capital one of the Latin (with the accents of living languages), Greek and
/// Cyrillic scripts. A letter that needs its context or two code points gets the plain one: capital
/// sigma is never the final one, and I with a dot is i.
/// @source Unicode 14, lower case mappings as Python 3.11 has them
[[nodiscard]] char32_t lower_case(char32_t c) noexcept;

/// Whether a character belongs to a word, as `\w` of Python's re has it: letters and digits. Of
/// what lies beyond ASCII, the signs of Latin text and the common blocks of signs do not.
[[nodiscard]] bool is_of_word(char32_t c) noexcept;

void append_utf8(Buffer<char>& text, char32_t c);

/// How long the article is that begins at a place and ends with a word: 0 where there is none.
[[nodiscard]] std::size_t article_at(View<char32_t> points, std::size_t at) noexcept;

}  // namespace detail

/// An answer as SQuAD compares it: in small letters, without punctuation of ASCII, without the
/// articles a, an and the, its words one blank apart. "The  Eiffel-Tower!" is "eiffeltower".
///
/// Python, in which the reference is written, knows the small letters and the signs of all scripts;
/// here they are those of text in Latin, Greek and Cyrillic letters.
///
/// @param text  valid UTF-8
/// @shape  the result: characters in UTF-8
/// @source Rajpurkar et al., EMNLP 2016, 2383: normalize_answer of the evaluation script v1.1
[[nodiscard]] Buffer<char> normalize_answer(std::string_view text);

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/quality/normalize_answer-inl.hpp"
#endif
