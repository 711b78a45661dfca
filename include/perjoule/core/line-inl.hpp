// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <stdarg.h>
#include <stdio.h>

#include "perjoule/core/config.hpp"
#include "perjoule/core/line.hpp"

namespace perjoule::inline v0::text::detail {

PERJOULE_INLINE void mark_cut(char* line, std::size_t room) noexcept {
  char* end = line + room - 4;
  while (end > line && (static_cast<unsigned char>(*end) & 0xC0U) == 0x80U) --end;
  memcpy(end, "...", 4);
}

PERJOULE_INLINE void copy(char* line, std::size_t room, const char* content,
                          std::size_t size) noexcept {
  const bool cut = size >= room;
  if (cut) size = room - 1;
  memcpy(line, content, size);
  if (cut) mark_cut(line, room);
}

}  // namespace perjoule::inline v0::text::detail

namespace perjoule::inline v0::text {

PERJOULE_INLINE Long format(const char* format, ...) noexcept {
  Long line;
  va_list arguments;
  va_start(arguments, format);
  const int size = vsnprintf(line.chars, sizeof line.chars, format, arguments);
  va_end(arguments);
  if (size >= static_cast<int>(sizeof line.chars)) detail::mark_cut(line.chars, sizeof line.chars);
  return line;
}

PERJOULE_INLINE void Text::put(const char* content) noexcept { put(content, strlen(content)); }

PERJOULE_INLINE void Text::put(const char* content, std::size_t size) noexcept {
  chars_.append(content, size);
}

PERJOULE_INLINE void Text::put(char c, std::size_t times) noexcept {
  if (times != 0) memset(chars_.grow(times), c, times);
}

}  // namespace perjoule::inline v0::text
