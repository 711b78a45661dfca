// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/regress/fail_rule.hpp"
#include "perjoule/regress/observations.hpp"
#include "perjoule/units/direction.hpp"
#include "perjoule/units/estimate.hpp"

namespace perjoule::inline v0 {

/// What a comparison shows of one number of one benchmark.
enum class MetricVerdict : std::uint8_t {
  equivalent,    ///< shown to differ by no more than the smallest change of interest
  improved,      ///< shown to be better
  inconclusive,  ///< shown neither way
  invalid,       ///< not to be compared: of another machine, workload, scope or metric
  missing,       ///< the old side has it, and the new one does not
  regressed,     ///< shown to be worse
};

[[nodiscard]] std::string_view name(MetricVerdict verdict) noexcept;

/// The comparison of one number of one benchmark.
struct MetricComparison {
  std::string metric;
  std::string unit;
  Direction better = Direction::unknown;
  Provenance provenance = Provenance::missing;
  bool is_quality = false;
  /// Counted, and the same in each of several processes of one program, old and new.
  bool is_deterministic = false;
  double old_value = detail::quiet_nan();  ///< median of processes. @unit the metric's
  double new_value = detail::quiet_nan();  ///< median of processes. @unit the metric's
  std::size_t old_processes = 0;
  std::size_t new_processes = 0;
  bool were_in_turns = false;           ///< old and new processes alternated
  bool is_ratio = true;                 ///< the change is new/old, otherwise new - old
  double change = detail::quiet_nan();  ///< @unit none, or the metric's
  Interval<double> interval;            ///< of the change
  double p_worse = 1.0;                 ///< one-sided, adjusted. @unit a share of 1
  double p_better = 1.0;                ///< one-sided, adjusted. @unit a share of 1
  bool is_judged = true;  ///< otherwise nothing can be shown of it, whatever is measured
  MetricVerdict verdict = MetricVerdict::inconclusive;
  std::string reason;  ///< of a verdict that is none of equivalent, improved and regressed
  /// Processes a side, or items of a quality, that would probably show it; 0 if it is shown or no
  /// number would.
  std::size_t needed = 0;
  /// Processes a side that a test takes at least, where there were fewer; otherwise 0.
  std::size_t least_processes = 0;
};

namespace detail {

/// A change that a number may have.
struct ChangeLimits {
  /// Smallest change of interest, or the margin of a rule.
  /// @unit of the change: a share of 1, or the metric's
  double effect = 0.0;
  /// The tests are of changes beyond this: the margin of a rule, otherwise 0. @unit as `effect`
  double margin = 0.0;
};

/// Returns a comparison with what both sides are, and no verdict yet.
[[nodiscard]] MetricComparison describe(const Observations& before, const Observations& after,
                                        const FailRule* rule);

/// Returns the limits of a number.
/// @param rule        nullptr if there is none for it
/// @param min_effect  see GateOptions. @unit a share of 1
[[nodiscard]] ChangeLimits limits_of(const MetricComparison& of, const FailRule* rule,
                                     double min_effect);

/// Compares numbers that scatter from process to process; the p-values are not adjusted.
void compare_scatter(MetricComparison& of, const Observations& before, const Observations& after,
                     const ChangeLimits& limits);

/// Returns the verdict of numbers that scatter, from their adjusted p-values.
/// @param tests  number of p-values that were adjusted together
void judge_scatter(MetricComparison& of, const ChangeLimits& limits, double alpha,
                   std::size_t tests);

/// Tells whether every process of both sides has its side's value, and there are several.
[[nodiscard]] bool is_the_same_in_each(const Observations& before, const Observations& after);

/// Compares numbers without scatter.
void compare_exactly(MetricComparison& of, const ChangeLimits& limits);

/// Adds the change of a number whose better direction is not known.
void add_change(MetricComparison& of, bool is_exact);

/// Compares qualities: item by item if both sides kept them.
void compare_quality(MetricComparison& of, const Observations& before, const Observations& after,
                     const ChangeLimits& limits);

}  // namespace detail

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/regress/metric_comparison-inl.hpp"
#endif
