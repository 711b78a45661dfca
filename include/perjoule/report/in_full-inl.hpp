// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string.h>

#include <cstddef>
#include <string_view>

#include "perjoule/core/config.hpp"
#include "perjoule/core/math.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/report/cell.hpp"
#include "perjoule/report/in_full.hpp"
#include "perjoule/units/provenance.hpp"

namespace perjoule::inline v0::text {

PERJOULE_INLINE ScaledUnit scaled_unit(double magnitude, const char* unit) noexcept {
  if (*unit == '\0' || *unit == '%') return {unit, printed_unit(unit)};
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

PERJOULE_INLINE Name in_full(const Estimate<double>& estimate, const Interval<double>& interval,
                             const char* unit) noexcept {
  const Name number = with_unit(estimate, interval, unit);
  if (!estimate.is_known() || estimate.provenance == Provenance::measured) return number;
  return format("%s (%s)", number.chars, name(estimate.provenance)).chars;
}

PERJOULE_INLINE Name in_full(const Interval<double>& interval, const char* unit) noexcept {
  if (!interval.is_known()) return "unbounded";
  const double half = 0.5 * (interval.high - interval.low);
  if (half <= 0.0) return with_unit(exact(interval.low), interval, unit);
  const double low = math::absolute(interval.low);
  const double high = math::absolute(interval.high);
  const ScaledUnit scaled = scaled_unit(low < high ? high : low, unit);
  const int place = place_of(half / scaled.factor);
  return format("[%s, %s]%s%s", rounded(interval.low / scaled.factor, place).chars,
                rounded(interval.high / scaled.factor, place).chars,
                scaled.symbol.empty() ? "" : " ", scaled.symbol.chars)
      .chars;
}

}  // namespace perjoule::inline v0::text
