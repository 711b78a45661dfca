// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string.h>

#include <charconv>
#include <system_error>

#include "perjoule/core/config.hpp"
#include "perjoule/core/math.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/core/text.hpp"

namespace perjoule::inline v0::text {

PERJOULE_INLINE Short shortest(double number) noexcept {
  Short digits;
  std::to_chars(digits.chars, digits.chars + sizeof digits.chars - 1, number);
  return digits;
}

PERJOULE_INLINE int exponent(double number, int digits) noexcept {
  Short shown;
  char* mark = std::to_chars(shown.chars, shown.chars + sizeof shown.chars - 1, number,
                             std::chars_format::scientific, digits - 1)
                   .ptr;
  int found = 0;
  for (int place = 1; *--mark >= '0' && *mark <= '9'; place *= 10) found += place * (*mark - '0');
  return *mark == '-' ? -found : found;
}

PERJOULE_INLINE Short rounded(double number, int place) noexcept {
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

PERJOULE_INLINE Short significant(double number, int digits) noexcept {
  if (!is_finite(number)) return "n/a";
  return rounded(number, number == 0.0 ? 0 : exponent(number, digits) - (digits - 1));
}

PERJOULE_INLINE int rounding_place(double halfwidth) noexcept {
  const int first = exponent(halfwidth, 3);
  return halfwidth / math::power_of_ten(first) < 3.545 ? first - 1 : first;
}

PERJOULE_INLINE Name with_halfwidth(double value, double halfwidth) noexcept {
  if (!is_finite(value) || !is_finite(halfwidth) || halfwidth <= 0.0) return "n/a";
  const int place = rounding_place(halfwidth);
  // 0.95 is a little less in binary: a half-width that is a tie in decimal digits is rounded up.
  const double up = halfwidth * (1.0 + 1e-12);
  return format("%s ± %s", rounded(value, place).chars, rounded(up, place).chars).chars;
}

PERJOULE_INLINE Prefix prefix_of(double magnitude) noexcept {
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

}  // namespace perjoule::inline v0::text
