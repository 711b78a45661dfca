// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <string_view>

#include "perjoule/core/config.hpp"
#include "perjoule/core/math.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/report/to_string.hpp"

namespace perjoule::inline v0::text {

PERJOULE_INLINE Short trim_trailing_zeros(Short number) noexcept {
  if (strchr(number.chars, '.') == nullptr) return number;
  char* last = number.chars + strlen(number.chars) - 1;
  for (; *last == '0'; --last) *last = '\0';
  if (*last == '.') *last = '\0';
  return number;
}

PERJOULE_INLINE Name cell(const Estimate<double>& estimate, const Interval<double>& interval,
                          double unit) noexcept {
  if (!estimate.is_known()) return "n/a";
  const double value = estimate.value / unit;
  if (interval.method == IntervalMethod::exact)
    return trim_trailing_zeros(significant(value, 4)).chars;
  if (!interval.is_known()) {
    return format("%s [unbounded]", significant(value, 2).chars).chars;
  }
  const double low = interval.low / unit;
  const double high = interval.high / unit;
  if (interval.method == IntervalMethod::student_t) return with_halfwidth(value, high - value);
  // Both ends in the digits of the nearer one: they say how well the value is known.
  const double nearer = value - low < high - value ? value - low : high - value;
  const int place = rounding_place(nearer > 0.0 ? nearer : high - low);
  return format("%s [%s, %s]", rounded(value, place).chars, rounded(low, place).chars,
                rounded(high, place).chars)
      .chars;
}

PERJOULE_INLINE ScaledUnit scaled_unit(double magnitude, const char* unit) noexcept {
  if (*unit == '\0' || *unit == '%') return {unit, display_factor(unit)};
  const Prefix prefix = prefix_of(magnitude);
  const char* const line = strchr(unit, '/');
  const bool counts = strncmp(unit, "item", 4) == 0 || *unit == '1';
  if (!counts) return {format("%s%s", prefix.symbol, unit).chars, prefix.factor};
  if (line == nullptr) return {unit, 1.0};
  const Short above(std::string_view(unit, static_cast<std::size_t>(line - unit)));
  return {format("%s/%s%s", above.chars, prefix_of(1.0 / prefix.factor).symbol, line + 1).chars,
          prefix.factor};
}

PERJOULE_INLINE Name with_unit(const Estimate<double>& estimate, const Interval<double>& interval,
                               const char* unit) noexcept {
  if (!estimate.is_known()) return "n/a";
  const ScaledUnit scaled = scaled_unit(estimate.value, unit);
  return format("%s%s%s", cell(estimate, interval, scaled.factor).chars,
                scaled.symbol.empty() ? "" : " ", scaled.symbol.chars)
      .chars;
}

PERJOULE_INLINE Name to_string(const Estimate<double>& estimate, const Interval<double>& interval,
                               const char* unit) noexcept {
  const Name number = with_unit(estimate, interval, unit);
  if (!estimate.is_known() || estimate.provenance == Provenance::measured) return number;
  return format("%s (%s)", number.chars, name(estimate.provenance)).chars;
}

PERJOULE_INLINE Name to_string(const Interval<double>& interval, const char* unit) noexcept {
  if (!interval.is_known()) return "unbounded";
  const double half = 0.5 * (interval.high - interval.low);
  if (half <= 0.0) return with_unit(exact(interval.low), interval, unit);
  const double low = math::absolute(interval.low);
  const double high = math::absolute(interval.high);
  const ScaledUnit scaled = scaled_unit(low < high ? high : low, unit);
  const int place = rounding_place(half / scaled.factor);
  return format("[%s, %s]%s%s", rounded(interval.low / scaled.factor, place).chars,
                rounded(interval.high / scaled.factor, place).chars,
                scaled.symbol.empty() ? "" : " ", scaled.symbol.chars)
      .chars;
}

}  // namespace perjoule::inline v0::text
