// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/code_point.hpp"
#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/line.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/quality/utf8.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE void check_utf8(std::string_view text, const char* whose, std::size_t item) {
  for (std::size_t at = 0; at < text.size();) {
    if (static_cast<unsigned char>(text[at]) < 0x80U) {
      ++at;
      continue;
    }
    const CodePoint next = first_code_point(text.substr(at));
    if (next.bytes == 0) {
      fail("a text is not valid UTF-8",
           text::format("the %s of item %zu, at byte %zu", whose, item, at).chars,
           "decode it with the character set that it was written in");
    }
    at += next.bytes;
  }
}

PERJOULE_INLINE Buffer<std::string_view> words_of(std::string_view text) {
  Buffer<std::string_view> words;
  std::size_t begin = 0;
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint next = first_code_point(text.substr(at));
    if (is_space(next.value)) {
      if (begin < at) words.push_back(text.substr(begin, at - begin));
      begin = at + next.bytes;
    }
    at += next.bytes;
  }
  if (begin < text.size()) words.push_back(text.substr(begin));
  return words;
}

PERJOULE_INLINE Buffer<char32_t> code_points_of(std::string_view text) {
  Buffer<char32_t> points(text.size());
  std::size_t count = 0;
  for (std::size_t at = 0; at < text.size(); ++count) {
    const CodePoint next = first_code_point(text.substr(at));
    points[count] = next.value;
    at += next.bytes;
  }
  return Buffer<char32_t>(View<char32_t>(points.data(), count));
}

PERJOULE_INLINE std::string_view stripped(std::string_view text) {
  const Buffer<std::string_view> words = words_of(text);
  if (words.empty()) return {};
  const std::string_view last = words[words.size() - 1];
  return {words[0].data(), static_cast<std::size_t>(last.data() + last.size() - words[0].data())};
}

}  // namespace perjoule::inline v0::detail
