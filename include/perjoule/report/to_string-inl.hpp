// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "perjoule/core/config.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/report/to_string.hpp"

namespace perjoule::inline v0::text {

PERJOULE_INLINE std::string trim_trailing_zeros(std::string number) {
  if (number.find('.') == std::string::npos) return number;
  number.erase(number.find_last_not_of('0') + 1);
  if (number.ends_with('.')) number.pop_back();
  return number;
}

PERJOULE_INLINE std::string percent(double share) {
  return trim_trailing_zeros(significant(100.0 * share, 6)) + " %";
}

PERJOULE_INLINE std::string cell(const Estimate<double>& estimate, const Interval<double>& interval,
                                 double unit) {
  if (!estimate.is_known()) return "n/a";
  const double value = estimate.value / unit;
  // A number of a single run may be off by anything, and nothing is bounded or unbounded about it.
  if (interval.method == IntervalMethod::exact || !is_finite(estimate.random)) {
    return trim_trailing_zeros(significant(value, 4));
  }
  if (!interval.is_known()) return significant(value, 2) + " [unbounded]";
  const double low = interval.low / unit;
  const double high = interval.high / unit;
  // A clipped interval is not symmetric, whatever its method.
  const bool is_symmetric = std::abs((value - low) - (high - value)) <= 1e-6 * (high - low);
  if (interval.method == IntervalMethod::student_t && is_symmetric) {
    return with_halfwidth(value, high - value);
  }
  // Both ends get the digits of the nearer one, since they show how well the value is known.
  const double nearer = std::min(value - low, high - value);
  const int place = rounding_place(nearer > 0.0 ? nearer : high - low);
  return format("{} [{}, {}]", rounded(value, place), rounded(low, place), rounded(high, place));
}

PERJOULE_INLINE std::string score_cell(const Estimate<double>& score,
                                       const Interval<double>& interval, double unit) {
  if (score.is_known() && score.value == 0.0) return "0";
  return cell(score, interval, unit);
}

PERJOULE_INLINE ScaledUnit scaled_unit(double magnitude, std::string_view unit) {
  if (unit.empty() || unit.starts_with('%')) return {std::string(unit), display_factor(unit)};
  const Prefix prefix = prefix_of(magnitude);
  const bool is_count = unit.starts_with("item") || unit.starts_with('1');
  if (!is_count) return {format("{}{}", prefix.symbol, unit), prefix.factor};
  const std::size_t line = unit.find('/');
  if (line == unit.npos) return {std::string(unit), 1.0};
  const std::string_view below = prefix_of(1.0 / prefix.factor).symbol;
  return {format("{}/{}{}", unit.substr(0, line), below, unit.substr(line + 1)), prefix.factor};
}

PERJOULE_INLINE std::string with_unit(const Estimate<double>& estimate,
                                      const Interval<double>& interval, std::string_view unit) {
  if (!estimate.is_known()) return "n/a";
  const auto [symbol, factor] = scaled_unit(estimate.value, unit);
  const std::string number = cell(estimate, interval, factor);
  return symbol.empty() ? number : number + ' ' + symbol;
}

PERJOULE_INLINE std::string to_string(const Estimate<double>& estimate,
                                      const Interval<double>& interval, std::string_view unit) {
  const std::string number = with_unit(estimate, interval, unit);
  if (!estimate.is_known() || estimate.provenance == Provenance::measured) return number;
  return format("{} ({})", number, name(estimate.provenance));
}

PERJOULE_INLINE std::string to_string(const Interval<double>& interval, std::string_view unit) {
  if (!interval.is_known()) return "unbounded";
  const double half = 0.5 * (interval.high - interval.low);
  if (half <= 0.0) return with_unit(exact(interval.low), interval, unit);
  const double larger = std::max(std::abs(interval.low), std::abs(interval.high));
  const auto [symbol, factor] = scaled_unit(larger, unit);
  const int place = rounding_place(half / factor);
  const std::string numbers = format("[{}, {}]", rounded(interval.low / factor, place),
                                     rounded(interval.high / factor, place));
  return symbol.empty() ? numbers : numbers + ' ' + symbol;
}

PERJOULE_INLINE std::string to_string(const Estimate<double>& estimate) {
  return to_string(estimate, interval(estimate), "");
}

PERJOULE_INLINE std::string to_string(const Score& score) {
  return to_string(score.value, score.interval, score.unit);
}

PERJOULE_INLINE double display_factor(std::string_view unit) noexcept {
  return unit == "%" ? 0.01 : 1.0;
}

}  // namespace perjoule::inline v0::text
