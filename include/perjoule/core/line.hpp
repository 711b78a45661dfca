// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string.h>

#include <cstddef>
#include <string>
#include <string_view>

#include "perjoule/core/buffer.hpp"
#include "perjoule/core/config.hpp"
#include "perjoule/core/version.hpp"

/// Text as results hold it, and numbers as text.
namespace perjoule::inline v0::text {

namespace detail {

/// Ends a line that was cut off in "..." so that a reader sees it, and not within a character.
void mark_cut(char* line, std::size_t room) noexcept;

/// Copies what fits into a line of zeros.
void copy(char* line, std::size_t room, const char* content, std::size_t size) noexcept;

}  // namespace detail

/// A short text within its object: a name, a number, a reason. Results are made of it, so that they
/// are copied like numbers: nothing is allocated, and no compiler has to build a copy and a
/// clean-up for each of thirty strings in every file that includes the library.
template <std::size_t Room>
struct Line {
  char chars[Room] = {};  ///< zero-terminated UTF-8

  constexpr Line() noexcept = default;
  Line(const char* content) noexcept { detail::copy(chars, Room, content, strlen(content)); }
  Line(std::string_view content) noexcept {
    detail::copy(chars, Room, content.data(), content.size());
  }
  Line(const std::string& content) noexcept : Line(std::string_view(content)) {}

  [[nodiscard]] constexpr const char* c_str() const noexcept { return chars; }
  [[nodiscard]] std::string_view view() const noexcept { return chars; }
  [[nodiscard]] constexpr bool empty() const noexcept { return chars[0] == '\0'; }

  friend bool operator==(const Line& a, const char* b) noexcept { return strcmp(a.chars, b) == 0; }
  friend bool operator==(const Line& a, const Line& b) noexcept { return a == b.chars; }
};

using Short = Line<64>;   ///< a number with its unit, a word
using Name = Line<256>;   ///< the name of a model or a processor; a cell of a table
using Long = Line<1024>;  ///< a sentence; a path

/// A line made by C's formatted output. Only %s, %d and %zu are used: those that no locale changes.
[[nodiscard, gnu::format(printf, 1, 2)]] Long format(const char* format, ...) noexcept;

/// A text that grows: a table, a record. It has no zero at its end. Out of memory ends the program
/// here: an exception path behind each append would be half of the code in a user's file.
class Text {
 public:
  void put(const char* content) noexcept;
  void put(const char* content, std::size_t size) noexcept;
  void put(char c, std::size_t times = 1) noexcept;

  [[nodiscard]] std::string_view view() const noexcept { return {chars_.bytes(), chars_.size()}; }

 private:
  perjoule::detail::Storage chars_;
};

}  // namespace perjoule::inline v0::text

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/core/line-inl.hpp"
#endif
