// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/quality/bleu_tokenizers.hpp"
#include "perjoule/quality/question_answering.hpp"
#include "perjoule/quality/text_tokens.hpp"
#include "perjoule/quality/unicode.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE void replace(std::string& text, std::string_view from, std::string_view to) {
  std::size_t at = text.find(from);
  if (at == std::string::npos) return;
  std::string changed;
  std::size_t done = 0;
  for (; at != std::string::npos; at = text.find(from, done)) {
    changed.append(text, done, at - done);
    changed += to;
    done = at + from.size();
  }
  changed.append(text, done);
  text = std::move(changed);
}

PERJOULE_INLINE void space_pairs(std::string& text, bool (*is_pair)(char, char),
                                 bool sign_is_first) {
  std::string spaced;
  spaced.reserve(2 * text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (i + 1 == text.size() || !is_pair(c, text[i + 1])) {
      spaced += c;
      continue;
    }
    if (sign_is_first) spaced += ' ';
    spaced += c;
    spaced += ' ';
    spaced += text[++i];
    if (!sign_is_first) spaced += ' ';
  }
  text = std::move(spaced);
}

PERJOULE_INLINE void separate_signs(std::string& text) {
  std::string tokens;
  tokens.reserve(3 * text.size());
  for (const char c : text) {
    const bool is_separate = is_separate_token(c);
    if (is_separate) tokens += ' ';
    tokens += c;
    if (is_separate) tokens += ' ';
  }
  text = std::move(tokens);
  // Bytes stand for characters here: no byte of a longer character looks like a sign or a digit.
  space_pairs(
      text, [](char a, char b) { return is_stop(b) && !is_digit(a); }, false);
  space_pairs(
      text, [](char a, char b) { return is_stop(a) && !is_digit(b); }, true);
  space_pairs(
      text, [](char a, char b) { return b == '-' && is_digit(a); }, false);
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE std::string tokenize_13a(std::string_view text) {
  if (text.find('\n') != std::string_view::npos) text = detail::stripped(text);
  std::string plain(text);
  detail::replace(plain, "<skipped>", "");
  detail::replace(plain, "-\n", "");  // a word broken at the end of a line
  detail::replace(plain, "\n", " ");
  detail::replace(plain, "&quot;", "\"");
  detail::replace(plain, "&amp;", "&");
  detail::replace(plain, "&lt;", "<");
  detail::replace(plain, "&gt;", ">");
  std::string tokens = " " + plain + " ";
  detail::separate_signs(tokens);
  return tokens;
}

}  // namespace perjoule::inline v0

namespace perjoule::inline v0::detail {

PERJOULE_INLINE bool is_chinese_character(char32_t c) noexcept {
  static constexpr char32_t ranges[][2] = {
      {0x2001, 0x2A6D}, {0x2E80, 0x2FDF}, {0x2FF0, 0x303F}, {0x3100, 0x312F}, {0x31A0, 0x31BF},
      {0x31C0, 0x31EF}, {0x3200, 0x33FF}, {0x3400, 0x4DB5}, {0x4E00, 0x9FBB}, {0xF900, 0xFA2D},
      {0xFA30, 0xFA6A}, {0xFA70, 0xFAD9}, {0xFE10, 0xFE1F}, {0xFE30, 0xFE4F}, {0xFF00, 0xFFEF}};
  return std::any_of(std::begin(ranges), std::end(ranges),
                     [c](const char32_t(&range)[2]) { return c >= range[0] && c <= range[1]; });
}

/// Puts blanks around the second character of each pair that `is_pair` accepts, or around the
/// first. Pairs do not overlap, as in space_pairs.
template <class IsPair>
[[nodiscard]] std::vector<char32_t> with_spaced_pairs(const std::vector<char32_t>& points,
                                                      IsPair is_pair, bool sign_is_first) {
  std::vector<char32_t> spaced;
  for (std::size_t i = 0; i < points.size(); ++i) {
    if (i + 1 == points.size() || !is_pair(points[i], points[i + 1])) {
      spaced.push_back(points[i]);
      continue;
    }
    if (sign_is_first) spaced.push_back(' ');
    spaced.push_back(points[i]);
    spaced.push_back(' ');
    spaced.push_back(points[++i]);
    if (!sign_is_first) spaced.push_back(' ');
  }
  return spaced;
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE std::string tokenize_zh(std::string_view text) {
  std::string apart;
  for (const char32_t c : detail::code_points_of(detail::stripped(text))) {
    const bool is_chinese = detail::is_chinese_character(c);
    if (is_chinese) apart += ' ';
    detail::append_utf8(apart, c);
    if (is_chinese) apart += ' ';
  }
  detail::separate_signs(apart);
  return apart;
}

PERJOULE_INLINE std::string tokenize_intl(std::string_view text) {
  using detail::is_unicode_number;
  using detail::is_unicode_punctuation;
  std::vector<char32_t> points = detail::code_points_of(text);
  while (!points.empty() && detail::is_space(points.back())) points.pop_back();
  points = detail::with_spaced_pairs(
      points,
      [](char32_t a, char32_t b) { return !is_unicode_number(a) && is_unicode_punctuation(b); },
      false);
  points = detail::with_spaced_pairs(
      points,
      [](char32_t a, char32_t b) { return is_unicode_punctuation(a) && !is_unicode_number(b); },
      true);
  std::string spaced;
  for (const char32_t c : points) {
    const bool is_sign = detail::is_unicode_symbol(c);
    if (is_sign) spaced += ' ';
    detail::append_utf8(spaced, c);
    if (is_sign) spaced += ' ';
  }
  return spaced;
}

}  // namespace perjoule::inline v0
