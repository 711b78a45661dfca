// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/core/line.hpp"
#include "perjoule/core/missing.hpp"
#include "perjoule/score/score.hpp"
#include "perjoule/stats/confidence.hpp"
#include "perjoule/stats/ratio.hpp"
#include "perjoule/units/dimension.hpp"
#include "perjoule/units/estimate.hpp"
#include "perjoule/units/interval.hpp"
#include "perjoule/units/quantity.hpp"
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
[[nodiscard]] ScaledUnit scaled_unit(double magnitude, const char* unit) noexcept;

/// "2.05 ± 0.03 mJ/item", "4.9 [1.6, 14.7] mJ/item", "n/a": a cell with its unit, and without a
/// word on where it comes from.
/// @param unit  of the estimate, SI: "J/item"; or "%" for a share
/// @unit  that of `unit`
/// @error both forms are 95 % intervals
[[nodiscard]] Name with_unit(const Estimate<double>& estimate, const Interval<double>& interval,
                             const char* unit) noexcept;

/// The same, with a word behind it where it is not measured: "4.9 [1.6, 14.7] mJ/item (modelled)".
/// @unit  that of `unit`
/// @error both forms are 95 % intervals
[[nodiscard]] Name in_full(const Estimate<double>& estimate, const Interval<double>& interval,
                           const char* unit) noexcept;

/// "[1.98, 2.08] mJ/item", or "unbounded": both ends in the digits that their distance carries.
/// @param unit  of the interval, SI
/// @unit  that of `unit`
[[nodiscard]] Name in_full(const Interval<double>& interval, const char* unit = "") noexcept;

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

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/report/in_full-inl.hpp"
#endif
