// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <algorithm>

#include "perjoule/core/config.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/core/printable.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/record/canonical_json.hpp"
#include "perjoule/record/json_writer.hpp"

namespace perjoule::inline v0 {

PERJOULE_INLINE void JsonWriter::put(std::string_view text) {
  text.empty() ? put(nullptr) : quote(text);
}

PERJOULE_INLINE void JsonWriter::quote(std::string_view text) {
  if (form_ == Form::canonical) return detail::add_canonical_text(text_, text);
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
  if (!is_finite(number)) return put(nullptr);
  if (form_ == Form::canonical) {
    return detail::add_canonical_number(text_, number);
  }
  const std::string digits = text::shortest(number);
  text_ += digits == "-0" ? "0" : digits;  // readers take it for a whole number, which has no -0
}

PERJOULE_INLINE void JsonWriter::put(bool flag) { text_ += flag ? "true" : "false"; }

PERJOULE_INLINE void JsonWriter::put(std::nullptr_t) { text_ += "null"; }

PERJOULE_INLINE void JsonWriter::put_signed(std::int64_t number) {
  if (form_ == Form::canonical) return put(static_cast<double>(number));
  text_ += text::format("{}", number);
}

PERJOULE_INLINE void JsonWriter::put_unsigned(std::uint64_t number) {
  if (form_ == Form::canonical) return put(static_cast<double>(number));
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
    : json_(json),
      layout_(json.form_ == Form::canonical ? Layout::line : layout),
      closing_(closing),
      begin_(json.text_.size() + 1) {
  json_.text_ += opening;
  if (layout_ == Layout::lines) ++json_.depth_;
}

PERJOULE_INLINE void JsonWriter::Scope::put_in_order() {
  const auto is_before = [](const Member& a, const Member& b) {
    return detail::is_canonically_before(a.key, b.key);
  };
  if (std::is_sorted(members_.begin(), members_.end(), is_before)) return;
  const std::string unordered = json_.text_.substr(begin_) + ',';
  std::vector<Member> ordered = members_;
  std::sort(ordered.begin(), ordered.end(), is_before);
  json_.text_.resize(begin_);
  for (const Member& member : ordered) {
    const auto next = std::upper_bound(
        members_.begin(), members_.end(), member.begin,
        [](std::size_t begin, const Member& other) { return begin < other.begin; });
    const std::size_t end = next == members_.end() ? begin_ + unordered.size() : next->begin;
    json_.text_ += unordered.substr(member.begin - begin_, end - member.begin);
  }
  json_.text_.pop_back();  // the last comma
}

PERJOULE_INLINE JsonWriter::Scope::~Scope() {
  if (layout_ == Layout::lines) {
    --json_.depth_;
    if (!is_empty_) json_.break_line();
  }
  put_in_order();
  json_.text_ += closing_;
}

PERJOULE_INLINE JsonWriter& JsonWriter::Scope::begin_member() {
  const bool is_spaced = layout_ == Layout::line && json_.form_ == Form::readable;
  if (!is_empty_) json_.text_ += is_spaced ? ", " : ",";
  if (layout_ == Layout::lines) json_.break_line();
  is_empty_ = false;
  return json_;
}

PERJOULE_INLINE JsonWriter& JsonWriter::Scope::begin_member(std::string_view key) {
  begin_member();
  const bool is_canonical = json_.form_ == Form::canonical;
  if (is_canonical) members_.push_back({std::string(key), json_.text_.size()});
  json_.quote(key);
  json_.text_ += is_canonical ? ":" : ": ";
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
