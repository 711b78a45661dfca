// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string.h>

#include "perjoule/core/config.hpp"
#include "perjoule/core/line.hpp"
#include "perjoule/stats/confidence.hpp"
#include "perjoule/units/estimate.hpp"
#include "perjoule/units/interval.hpp"

namespace perjoule::inline v0::text {

/// "0.013" for "0.01300": the zeros of a counted number are no digits of it.
[[nodiscard]] Short without_zeros(Short number) noexcept;

/// What one of the printed numbers of a metric is worth: a share is printed as per cent.
/// @unit a factor
[[nodiscard]] inline double printed_unit(const char* unit) noexcept {
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
  const Estimate<double> number = perjoule::detail::bare(estimate);
  return cell(number, interval(number), unit);
}

}  // namespace perjoule::inline v0::text

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/report/cell-inl.hpp"
#endif
