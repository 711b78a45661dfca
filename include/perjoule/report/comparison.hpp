// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string>

#include "perjoule/core/config.hpp"
#include "perjoule/core/line.hpp"
#include "perjoule/measure/comparison.hpp"
#include "perjoule/units/interval.hpp"

namespace perjoule::inline v0 {

namespace detail {

/// "2.1 ± 0.1": an interval that is nearly even about its value is shown by its longer half.
[[nodiscard]] text::Name times_cell(double value, const Interval<double>& interval);

/// "some 40 pairs of windows more than its 20 would tell", of a change that these would resolve.
[[nodiscard]] text::Long what_would_tell(const Change& change);

/// "2.1 ± 0.1 times less CPU time", or why that cannot be said.
[[nodiscard]] text::Long said(const Change& change, const char* what, double least_effect);

/// "accuracy: no clear change, n = 602"
[[nodiscard]] text::Long said(const QualityChange& change);

}  // namespace detail

namespace text {

/// "0.90 ± 0.01 times as much (better)", "n/a": a change that stands alone, with its verdict.
/// @unit  none
/// @error the interval of the change
[[nodiscard]] Name in_full(const Change& change) noexcept;

/// "1.5 ± 0.4 % (better)", "n/a": by how much, in the unit of the metric.
/// @unit  that of the metric
/// @error the interval of the change
[[nodiscard]] Name in_full(const QualityChange& change) noexcept;

}  // namespace text

/// A sentence for each variant beside the first one, with intervals: "int8 against fp32: 2.1 ± 0.1
/// times less CPU time; accuracy: no clear change, n = 602." It speaks of joules where they were
/// measured or simulated, and of CPU time where they are modelled: a model's factor of watts need
/// not be the same for both.
[[nodiscard]] std::string sentences(const Comparison& comparison);

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/report/comparison-inl.hpp"
#endif
