// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/report/cell.hpp"

namespace perjoule::inline v0::text {

PERJOULE_INLINE Short without_zeros(Short number) noexcept {
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
  if (interval.method == IntervalMethod::exact) return without_zeros(significant(value, 4)).chars;
  if (!interval.is_known()) {
    return format("%s [unbounded]", significant(value, 2).chars).chars;
  }
  const double low = interval.low / unit;
  const double high = interval.high / unit;
  if (interval.method == IntervalMethod::student_t) return with_halfwidth(value, high - value);
  // Both ends in the digits of the nearer one: they say how well the value is known.
  const double nearer = value - low < high - value ? value - low : high - value;
  const int place = place_of(nearer > 0.0 ? nearer : high - low);
  return format("%s [%s, %s]", rounded(value, place).chars, rounded(low, place).chars,
                rounded(high, place).chars)
      .chars;
}

}  // namespace perjoule::inline v0::text
