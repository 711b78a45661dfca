// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <charconv>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <system_error>
#include <type_traits>

#include "perjoule/core/config.hpp"
#include "perjoule/core/version.hpp"

namespace perjoule::inline v0::detail {

/// A code point and its length in bytes; 0 bytes if the text is not UTF-8.
struct CodePoint {
  char32_t value = 0;
  std::size_t bytes = 0;
};

/// Returns the first code point of a text.
/// @param text  not empty
/// @source RFC 3629, which Python's decoder also follows: no surrogates, no overlong encodings
[[nodiscard]] inline CodePoint first_code_point(std::string_view text) noexcept {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const char32_t lead = byte(0);
  if (lead < 0x80U) return {lead, 1};
  const std::size_t bytes = lead < 0xC2U ? 0 : lead < 0xE0U ? 2 : lead < 0xF0U ? 3 : 4;
  if (bytes == 0 || lead > 0xF4U || text.size() < bytes) return {};
  char32_t value = lead & (0x7FU >> bytes);
  for (std::size_t i = 1; i < bytes; ++i) {
    if ((byte(i) & 0xC0U) != 0x80U) return {};
    value = (value << 6U) | (byte(i) & 0x3FU);
  }
  const bool needless = (bytes == 3 && value < 0x800U) || (bytes == 4 && value < 0x10000U);
  const bool surrogate = value >= 0xD800U && value < 0xE000U;
  if (needless || surrogate || value > 0x10FFFFU) return {};
  return {value, bytes};
}

}  // namespace perjoule::inline v0::detail

/// Numbers and messages as text. Numbers are written by std::to_chars, so no locale changes the
/// decimal point into a comma.
namespace perjoule::inline v0::text {

namespace detail {

/// Counts the {} in a template.
[[nodiscard]] consteval std::size_t placeholders(std::string_view text) {
  std::size_t found = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '{' && text[i] != '}') continue;
    const char next = i + 1 < text.size() ? text[i + 1] : '\0';
    if (text[i] == '{' && next == '}')
      ++found;
    else if (next != text[i])
      throw "a brace stands alone: {{ and }} are braces, {} is an argument";
    ++i;
  }
  return found;
}

/// Template with one {} for each argument, which is checked at compile time.
template <class... Arguments>
struct Template {
  template <std::size_t Size>
  consteval Template(const char (&chars)[Size]) : text(chars, Size - 1) {
    if (placeholders(text) != sizeof...(Arguments)) throw "a template has a {} for each argument";
  }
  std::string_view text;
};

/// Argument for a {}: a text or a whole number. For a double the caller selects the number of
/// digits, with shortest(), significant() or rounded().
class Argument {
 public:
  template <class Text>
  requires std::convertible_to<const Text&, std::string_view> Argument(const Text& text)
  noexcept : text_(text) {}
  template <std::integral Number>
  requires(!std::same_as<Number, bool> && !std::same_as<Number, char>) Argument(Number number)
  noexcept
      : text_(digits_,
              static_cast<std::size_t>(
                  std::to_chars(digits_, digits_ + sizeof digits_, number).ptr - digits_)) {}
  Argument(const Argument&) = delete;
  Argument& operator=(const Argument&) = delete;

  [[nodiscard]] std::string_view text() const noexcept { return text_; }

 private:
  char digits_[24];
  std::string_view text_;
};

[[nodiscard]] std::string format(std::string_view text, const Argument* arguments);

}  // namespace detail

/// Returns the template with each {} replaced by its argument; {{ and }} are braces. Texts are
/// never truncated.
/// @param arguments  texts and whole numbers; a template with more or fewer {} does not compile
template <class... Arguments>
[[nodiscard]] std::string format(detail::Template<std::type_identity_t<Arguments>...> text,
                                 const Arguments&... arguments) {
  if constexpr (sizeof...(Arguments) == 0) {
    return detail::format(text.text, nullptr);
  } else {
    const detail::Argument list[] = {arguments...};
    return detail::format(text.text, list);
  }
}

/// Returns the shortest digits that read back to the same double, as records store it.
/// @unit none is added
[[nodiscard]] std::string shortest(double number);

/// Returns the decimal exponent of the first digit when `digits` are shown: 2 for 345, -3 for
/// 0.00345, and 1 for 9.99 with two digits, which shows as 10. It is taken from the output of
/// to_chars, since floor(log10(x)) is off by one just below a power of ten.
/// @unit a power of ten
[[nodiscard]] int exponent(double number, int digits);

/// Rounds `number` to the decimal place 10^place: (1234.5, 1) is "1230", (0.126, -2) is "0.13".
/// @unit none is added; place is a power of ten
[[nodiscard]] std::string rounded(double number, int place);

/// Returns `number` with `digits` significant digits, in fixed notation: (0.012345, 3) is "0.0123".
/// @unit none is added
[[nodiscard]] std::string significant(double number, int digits);

/// Returns the decimal place to which a number with this half-width is rounded. It keeps two digits
/// of the half-width if its first three digits are 100 to 354, otherwise one.
/// @unit   a power of ten
/// @source Particle Data Group, Review of Particle Physics, Introduction 5.3 "Rounding"
[[nodiscard]] int rounding_place(double halfwidth);

/// Returns "12.3 ± 0.4", with both rounded to the place of the half-width, so that no digit is
/// shown that the measurement does not support.
/// @unit  value and halfwidth in the same unit, which the caller names
/// @error halfwidth is the half-width of the 95 % interval
[[nodiscard]] std::string with_halfwidth(double value, double halfwidth);

/// An SI prefix with its factor.
struct Prefix {
  std::string_view symbol;
  double factor;  ///< @unit none
};

/// Returns the prefix that leaves 1 to 999 before the point: 0.00123 gives milli. Use one prefix
/// for a whole column, since readers compare numbers down a column and not prefixes.
/// @unit any SI unit; the result is a factor of it
[[nodiscard]] Prefix prefix_of(double magnitude) noexcept;

/// Reads a whole number that may end in a newline, like the files in /sys. Returns false if it is
/// not a whole number or has more than 19 digits.
[[nodiscard]] inline bool parse_integer(std::string_view digits, std::uint64_t& number) noexcept {
  if (digits.ends_with('\n')) digits.remove_suffix(1);
  std::uint64_t found = 0;
  const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), found);
  const bool is_whole = problem == std::errc() && end == digits.data() + digits.size();
  if (!is_whole || digits.size() > 19) return false;
  number = found;
  return true;
}

/// Returns the number of characters that a terminal shows: the code points of a UTF-8 text.
[[nodiscard]] constexpr std::size_t width(std::string_view utf8) noexcept {
  std::size_t points = 0;
  for (const char c : utf8) points += (static_cast<unsigned char>(c) & 0xC0U) != 0x80U ? 1 : 0;
  return points;
}

}  // namespace perjoule::inline v0::text

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/core/text-inl.hpp"
#endif
