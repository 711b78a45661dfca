// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string>
#include <string_view>

#include "perjoule/core/config.hpp"
#include "perjoule/measure/comparison.hpp"
#include "perjoule/record/entry.hpp"
#include "perjoule/units/estimate.hpp"

namespace perjoule::inline v0 {

namespace detail {

/// Returns a text such as "2.1 ± 0.1". A nearly symmetric interval is shown by its longer half.
[[nodiscard]] std::string ratio_cell(double value, const Interval<double>& interval);

/// Returns a text such as "75.0 [73.0, 77.0] %": a number in the unit of its metric, without a
/// prefix.
/// @unit  same as the metric, named by `unit`
/// @error both forms are 95 % intervals
[[nodiscard]] std::string metric_cell(const Estimate<double>& estimate,
                                      const Interval<double>& interval, std::string_view unit);

/// Returns by how much the energies of two entries may differ though both took the same, since one
/// meter does not show all workloads alike; 0 if that is not known.
/// @unit   a share of 1, with 95 %
/// @source docs/reference/meters.md#gain
[[nodiscard]] double gain_between(const Entry& a, const Entry& b) noexcept;

/// Returns what it takes to resolve a change: "some 40 pairs of windows more than its 20 would
/// tell".
[[nodiscard]] std::string pairs_needed_text(const Change& change);

/// Returns a text such as "2.1 ± 0.1 times less CPU time", or the reason why there is no result.
[[nodiscard]] std::string describe_change(const Change& change, std::string_view what,
                                          double min_effect);

/// Returns a text such as "accuracy: no clear change, n = 602".
[[nodiscard]] std::string describe_change(const QualityChange& change);

}  // namespace detail

namespace text {

/// Returns a change for use on its own, with its verdict: "0.90 ± 0.01 times as much (better)",
/// "n/a".
/// @unit  none
/// @error the interval of the change
[[nodiscard]] std::string to_string(const Change& change);

/// Returns a difference in the unit of the metric: "1.5 ± 0.4 % (better)", "n/a".
/// @unit  same as the metric
/// @error the interval of the change
[[nodiscard]] std::string to_string(const QualityChange& change);

}  // namespace text

/// Returns a sentence for each variant that compares it with the first one: "int8 against fp32: 2.1
/// ± 0.1 times less CPU time; accuracy: no clear change, n = 602." It reports joules if they were
/// measured or simulated, and CPU time if they are modelled: the error of a power model may differ
/// between the variants.
[[nodiscard]] std::string describe(const Comparison& comparison);

namespace detail {

/// Returns the interval of the difference of two models in their first metric, paired by item. If
/// it contains zero, the items leave open which of them is better. Missing if they cannot be
/// paired.
/// @unit same as the metric
[[nodiscard]] Interval<double> paired_interval(const Entry& a, const Entry& b);

/// Tells whether some models are ranked by energy: each was measured or simulated, by meters that
/// count the same. Otherwise CPU time takes its place, since the error of a power model may differ
/// between models.
[[nodiscard]] bool rank_by_energy(Entries entries) noexcept;

}  // namespace detail

/// Returns one or two sentences that name the best model, and the cheapest of the models that
/// cannot be told apart from it. Quality comes first and energy second, since a ratio of both would
/// favour models that know little and cost next to nothing. If energy is modelled, CPU time is used
/// instead. Empty if there is no quality, or nothing to compare.
[[nodiscard]] std::string headline(Entries entries);

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/report/summary_text-inl.hpp"
#endif
