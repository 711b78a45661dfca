// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cmath>

#include "perjoule/core/config.hpp"
#include "perjoule/core/math.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/core/text.hpp"

namespace perjoule::inline v0::text {

namespace detail {

PERJOULE_INLINE std::string format(std::string_view text, const Argument* arguments) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '{' && text[i + 1] == '}') {
      result += (arguments++)->text();
      ++i;
    } else {
      result += c;
      if (c == '{' || c == '}') ++i;  // a brace is written twice
    }
  }
  return result;
}

}  // namespace detail

PERJOULE_INLINE std::string shortest(double number) {
  char digits[32];
  return {digits, std::to_chars(digits, digits + sizeof digits, number).ptr};
}

PERJOULE_INLINE int exponent(double number, int digits) {
  char shown[32];
  const char* const end =
      std::to_chars(shown, shown + sizeof shown, number, std::chars_format::scientific, digits - 1)
          .ptr;
  const std::string_view all(shown, static_cast<std::size_t>(end - shown));
  const char* const mark = all.data() + all.rfind('e') + 1;
  int found = 0;
  std::from_chars(*mark == '+' ? mark + 1 : mark, end, found);
  return found;
}

PERJOULE_INLINE std::string rounded(double number, int place) {
  if (place > 20) return shortest(number);  // too many zeros to be readable
  const double scale = place > 0 ? perjoule::detail::power_of_ten(place) : 1.0;
  char digits[64];
  const auto [end, problem] = std::to_chars(digits, digits + 40, number / scale,
                                            std::chars_format::fixed, place > 0 ? 0 : -place);
  if (problem != std::errc{}) return shortest(number);  // too many digits to be readable
  std::string result(digits, end);
  if (result == "0") return result;
  if (result.front() == '-' && result.find_first_not_of("-0.") == std::string::npos) {
    result.erase(0, 1);
    return result;
  }
  if (place > 0) result.append(static_cast<std::size_t>(place), '0');
  return result;
}

PERJOULE_INLINE std::string significant(double number, int digits) {
  if (!is_finite(number)) return "n/a";
  return rounded(number, number == 0.0 ? 0 : exponent(number, digits) - (digits - 1));
}

PERJOULE_INLINE int rounding_place(double halfwidth) {
  const int first = exponent(halfwidth, 3);
  return halfwidth / perjoule::detail::power_of_ten(first) < 3.545 ? first - 1 : first;
}

PERJOULE_INLINE std::string with_halfwidth(double value, double halfwidth) {
  if (!is_finite(value) || !is_finite(halfwidth) || halfwidth <= 0.0) return "n/a";
  const int place = rounding_place(halfwidth);
  // 0.95 is a little less in binary: a half-width that is a tie in decimal digits is rounded up.
  const double up = halfwidth * (1.0 + 1e-12);
  return rounded(value, place) + " ± " + rounded(up, place);
}

PERJOULE_INLINE Prefix prefix_of(double magnitude) noexcept {
  static constexpr Prefix prefixes[] = {{"T", 1e12}, {"G", 1e9},  {"M", 1e6},
                                        {"k", 1e3},  {"", 1.0},   {"m", 1e-3},
                                        {"µ", 1e-6}, {"n", 1e-9}, {"p", 1e-12}};
  const double size = std::abs(magnitude);
  if (!is_finite(magnitude) || size == 0.0) return {"", 1.0};
  for (const Prefix& prefix : prefixes) {
    if (size >= prefix.factor * 0.9995) return prefix;  // 999.6 m would print as 1000 m
  }
  return {"p", 1e-12};
}

}  // namespace perjoule::inline v0::text
