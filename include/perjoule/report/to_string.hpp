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

/// "0.013" for "0.01300": a counted number has no zeros at its end.
[[nodiscard]] std::string trim_trailing_zeros(std::string number);

/// What 1 stands for where a metric is printed: a share is printed in per cent.
/// @unit a factor
[[nodiscard]] double display_factor(std::string_view unit) noexcept;

/// A number for a reader: "12.3 ± 0.4" where the interval is symmetric, "4.9 [1.6, 14.7]" where it
/// is not, "n/a" where there is no number. Every format that shows it shows these digits: they are
/// rounded here, and nowhere else.
/// @param unit  what one of the printed numbers is worth: 1e-6 for a column in uJ
/// @unit  SI; unit is a factor
/// @error both forms are 95 % intervals
[[nodiscard]] std::string cell(const Estimate<double>& estimate, const Interval<double>& interval,
                               double unit = 1.0);

/// @copydoc text::cell(const Estimate<double>&, const Interval<double>&, double)
template <class Q>
[[nodiscard]] std::string cell(const Estimate<Q>& estimate, double unit = 1.0) {
  const Estimate<double> number = perjoule::detail::strip_unit(estimate);
  return cell(number, interval(number), unit);
}

}  // namespace perjoule::inline v0::text

// A cell stands below a head that names its unit and provenance. A number that stands alone, in a
// sentence or a log, names them itself.
namespace perjoule::inline v0::text {

/// A unit with the prefix in which a number reads best.
struct ScaledUnit {
  std::string symbol;  ///< "mJ/item"; empty for a number without a unit
  /// What 1 of it is worth.
  /// @unit the same without a prefix
  double factor = 1.0;
};

/// "mJ/item" for 0.002 J/item. Where the numerator is a count, the denominator has the prefix: 2e6
/// item/J are 2 item/µJ. A share is printed in per cent, and a number without a unit as it is.
/// @param unit  "J/item", "1/B", "%"
/// @unit  magnitude in `unit`
[[nodiscard]] ScaledUnit scaled_unit(double magnitude, std::string_view unit);

/// "2.05 ± 0.03 mJ/item", "4.9 [1.6, 14.7] mJ/item", "n/a": a cell with its unit, but without its
/// provenance.
/// @param unit  of the estimate, SI: "J/item"; or "%" for a share
/// @unit  that of `unit`
/// @error both forms are 95 % intervals
[[nodiscard]] std::string with_unit(const Estimate<double>& estimate,
                                    const Interval<double>& interval, std::string_view unit);

/// The same, followed by the provenance unless it is measured: "4.9 [1.6, 14.7] mJ/item
/// (modelled)".
/// @unit  that of `unit`
/// @error both forms are 95 % intervals
[[nodiscard]] std::string to_string(const Estimate<double>& estimate,
                                    const Interval<double>& interval, std::string_view unit);

/// "[1.98, 2.08] mJ/item", or "unbounded". The width of the interval decides how many digits its
/// ends have.
/// @param unit  of the interval, SI
/// @unit  that of `unit`
[[nodiscard]] std::string to_string(const Interval<double>& interval, std::string_view unit = "");

/// An estimate that stands alone: "4.9 [1.6, 14.7] mJ/item (modelled)".
/// @unit  that of the estimate
/// @error both forms are 95 % intervals
[[nodiscard]] std::string to_string(const Estimate<double>& estimate);

/// An estimate that stands alone: "4.9 [1.6, 14.7] mJ/item (modelled)".
/// @unit  that of the estimate
/// @error both forms are 95 % intervals
template <Dimension D>
[[nodiscard]] std::string to_string(const Estimate<Quantity<D>>& estimate) {
  const Estimate<double> number = perjoule::detail::strip_unit(estimate);
  return to_string(number, interval(number), unit_symbol(D));
}

/// "[1.98, 2.08] mJ", or "unbounded".
/// @unit that of the interval
template <Dimension D>
[[nodiscard]] std::string to_string(const Interval<Quantity<D>>& interval) {
  return to_string(
      Interval<double>{interval.low.si(), interval.high.si(), interval.level, interval.method},
      unit_symbol(D));
}

/// "2.5 mJ": a number that was chosen and not measured, to four digits.
/// @unit that of the quantity
template <Dimension D>
[[nodiscard]] std::string to_string(Quantity<D> quantity) {
  if (!is_finite(quantity.si())) return "n/a";
  return to_string(exact(quantity));
}

/// "38.5 [35.5, 41.8] item/J".
/// @unit that of the score
[[nodiscard]] std::string to_string(const Score& score);

}  // namespace perjoule::inline v0::text

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/report/to_string-inl.hpp"
#endif
