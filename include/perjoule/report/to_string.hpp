// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string.h>

#include "perjoule/core/config.hpp"
#include "perjoule/core/line.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/score/score.hpp"
#include "perjoule/stats/confidence.hpp"
#include "perjoule/stats/ratio.hpp"
#include "perjoule/units/estimate.hpp"
#include "perjoule/units/quantity.hpp"

namespace perjoule::inline v0::text {

/// "0.013" for "0.01300": the zeros of a counted number are no digits of it.
[[nodiscard]] Short trim_trailing_zeros(Short number) noexcept;

/// What one of the printed numbers of a metric is worth: a share is printed as per cent.
/// @unit a factor
[[nodiscard]] inline double display_factor(const char* unit) noexcept {
  return strcmp(unit, "%") == 0 ? 0.01 : 1.0;
}

/// A number for a reader: "12.3 ± 0.4" where the interval is symmetric, "4.9 [1.6, 14.7]" where it
/// is not, "n/a" where there is no number. Every format that shows it shows these digits: they are
/// rounded here, and nowhere else.
/// @param unit  what one of the printed numbers is worth: 1e-6 for a column in uJ
/// @unit  SI; unit is a factor
/// @error both forms are 95 % intervals
[[nodiscard]] Name cell(const Estimate<double>& estimate, const Interval<double>& interval,
                        double unit = 1.0) noexcept;

/// @copydoc text::cell(const Estimate<double>&, const Interval<double>&, double)
template <class Q>
[[nodiscard]] Name cell(const Estimate<Q>& estimate, double unit = 1.0) noexcept {
  const Estimate<double> number = perjoule::detail::strip_unit(estimate);
  return cell(number, interval(number), unit);
}

}  // namespace perjoule::inline v0::text

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
[[nodiscard]] Name to_string(const Estimate<double>& estimate, const Interval<double>& interval,
                             const char* unit) noexcept;

/// "[1.98, 2.08] mJ/item", or "unbounded": both ends in the digits that their distance carries.
/// @param unit  of the interval, SI
/// @unit  that of `unit`
[[nodiscard]] Name to_string(const Interval<double>& interval, const char* unit = "") noexcept;

/// An estimate that stands alone: "4.9 [1.6, 14.7] mJ/item (modelled)".
/// @unit  that of the estimate
/// @error both forms are 95 % intervals
[[nodiscard]] inline Name to_string(const Estimate<double>& estimate) noexcept {
  return to_string(estimate, interval(estimate), "");
}

/// An estimate that stands alone: "4.9 [1.6, 14.7] mJ/item (modelled)".
/// @unit  that of the estimate
/// @error both forms are 95 % intervals
template <Dimension D>
[[nodiscard]] Name to_string(const Estimate<Quantity<D>>& estimate) noexcept {
  const Estimate<double> number = perjoule::detail::strip_unit(estimate);
  return to_string(number, interval(number), unit_symbol(D).chars);
}

/// "[1.98, 2.08] mJ", or "unbounded".
/// @unit that of the interval
template <Dimension D>
[[nodiscard]] Name to_string(const Interval<Quantity<D>>& interval) noexcept {
  return to_string(
      Interval<double>{interval.low.si(), interval.high.si(), interval.level, interval.method},
      unit_symbol(D).chars);
}

/// "2.5 mJ": a number that somebody wrote down, to four digits.
/// @unit that of the quantity
template <Dimension D>
[[nodiscard]] Name to_string(Quantity<D> quantity) noexcept {
  if (!is_finite(quantity.si())) return "n/a";
  return to_string(exact(quantity));
}

/// "38.5 [35.5, 41.8] item/J".
/// @unit that of the score
[[nodiscard]] inline Name to_string(const Score& score) noexcept {
  return to_string(score.value, score.interval, score.unit);
}

}  // namespace perjoule::inline v0::text

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/report/to_string-inl.hpp"
#endif
