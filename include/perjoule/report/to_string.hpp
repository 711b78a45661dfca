// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string>
#include <string_view>

#include "perjoule/core/config.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/score/score.hpp"
#include "perjoule/stats/confidence.hpp"
#include "perjoule/units/estimate.hpp"
#include "perjoule/units/quantity.hpp"

namespace perjoule::inline v0::text {

/// Removes trailing zeros, which a counted number does not need: "0.01300" becomes "0.013".
[[nodiscard]] std::string trim_trailing_zeros(std::string number);

/// Returns "95 %" for .95.
/// @unit a share of 1
[[nodiscard]] std::string percent(double share);

/// Returns what a printed 1 of a metric is worth: 0.01 for "%", since a share is printed in per
/// cent.
/// @unit a factor
[[nodiscard]] double display_factor(std::string_view unit) noexcept;

/// Formats a number for a reader: "12.3 ± 0.4" if the interval is symmetric, "4.9 [1.6, 14.7]" if
/// it is not, "n/a" if there is no number. All formats show the same digits, since numbers are
/// rounded only here.
/// @param unit  value of 1 in the printed unit: 1e-6 for a column in uJ
/// @unit  SI; unit is a factor
/// @error both forms are 95 % intervals
[[nodiscard]] std::string cell(const Estimate<double>& estimate, const Interval<double>& interval,
                               double unit = 1.0);

/// Formats a score as cell() does, but 0 as "0": a model that is no better than one that never
/// looks at its input buys nothing, and how far its skill's interval reaches per joule or byte says
/// nothing of it.
/// @unit  as for cell()
/// @error as for cell(); none of a score of 0, which its record has
[[nodiscard]] std::string score_cell(const Estimate<double>& score,
                                     const Interval<double>& interval, double unit = 1.0);

/// @copydoc text::cell(const Estimate<double>&, const Interval<double>&, double)
template <class Q>
[[nodiscard]] std::string cell(const Estimate<Q>& estimate, double unit = 1.0) {
  const Estimate<double> number = perjoule::detail::strip_unit(estimate);
  return cell(number, interval(number), unit);
}

}  // namespace perjoule::inline v0::text

// A cell is below a head that names its unit and provenance. A number on its own, in a sentence or
// a log, must name them itself.
namespace perjoule::inline v0::text {

/// A unit, with the prefix that makes a number easiest to read.
struct ScaledUnit {
  std::string symbol;  ///< "mJ/item"; empty for a number without a unit
  /// Value of one such unit.
  /// @unit same unit without the prefix
  double factor = 1.0;
};

/// Returns "mJ/item" for 0.002 J/item. If the numerator is a count, the denominator gets the
/// prefix: 2e6 item/J are 2 item/µJ. A share is printed in per cent, and a number without a unit
/// unchanged.
/// @param unit  "J/item", "1/B", "%"
/// @unit  magnitude in `unit`
[[nodiscard]] ScaledUnit scaled_unit(double magnitude, std::string_view unit);

/// Returns a cell with its unit, but without its provenance: "2.05 ± 0.03 mJ/item", "4.9 [1.6,
/// 14.7] mJ/item", "n/a".
/// @param unit  SI unit of the estimate: "J/item"; or "%" for a share
/// @unit  same as `unit`
/// @error both forms are 95 % intervals
[[nodiscard]] std::string with_unit(const Estimate<double>& estimate,
                                    const Interval<double>& interval, std::string_view unit);

/// The same, followed by the provenance unless it is measured: "4.9 [1.6, 14.7] mJ/item
/// (modelled)".
/// @unit  same as `unit`
/// @error both forms are 95 % intervals
[[nodiscard]] std::string to_string(const Estimate<double>& estimate,
                                    const Interval<double>& interval, std::string_view unit);

/// Returns "[1.98, 2.08] mJ/item", or "unbounded". The width of the interval determines the number
/// of digits of its ends.
/// @param unit  SI unit of the interval
/// @unit  same as `unit`
[[nodiscard]] std::string to_string(const Interval<double>& interval, std::string_view unit = "");

/// Returns an estimate for use on its own: "4.9 [1.6, 14.7] mJ/item (modelled)".
/// @unit  same as the estimate
/// @error both forms are 95 % intervals
[[nodiscard]] std::string to_string(const Estimate<double>& estimate);

/// Returns an estimate for use on its own: "4.9 [1.6, 14.7] mJ/item (modelled)".
/// @unit  same as the estimate
/// @error both forms are 95 % intervals
template <Dimension D>
[[nodiscard]] std::string to_string(const Estimate<Quantity<D>>& estimate) {
  const Estimate<double> number = perjoule::detail::strip_unit(estimate);
  return to_string(number, interval(number), unit_symbol(D));
}

/// Returns "[1.98, 2.08] mJ", or "unbounded".
/// @unit same as the interval
template <Dimension D>
[[nodiscard]] std::string to_string(const Interval<Quantity<D>>& interval) {
  return to_string(
      Interval<double>{interval.low.si(), interval.high.si(), interval.level, interval.method},
      unit_symbol(D));
}

/// Returns a number that was chosen and not measured, to four digits: "2.5 mJ".
/// @unit same as the quantity
template <Dimension D>
[[nodiscard]] std::string to_string(Quantity<D> quantity) {
  if (!is_finite(quantity.si())) return "n/a";
  return to_string(exact(quantity));
}

/// Returns a score with its unit: "38.5 [35.5, 41.8] item/J".
/// @unit same as the score
[[nodiscard]] std::string to_string(const Score& score);

}  // namespace perjoule::inline v0::text

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/report/to_string-inl.hpp"
#endif
