// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <stdarg.h>

#include <cstddef>

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/record/json_writer.hpp"

namespace perjoule::inline v0 {

PERJOULE_INLINE void JsonWriter::put_text(const char* text) noexcept {
  for (; *text != '\0'; ++text) add(*text == '\'' ? '"' : *text);
}

PERJOULE_INLINE void JsonWriter::add(char c) noexcept { out_.put(c); }

PERJOULE_INLINE void JsonWriter::quote(const char* content) noexcept {
  add('"');
  for (std::string_view rest = content; !rest.empty();) {
    const std::size_t size = detail::first_code_point(rest).bytes;
    const auto byte = static_cast<unsigned char>(rest[0]);
    if (size == 0) {
      out_.put("\xEF\xBF\xBD");  // U+FFFD: JSON must be UTF-8, a file name need not be
      rest.remove_prefix(1);
      continue;
    }
    if (byte < 0x20U) {
      constexpr const char* digits = "0123456789abcdef";
      const char escape[] = {'\\', 'u', '0', '0', digits[byte >> 4U], digits[byte & 15U], '\0'};
      out_.put(escape);
    } else {
      if (byte == '"' || byte == '\\') add('\\');
      out_.put(rest.data(), size);
    }
    rest.remove_prefix(size);
  }
  add('"');
}

PERJOULE_INLINE void JsonWriter::put(const char* format, ...) noexcept {
  va_list arguments;
  va_start(arguments, format);
  for (; *format != '\0'; ++format) {
    if (*format != '%') {
      add(*format == '\'' ? '"' : *format);
    } else if (*++format == 's') {
      const char* const string = va_arg(arguments, const char*);
      *string == '\0' ? out_.put("null") : quote(string);
    } else if (*format == 'g') {
      const double number = va_arg(arguments, double);
      out_.put(is_finite(number) ? text::shortest(number).chars : "null");
    } else if (*format == 'd') {
      out_.put(va_arg(arguments, int) != 0 ? "true" : "false");
    } else {
      PERJOULE_EXPECTS(*format == 'z' && format[1] == 'u');
      ++format;
      out_.put(text::format("%zu", va_arg(arguments, std::size_t)).chars);
    }
  }
  va_end(arguments);
}

}  // namespace perjoule::inline v0
