// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string.h>

#include <cstddef>
#include <string_view>

#include "perjoule/core/config.hpp"
#include "perjoule/core/math.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/report/cell.hpp"
#include "perjoule/score/score.hpp"
#include "perjoule/stats/confidence.hpp"
#include "perjoule/units/estimate.hpp"
#include "perjoule/units/interval.hpp"
#include "perjoule/units/symbol.hpp"

// A cell stands below a head that says its unit and its provenance. Here is the text of numbers
// that stand alone, in a sentence or a log: they say both themselves.
namespace perjoule::inline v0::text {

/// A unit with the prefix that a number reads best in.
struct ScaledUnit {
  Short symbol;  ///< "mJ/item"; empty where there is none
  /// What one of it is worth.
  /// @unit a factor of the SI unit
  double factor = 1.0;
};

/// "mJ/item" for 0.002 J/item. What counts items or nothing above the line has its prefix below:
/// 2e6 item/J are 2 item/µJ. A share is printed as per cent, and a number without a unit as it is.
/// @param unit  "J/item", "1/B", "%"
/// @unit  magnitude in `unit`
[[nodiscard]] PERJOULE_COLD inline ScaledUnit scaled_unit(double magnitude,
                                                          const char* unit) noexcept {
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

/// "2.05 ± 0.03 mJ/item", "4.9 [1.6, 14.7] mJ/item", "n/a": a cell with its unit, and without a
/// word on where it comes from.
/// @param unit  of the estimate, SI: "J/item"; or "%" for a share
/// @unit  that of `unit`
/// @error both forms are 95 % intervals
[[nodiscard]] PERJOULE_COLD inline Name with_unit(const Estimate<double>& estimate,
                                                  const Interval<double>& interval,
                                                  const char* unit) noexcept {
  if (!estimate.is_known()) return "n/a";
  const ScaledUnit scaled = scaled_unit(estimate.value, unit);
  return format("%s%s%s", cell(estimate, interval, scaled.factor).chars,
                scaled.symbol.empty() ? "" : " ", scaled.symbol.chars)
      .chars;
}

/// The same, with a word behind it where it is not measured: "4.9 [1.6, 14.7] mJ/item (modelled)".
/// @unit  that of `unit`
/// @error both forms are 95 % intervals
[[nodiscard]] PERJOULE_COLD inline Name in_full(const Estimate<double>& estimate,
                                                const Interval<double>& interval,
                                                const char* unit) noexcept {
  const Name number = with_unit(estimate, interval, unit);
  if (!estimate.is_known() || estimate.provenance == Provenance::measured) return number;
  return format("%s (%s)", number.chars, name(estimate.provenance)).chars;
}

/// "[1.98, 2.08] mJ/item", or "unbounded": both ends in the digits that their distance carries.
/// @param unit  of the interval, SI
/// @unit  that of `unit`
[[nodiscard]] PERJOULE_COLD inline Name in_full(const Interval<double>& interval,
                                                const char* unit = "") noexcept {
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

/// An estimate that stands alone: "4.9 [1.6, 14.7] mJ/item (modelled)".
/// @unit  that of the estimate
/// @error both forms are 95 % intervals
[[nodiscard]] inline Name in_full(const Estimate<double>& estimate) noexcept {
  return in_full(estimate, interval(estimate), "");
}

/// An estimate that stands alone: "4.9 [1.6, 14.7] mJ/item (modelled)".
/// @unit  that of the estimate
/// @error both forms are 95 % intervals
template <Dimension D>
[[nodiscard]] Name in_full(const Estimate<Quantity<D>>& estimate) noexcept {
  const Estimate<double> number = perjoule::detail::bare(estimate);
  return in_full(number, interval(number), symbol(D).chars);
}

/// "[1.98, 2.08] mJ", or "unbounded".
/// @unit that of the interval
template <Dimension D>
[[nodiscard]] Name in_full(const Interval<Quantity<D>>& interval) noexcept {
  return in_full(
      Interval<double>{interval.low.si(), interval.high.si(), interval.level, interval.method},
      symbol(D).chars);
}

/// "2.5 mJ": a number that somebody wrote down, to four digits.
/// @unit that of the quantity
template <Dimension D>
[[nodiscard]] Name in_full(Quantity<D> quantity) noexcept {
  if (!is_finite(quantity.si())) return "n/a";
  return in_full(exact(quantity));
}

/// "38.5 [35.5, 41.8] item/J".
/// @unit that of the score
[[nodiscard]] inline Name in_full(const Score& score) noexcept {
  return in_full(score.value, score.interval, score.unit);
}

}  // namespace perjoule::inline v0::text
