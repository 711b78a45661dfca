// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>

#include "perjoule/core/config.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/quality/tokenize_13a.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE void replace(Buffer<char>& text, std::string_view from, std::string_view to) {
  const std::string_view old(text.data(), text.size());
  std::size_t at = old.find(from);
  if (at == std::string_view::npos) return;
  Buffer<char> changed;
  std::size_t done = 0;
  for (; at != std::string_view::npos; at = old.find(from, done)) {
    changed.append(old.substr(done, at - done));
    changed.append(to);
    done = at + from.size();
  }
  changed.append(old.substr(done));
  text = static_cast<Buffer<char>&&>(changed);
}

PERJOULE_INLINE void space_pairs(Buffer<char>& text, bool (*is_pair)(char, char),
                                 bool sign_is_first) {
  Buffer<char> spaced(2 * text.size());
  std::size_t size = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (i + 1 == text.size() || !is_pair(c, text[i + 1])) {
      spaced[size++] = c;
      continue;
    }
    if (sign_is_first) spaced[size++] = ' ';
    spaced[size++] = c;
    spaced[size++] = ' ';
    spaced[size++] = text[++i];
    if (!sign_is_first) spaced[size++] = ' ';
  }
  text = Buffer<char>(View<char>(spaced.data(), size));
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE Buffer<char> tokenize_13a(std::string_view text) {
  if (text.find('\n') != std::string_view::npos) text = detail::stripped(text);
  Buffer<char> plain(View<char>(text.data(), text.size()));
  detail::replace(plain, "<skipped>", "");
  detail::replace(plain, "-\n", "");  // a word that was broken at the end of a line
  detail::replace(plain, "\n", " ");
  detail::replace(plain, "&quot;", "\"");
  detail::replace(plain, "&amp;", "&");
  detail::replace(plain, "&lt;", "<");
  detail::replace(plain, "&gt;", ">");
  Buffer<char> spaced(3 * plain.size() + 2);
  std::size_t size = 0;
  spaced[size++] = ' ';
  for (const char c : plain) {
    const bool apart = detail::always_apart(c);
    if (apart) spaced[size++] = ' ';
    spaced[size++] = c;
    if (apart) spaced[size++] = ' ';
  }
  spaced[size++] = ' ';
  Buffer<char> tokens(View<char>(spaced.data(), size));
  // Bytes stand for characters here: no byte of a longer character looks like a sign or a digit.
  detail::space_pairs(
      tokens, [](char a, char b) { return detail::is_stop(b) && !detail::is_digit(a); }, false);
  detail::space_pairs(
      tokens, [](char a, char b) { return detail::is_stop(a) && !detail::is_digit(b); }, true);
  detail::space_pairs(
      tokens, [](char a, char b) { return b == '-' && detail::is_digit(a); }, false);
  return tokens;
}

}  // namespace perjoule::inline v0
