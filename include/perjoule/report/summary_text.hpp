// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string>

#include "perjoule/core/config.hpp"
#include "perjoule/core/line.hpp"
#include "perjoule/measure/comparison.hpp"
#include "perjoule/record/entry.hpp"
#include "perjoule/units/estimate.hpp"

namespace perjoule::inline v0 {

namespace detail {

/// "2.1 ± 0.1": an interval that is nearly even about its value is shown by its longer half.
[[nodiscard]] text::Name ratio_cell(double value, const Interval<double>& interval);

/// "some 40 pairs of windows more than its 20 would tell", of a change that these would resolve.
[[nodiscard]] text::Long pairs_needed_text(const Change& change);

/// "2.1 ± 0.1 times less CPU time", or why that cannot be said.
[[nodiscard]] text::Long describe_change(const Change& change, const char* what, double min_effect);

/// "accuracy: no clear change, n = 602"
[[nodiscard]] text::Long describe_change(const QualityChange& change);

}  // namespace detail

namespace text {

/// "0.90 ± 0.01 times as much (better)", "n/a": a change that stands alone, with its verdict.
/// @unit  none
/// @error the interval of the change
[[nodiscard]] Name to_string(const Change& change) noexcept;

/// "1.5 ± 0.4 % (better)", "n/a": by how much, in the unit of the metric.
/// @unit  that of the metric
/// @error the interval of the change
[[nodiscard]] Name to_string(const QualityChange& change) noexcept;

}  // namespace text

/// A sentence for each variant beside the first one, with intervals: "int8 against fp32: 2.1 ± 0.1
/// times less CPU time; accuracy: no clear change, n = 602." It speaks of joules where they were
/// measured or simulated, and of CPU time where they are modelled: a model's factor of watts need
/// not be the same for both.
[[nodiscard]] std::string describe(const Comparison& comparison);

namespace detail {

/// True where the items leave open which of two models is better by their first metric: the
/// interval of their difference, paired by item, contains zero.
[[nodiscard]] bool cannot_be_told_apart(const Entry& a, const Entry& b);

}  // namespace detail

/// A sentence or two: the best model, and the cheapest of those that cannot be told from it.
/// Quality comes first and energy second, since their ratio crowns a model that knows little for
/// next to nothing. Where energy is not measured it speaks of CPU time. Empty when there is no
/// quality, or nothing to compare.
[[nodiscard]] std::string headline(Entries entries);

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/report/summary_text-inl.hpp"
#endif
