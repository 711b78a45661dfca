// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string.h>

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "perjoule/core/config.hpp"
#include "perjoule/core/line.hpp"
#include "perjoule/core/math.hpp"
#include "perjoule/core/missing.hpp"
#include "perjoule/core/version.hpp"

// Numbers become text with std::to_chars: a locale cannot turn its point into a comma, and it costs
// a sixth of what a formatting library costs to compile.
namespace perjoule::inline v0::text {

/// The shortest digits that read back to the same double: what a record stores.
/// @unit none is added
[[nodiscard]] PERJOULE_COLD inline Short shortest(double number) noexcept {
  Short digits;
  std::to_chars(digits.chars, digits.chars + sizeof digits.chars - 1, number);
  return digits;
}

/// The decimal exponent of the first digit when `digits` are shown: 2 for 345, -3 for 0.00345, and
/// 1 for 9.99 with two digits, which shows as 10. Read off what to_chars prints, since
/// floor(log10(x)) is off by one just below a power of ten.
/// @unit a power of ten
[[nodiscard]] PERJOULE_COLD inline int exponent(double number, int digits) noexcept {
  Short shown;
  char* mark = std::to_chars(shown.chars, shown.chars + sizeof shown.chars - 1, number,
                             std::chars_format::scientific, digits - 1)
                   .ptr;
  int found = 0;
  for (int place = 1; *--mark >= '0' && *mark <= '9'; place *= 10) found += place * (*mark - '0');
  return *mark == '-' ? -found : found;
}

/// `number` rounded to the decimal place 10^place: (1234.5, 1) is "1230", (0.126, -2) is "0.13".
/// @unit none is added; place is a power of ten
[[nodiscard]] PERJOULE_COLD inline Short rounded(double number, int place) noexcept {
  Short digits;
  if (place > 20) return shortest(number);  // as many zeros as nobody reads
  const double scale = place > 0 ? math::power_of_ten(place) : 1.0;
  const auto [end, problem] = std::to_chars(digits.chars, digits.chars + 40, number / scale,
                                            std::chars_format::fixed, place > 0 ? 0 : -place);
  if (problem != std::errc{}) return shortest(number);  // too many digits for anybody to read
  if (digits == "0") return "0";
  const bool is_zero = digits.chars[strspn(digits.chars, "-0.")] == '\0';
  if (is_zero && digits.chars[0] == '-') return digits.chars + 1;
  for (int i = 0; i < place; ++i) end[i] = '0';
  return digits;
}

/// `number` with so many significant digits, in fixed notation: (0.012345, 3) is "0.0123".
/// @unit none is added
[[nodiscard]] PERJOULE_COLD inline Short significant(double number, int digits) noexcept {
  if (!is_finite(number)) return "n/a";
  return rounded(number, number == 0.0 ? 0 : exponent(number, digits) - (digits - 1));
}

/// The decimal place to which a number with this half-width is rounded: two digits of the
/// half-width where it begins with 100 to 354, else one.
/// @unit   a power of ten
/// @source Particle Data Group, Review of Particle Physics, Introduction 5.3 "Rounding"
[[nodiscard]] PERJOULE_COLD inline int place_of(double halfwidth) noexcept {
  const int first = exponent(halfwidth, 3);
  return halfwidth / math::power_of_ten(first) < 3.545 ? first - 1 : first;
}

/// "12.3 ± 0.4": both rounded to the place of the half-width, so that no digit is shown that the
/// measurement does not carry.
/// @unit  value and halfwidth in one unit, which the caller names
/// @error halfwidth is that of the 95 % interval
[[nodiscard]] PERJOULE_COLD inline Name with_halfwidth(double value, double halfwidth) noexcept {
  if (!is_finite(value) || !is_finite(halfwidth) || halfwidth <= 0.0) return "n/a";
  const int place = place_of(halfwidth);
  // 0.95 is a little less in binary: a half-width that is a tie in decimal digits is rounded up.
  const double up = halfwidth * (1.0 + 1e-12);
  return format("%s ± %s", rounded(value, place).chars, rounded(up, place).chars).chars;
}

/// An SI prefix with its factor.
struct Prefix {
  const char* symbol;
  double factor;  ///< @unit none
};

/// The prefix that leaves 1 to 999 before the point: 0.00123 gives milli. One for a whole column,
/// since a reader compares down a column, and numbers rather than prefixes.
/// @unit any SI unit; a factor of it comes back
[[nodiscard]] PERJOULE_COLD inline Prefix prefix_of(double magnitude) noexcept {
  static constexpr Prefix prefixes[] = {{"T", 1e12}, {"G", 1e9},  {"M", 1e6},
                                        {"k", 1e3},  {"", 1.0},   {"m", 1e-3},
                                        {"µ", 1e-6}, {"n", 1e-9}, {"p", 1e-12}};
  const double size = math::absolute(magnitude);
  if (!is_finite(magnitude) || size == 0.0) return {"", 1.0};
  for (const Prefix& prefix : prefixes) {
    if (size >= prefix.factor * 0.9995) return prefix;  // 999.6 m would print as 1000 m
  }
  return {"p", 1e-12};
}

/// Reads a whole number that may end in a new line, as the files below /sys do; false where it is
/// none or has more than 19 digits.
[[nodiscard]] inline bool read_integer(const char* digits, std::uint64_t& number) noexcept {
  std::uint64_t found = 0;
  int count = 0;
  for (; *digits >= '0' && *digits <= '9'; ++digits, ++count) {
    found = found * 10 + static_cast<std::uint64_t>(*digits - '0');
  }
  if (count == 0 || count > 19 || (*digits != '\0' && *digits != '\n')) return false;
  number = found;
  return true;
}

/// How many characters a terminal shows: the code points of a UTF-8 text.
[[nodiscard]] constexpr std::size_t width(std::string_view utf8) noexcept {
  std::size_t points = 0;
  for (const char c : utf8) points += (static_cast<unsigned char>(c) & 0xC0U) != 0x80U ? 1 : 0;
  return points;
}

}  // namespace perjoule::inline v0::text
