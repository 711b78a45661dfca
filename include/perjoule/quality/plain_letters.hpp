// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string>
#include <string_view>

#include "perjoule/core/config.hpp"
#include "perjoule/core/version.hpp"

namespace perjoule::inline v0::detail {

/// Appends a small letter, or another character, as it is read without what stands on and about it:
/// "e" for U+00E9, "fi" for the ligature, "1 2" for the half, a blank for a sign, nothing for a
/// combining mark.
///
/// Taken apart are characters of the Latin, Greek and Cyrillic scripts, kana, Hangul, letters and
/// digits in circles, of full width and for mathematics. In other scripts combining marks are
/// dropped, but a character that has one built in remains as it is.
///
/// @param keep  signs that are no blank
/// @source normal form KD of Unicode 14, without category Mn and with blanks for M, S and P;
///         letters without a normal form, such as o with a stroke, as Whisper's normaliser has them
void append_plain(std::u32string& text, char32_t c, std::u32string_view keep);

}  // namespace perjoule::inline v0::detail

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/quality/plain_letters-inl.hpp"
#endif
