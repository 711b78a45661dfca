// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/core/printable.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/record/json_writer.hpp"

namespace perjoule::inline v0 {

PERJOULE_INLINE void JsonWriter::put(std::string_view text) {
  text.empty() ? put(nullptr) : quote(text);
}

PERJOULE_INLINE void JsonWriter::quote(std::string_view text) {
  text_ += '"';
  while (!text.empty()) {
    const auto [value, size] = detail::first_code_point(text);
    const auto byte = static_cast<unsigned char>(text[0]);
    if (size == 0) {
      text_ += "\xEF\xBF\xBD";  // U+FFFD: JSON must be UTF-8, but a file name may be anything
    } else if (text::detail::is_invisible(value)) {
      escape(value);
    } else {
      if (byte == '"' || byte == '\\') text_ += '\\';
      text_ += text.substr(0, size);
    }
    text.remove_prefix(size == 0 ? 1 : size);
  }
  text_ += '"';
}

PERJOULE_INLINE void JsonWriter::escape(char32_t character) {
  if (character > 0xFFFFU) {  // a surrogate pair
    escape(0xD800U + ((character - 0x10000U) >> 10U));
    character = 0xDC00U + ((character - 0x10000U) & 0x3FFU);
  }
  constexpr std::string_view digits = "0123456789abcdef";
  text_ += "\\u";
  for (const unsigned shift : {12U, 8U, 4U, 0U}) text_ += digits[(character >> shift) & 15U];
}

PERJOULE_INLINE void JsonWriter::put(double number) {
  const std::string digits = is_finite(number) ? text::shortest(number) : "null";
  text_ += digits == "-0" ? "0" : digits;  // readers take it for a whole number, which has no -0
}

PERJOULE_INLINE void JsonWriter::put(bool flag) { text_ += flag ? "true" : "false"; }

PERJOULE_INLINE void JsonWriter::put(std::nullptr_t) { text_ += "null"; }

PERJOULE_INLINE void JsonWriter::put_signed(std::int64_t number) {
  text_ += text::format("{}", number);
}

PERJOULE_INLINE void JsonWriter::put_unsigned(std::uint64_t number) {
  text_ += text::format("{}", number);
}

PERJOULE_INLINE void JsonWriter::put(View<double> numbers) {
  Array list(*this, Layout::line);
  for (const double number : numbers) list.add(number);
}

PERJOULE_INLINE void JsonWriter::break_line() {
  text_ += '\n';
  text_.append(2 * depth_, ' ');
}

PERJOULE_INLINE JsonWriter::Scope::Scope(JsonWriter& json, Layout layout, char opening,
                                         char closing)
    : json_(json), layout_(layout), closing_(closing) {
  json_.text_ += opening;
  if (layout_ == Layout::lines) ++json_.depth_;
}

PERJOULE_INLINE JsonWriter::Scope::~Scope() {
  if (layout_ == Layout::lines) {
    --json_.depth_;
    if (!is_empty_) json_.break_line();
  }
  json_.text_ += closing_;
}

PERJOULE_INLINE JsonWriter& JsonWriter::Scope::begin_member() {
  if (!is_empty_) json_.text_ += layout_ == Layout::lines ? "," : ", ";
  if (layout_ == Layout::lines) json_.break_line();
  is_empty_ = false;
  return json_;
}

PERJOULE_INLINE JsonWriter& JsonWriter::Scope::begin_member(std::string_view key) {
  begin_member().quote(key);
  json_.text_ += ": ";
  return json_;
}

PERJOULE_INLINE JsonWriter::Object JsonWriter::object(Layout layout) { return {*this, layout}; }

PERJOULE_INLINE JsonWriter::Array JsonWriter::array(Layout layout) { return {*this, layout}; }

PERJOULE_INLINE JsonWriter::Object JsonWriter::Object::object(std::string_view key, Layout layout) {
  return {begin_member(key), within(layout)};
}

PERJOULE_INLINE JsonWriter::Array JsonWriter::Object::array(std::string_view key, Layout layout) {
  return {begin_member(key), within(layout)};
}

PERJOULE_INLINE JsonWriter::Object JsonWriter::Array::object(Layout layout) {
  return {begin_member(), within(layout)};
}

PERJOULE_INLINE JsonWriter::Array JsonWriter::Array::array(Layout layout) {
  return {begin_member(), within(layout)};
}

}  // namespace perjoule::inline v0
