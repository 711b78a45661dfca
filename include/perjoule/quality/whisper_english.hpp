// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string>
#include <string_view>

#include "perjoule/core/config.hpp"
#include "perjoule/core/version.hpp"
#include "perjoule/quality/error_rate.hpp"

namespace perjoule::inline v0 {

namespace detail {

/// Returns a text with its English numbers in digits, and signs of currency before them.
/// @param text  in small letters
/// @source OpenAI's Whisper, normalizers/english.py: EnglishNumberNormalizer
[[nodiscard]] std::u32string with_english_numbers(std::u32string_view text);

/// @param text  valid UTF-8
/// @source see whisper_english_without_spelling
[[nodiscard]] std::string whisper_english(std::string_view text);

}  // namespace detail

/// Returns Whisper's normaliser of English texts, but for its list of British and American
/// spellings: "colour" and "color" remain two words.
///
/// It writes texts in small letters, drops what is in brackets and what fills a pause ("uh"),
/// writes contractions and titles out, numbers in digits ("twenty one dollars" is "$21"), and drops
/// signs and accents. Rates are those of Whisper's paper only where no word is spelt in two ways.
///
///     perjoule::word_error_rate(texts, perjoule::whisper_english_without_spelling())
///
/// @source OpenAI's Whisper, normalizers/english.py: EnglishTextNormalizer; Radford et al. 2022,
///         arXiv 2212.04356, appendix C
[[nodiscard]] TextNormalizer whisper_english_without_spelling();

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/quality/whisper_english-inl.hpp"
#endif
