// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/core/view.hpp"

namespace perjoule::inline v0 {

/// Writes JSON (RFC 8259). Objects and arrays write their members, and close themselves at the end
/// of their scope:
///
///     JsonWriter json;
///     {
///       JsonWriter::Object run = json.object();
///       run.add("seed", 1).add("compiler", "");
///       run.object("interval", JsonWriter::Layout::line).add("low", 0.25).add("high", 0.5);
///       JsonWriter::Array windows = run.array("windows");
///       for (const double energy : energies) windows.add(energy);
///     }
///     json.text();
///
/// An empty text and a number that is not finite are written as null. What a terminal would obey or
/// cannot show is escaped in texts: control characters and marks of direction. While a member is
/// open, nothing else may be added to the object or array that holds it.
class JsonWriter {
 public:
  class Object;
  class Array;

  /// Layout of an object or an array: each member on its own line, or everything on one line,
  /// including all that is nested.
  enum class Layout { lines, line };

  /// For people, or canonical (canonical_json.hpp), whatever the layout is.
  enum class Form { readable, canonical };

  explicit JsonWriter(Form form = Form::readable) noexcept : form_(form) {}

  [[nodiscard]] Object object(Layout layout = Layout::lines);
  [[nodiscard]] Array array(Layout layout = Layout::lines);

  [[nodiscard]] const std::string& text() const noexcept { return text_; }

  /// Returns what was written since it was last taken, so that a large document is never in memory
  /// as a whole. Not for the canonical form, whose objects are put in order as they close.
  [[nodiscard]] std::string take() { return std::exchange(text_, {}); }

 private:
  class Scope;

  void put(std::string_view text);
  void put(const char* text) { put(std::string_view(text)); }
  void put(double number);
  void put(bool flag);
  void put(std::nullptr_t);
  template <std::signed_integral Number>
  void put(Number number) {
    put_signed(number);
  }
  template <std::unsigned_integral Number>
  void put(Number number) {
    put_unsigned(number);
  }
  void put(View<double> numbers);
  void put_signed(std::int64_t number);
  void put_unsigned(std::uint64_t number);
  void quote(std::string_view text);
  void escape(char32_t character);
  void break_line();

  Form form_;
  std::string text_;
  std::size_t depth_ = 0;  // number of open objects and arrays with members on their own lines
};

/// Common part of objects and arrays: the text before, between and after their members.
class JsonWriter::Scope {
 public:
  Scope(const Scope&) = delete;
  Scope& operator=(const Scope&) = delete;

 protected:
  Scope(JsonWriter& json, Layout layout, char opening, char closing);
  ~Scope();

  JsonWriter& begin_member();
  JsonWriter& begin_member(std::string_view key);

  [[nodiscard]] Layout within(Layout layout) const noexcept {
    return layout_ == Layout::line ? Layout::line : layout;
  }

 private:
  /// A member, and where its text begins.
  struct Member {
    std::string key;
    std::size_t begin;
  };
  void put_in_order();

  JsonWriter& json_;
  Layout layout_;
  char closing_;
  bool is_empty_ = true;
  std::size_t begin_;            ///< of its text
  std::vector<Member> members_;  ///< of an object in canonical form
};

/// An open object.
class JsonWriter::Object : public Scope {
 public:
  Object(JsonWriter& json, Layout layout) : Scope(json, layout, '{', '}') {}

  /// @param value  a text, a number, a flag, a nullptr, or a list of numbers, which is written on
  ///               one line
  template <class Value>
  Object& add(std::string_view key, const Value& value) {
    begin_member(key).put(value);
    return *this;
  }
  [[nodiscard]] Object object(std::string_view key, Layout layout = Layout::lines);
  [[nodiscard]] Array array(std::string_view key, Layout layout = Layout::lines);
};

/// An open array.
class JsonWriter::Array : public Scope {
 public:
  Array(JsonWriter& json, Layout layout) : Scope(json, layout, '[', ']') {}

  /// @param value  as for an object
  template <class Value>
  Array& add(const Value& value) {
    begin_member().put(value);
    return *this;
  }
  [[nodiscard]] Object object(Layout layout = Layout::lines);
  [[nodiscard]] Array array(Layout layout = Layout::lines);
};

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/record/json_writer-inl.hpp"
#endif
