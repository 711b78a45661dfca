// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <algorithm>
#include <cmath>
#include <tuple>
#include <utility>

#include "perjoule/core/config.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/measure/changes.hpp"
#include "perjoule/quality/quality_result.hpp"
#include "perjoule/regress/metric_comparison.hpp"
#include "perjoule/regress/process_comparison.hpp"
#include "perjoule/regress/sequential.hpp"
#include "perjoule/stats/confidence.hpp"
#include "perjoule/stats/equivalence.hpp"
#include "perjoule/stats/hypothesis_tests.hpp"
#include "perjoule/stats/quantile.hpp"

namespace perjoule::inline v0 {

PERJOULE_INLINE std::string_view name(MetricVerdict verdict) noexcept {
  switch (verdict) {
    case MetricVerdict::equivalent:
      return "equivalent";
    case MetricVerdict::improved:
      return "improved";
    case MetricVerdict::inconclusive:
      return "inconclusive";
    case MetricVerdict::invalid:
      return "invalid";
    case MetricVerdict::missing:
      return "missing";
    case MetricVerdict::regressed:
      break;
  }
  return "regressed";
}

}  // namespace perjoule::inline v0

namespace perjoule::inline v0::detail {

PERJOULE_INLINE MetricComparison describe(const Observations& before, const Observations& after,
                                          const FailRule* rule) {
  MetricComparison of;
  of.metric = before.metric;
  of.unit = before.unit;
  of.better = rule != nullptr ? rule->better : before.better;
  of.provenance = worst(before.provenance, after.provenance);
  of.is_quality = !before.qualities.empty();
  of.old_processes = before.values.size();
  of.new_processes = after.values.size();
  if (!before.values.empty()) of.old_value = quantile(before.values, 0.5);
  if (!after.values.empty()) of.new_value = quantile(after.values, 0.5);
  const auto are_positive = [](const std::vector<double>& values) {
    return std::all_of(values.begin(), values.end(), [](double x) { return x > 0.0; });
  };
  of.is_ratio = !of.is_quality && are_positive(before.values) && are_positive(after.values);
  return of;
}

PERJOULE_INLINE ChangeLimits limits_of(const MetricComparison& of, const FailRule* rule,
                                       double min_effect) {
  const double size = std::abs(of.old_value);
  if (rule != nullptr) {
    double margin = rule->margin;
    if (rule->is_share && !of.is_ratio) margin *= size;
    if (!rule->is_share && of.is_ratio) margin /= size;
    return {margin, margin};
  }
  const bool is_in_points = of.is_quality && of.unit == "%";
  return {of.is_ratio || is_in_points ? min_effect : min_effect * size, 0.0};
}

/// Returns how much worse the new value is; below 0 if it is better.
/// @unit of the change: a share of 1, or the metric's
PERJOULE_INLINE double worse_by(const MetricComparison& of) noexcept {
  const double change = of.is_ratio ? of.change - 1.0 : of.change;
  return of.better == Direction::higher ? -change : change;
}

/// Returns all values in order of time; old ones first if that is not known, or if two of both
/// sides began at the same time.
PERJOULE_INLINE std::vector<ProcessValue> in_order(const Observations& before,
                                                   const Observations& after) {
  std::vector<ProcessValue> processes;
  for (const double value : before.values) processes.push_back({value, false});
  for (const double value : after.values) processes.push_back({value, true});
  std::vector<double> starts = before.starts;
  starts.insert(starts.end(), after.starts.begin(), after.starts.end());
  if (starts.size() != processes.size()) return processes;
  std::vector<std::pair<double, ProcessValue>> timed;
  for (std::size_t i = 0; i < starts.size(); ++i) timed.push_back({starts[i], processes[i]});
  std::stable_sort(timed.begin(), timed.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  for (std::size_t i = 1; i < timed.size(); ++i) {
    const bool is_tied = timed[i - 1].first == timed[i].first;
    if (is_tied && timed[i - 1].second.is_new != timed[i].second.is_new) return processes;
  }
  for (std::size_t i = 0; i < timed.size(); ++i) processes[i] = timed[i].second;
  return processes;
}

PERJOULE_INLINE void compare_scatter(MetricComparison& of, const Observations& before,
                                     const Observations& after, const ChangeLimits& limits) {
  const ProcessComparison found = compare_processes(in_order(before, after), limits.margin);
  of.were_in_turns = found.were_in_turns;
  of.change = found.change.value;
  of.interval = found.change.interval;
  const bool is_higher_better = of.better == Direction::higher;
  of.p_worse = is_higher_better ? found.p_smaller : found.p_larger;
  of.p_better = is_higher_better ? found.p_larger : found.p_smaller;
}

/// Returns the number of processes a side that resolves an interval.
PERJOULE_INLINE std::size_t processes_needed(const MetricComparison& of, double effect) {
  const std::size_t fewer = std::min(of.old_processes, of.new_processes);
  if (!of.interval.is_known()) return 0;
  const double value = of.is_ratio ? std::log(of.change) : of.change;
  const double low = of.is_ratio ? std::log(of.interval.low) : of.interval.low;
  const double high = of.is_ratio ? std::log(of.interval.high) : of.interval.high;
  const std::size_t more = pairs_to_resolve(fewer, value, 0.5 * (high - low), 0.0, effect);
  return more == 0 ? 0 : fewer + more;
}

PERJOULE_INLINE void judge_scatter(MetricComparison& of, const ChangeLimits& limits, double alpha,
                                   std::size_t tests) {
  const double worse = worse_by(of);
  if (of.p_worse <= alpha && worse >= limits.effect) {
    of.verdict = MetricVerdict::regressed;
    return;
  }
  if (of.p_better <= alpha && -worse >= limits.effect) {
    of.verdict = MetricVerdict::improved;
    return;
  }
  const double none = of.is_ratio ? 1.0 : 0.0;
  if (of.interval.is_known() && of.interval.low >= none - limits.effect &&
      of.interval.high <= none + limits.effect) {
    of.verdict = MetricVerdict::equivalent;
    return;
  }
  of.verdict = MetricVerdict::inconclusive;
  std::size_t floor = 1;
  while (least_p_value(floor, floor) * static_cast<double>(tests) > alpha) ++floor;
  if (least_p_value(of.old_processes, of.new_processes) * static_cast<double>(tests) > alpha) {
    of.least_processes = floor;
    of.needed = std::max(floor, processes_needed(of, limits.effect));
    of.reason = text::format("{} old and {} new processes cannot show it: run {} of each or more",
                             of.old_processes, of.new_processes, of.needed);
    return;
  }
  of.needed = processes_needed(of, limits.effect);
  of.reason = tests == 1 ? "a change is not shown"
                         : text::format("a change is not shown among {} numbers", tests);
  if (of.needed > 1000) {
    of.reason += "; it is too small for these processes to tell";
  } else if (of.needed != 0) {
    of.reason += text::format("; about {} processes of each would", of.needed);
  }
}

PERJOULE_INLINE bool is_the_same_in_each(const Observations& before, const Observations& after) {
  const auto is_same = [](const std::vector<double>& values) {
    return values.size() >= 2 &&
           std::all_of(values.begin(), values.end(), [&](double x) { return x == values[0]; });
  };
  return is_same(before.values) && is_same(after.values);
}

PERJOULE_INLINE void add_change(MetricComparison& of, bool is_exact) {
  of.change = of.is_ratio ? of.new_value / of.old_value : of.new_value - of.old_value;
  if (is_exact) of.interval = {of.change, of.change, 0.95, IntervalMethod::exact};
}

PERJOULE_INLINE void compare_exactly(MetricComparison& of, const ChangeLimits& limits) {
  add_change(of, true);
  const double worse = worse_by(of);
  // What was 0 and is not any more has changed, whatever share of 0 that is.
  // 1.05 - 1 is a little more than .05.
  const double margin = limits.margin * (1.0 + 1e-9);
  const bool is_beyond = limits.margin > 0.0 ? std::abs(worse) > margin
                                             : std::abs(worse) >= limits.effect && worse != 0.0;
  of.p_worse = worse > 0.0 ? 0.0 : 1.0;
  of.p_better = worse < 0.0 ? 0.0 : 1.0;
  of.verdict = !is_beyond    ? MetricVerdict::equivalent
               : worse > 0.0 ? MetricVerdict::regressed
                             : MetricVerdict::improved;
}

/// Returns the rows of a quality: those of the first process, or, for means of one column, the
/// means of all processes.
PERJOULE_INLINE std::vector<double> rows_of(const Observations& of) {
  const Quality& first = of.qualities[0].quality;
  std::vector<double> rows = of.qualities[0].rows;
  const bool is_mean = first.columns == 1 && !first.formula.value && !first.formula.difference;
  const bool is_alike =
      std::all_of(of.qualities.begin(), of.qualities.end(),
                  [&](const ObservedQuality& one) { return one.rows.size() == rows.size(); });
  if (!is_mean || !is_alike) return rows;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    double sum = 0.0;
    for (const ObservedQuality& one : of.qualities) sum += one.rows[i];
    rows[i] = sum / static_cast<double>(of.qualities.size());
  }
  return rows;
}

/// Returns the p-values of a difference: for it being worse, and for it being better.
PERJOULE_INLINE std::pair<double, double> p_values_of_items(const Quality& quality,
                                                            View<double> old_rows,
                                                            View<double> new_rows,
                                                            const Estimate<double>& gain,
                                                            double margin) {
  const auto is_answer = [](double x) { return x == 0.0 || x == 1.0; };
  const bool are_answers = quality.columns == 1 && !quality.formula.value && margin == 0.0 &&
                           std::all_of(old_rows.begin(), old_rows.end(), is_answer) &&
                           std::all_of(new_rows.begin(), new_rows.end(), is_answer);
  Estimate<double> loss = gain;
  loss.value = -loss.value;
  if (!are_answers) return {one_sided_p_value(loss, margin), one_sided_p_value(gain, margin)};
  std::size_t only_old = 0;
  std::size_t only_new = 0;
  for (std::size_t i = 0; i < old_rows.size(); ++i) {
    if (old_rows[i] > new_rows[i]) ++only_old;
    if (old_rows[i] < new_rows[i]) ++only_new;
  }
  const double half = 0.5 * mcnemar(only_old, only_new).mid_p;
  const bool is_worse = quality.higher_is_better ? only_old > only_new : only_old < only_new;
  return is_worse ? std::pair(half, 1.0 - half) : std::pair(1.0 - half, half);
}

/// Compares two qualities whose items were not kept, as if they were of different items. Where it
/// is not known how sure they are but for their intervals, it is the range of all differences
/// between two numbers in these, and p-values of .025 for two that do not touch.
PERJOULE_INLINE void compare_unpaired(MetricComparison& of, const Quality& before,
                                      const Quality& after, const ChangeLimits& limits) {
  of.change = of.new_value - of.old_value;
  of.interval = {after.value_interval.low - before.value_interval.high,
                 after.value_interval.high - before.value_interval.low, 0.95, IntervalMethod::box};
  const double sign = of.better == Direction::higher ? -1.0 : 1.0;
  const bool is_known = is_known_and_finite(before.value) && is_known_and_finite(after.value) &&
                        standard_uncertainty(before.value) > 0.0 &&
                        standard_uncertainty(after.value) > 0.0;
  if (is_known) {
    Estimate<double> worse = {sign * of.change, std::hypot(before.value.random, after.value.random),
                              std::min(before.value.dof, after.value.dof),
                              std::hypot(before.value.common, after.value.common),
                              Provenance::measured};
    of.p_worse = one_sided_p_value(worse, limits.margin);
    worse.value = -worse.value;
    of.p_better = one_sided_p_value(worse, limits.margin);
    worse.value = of.change;
    of.interval = interval(worse);
  }
  const double least_worse = std::min(sign * of.interval.low, sign * of.interval.high);
  const double most_worse = std::max(sign * of.interval.low, sign * of.interval.high);
  of.reason = "no items were kept that could be compared one by one";
  if (least_worse > limits.margin) {
    of.p_worse = std::min(of.p_worse, 0.025);
    of.verdict = MetricVerdict::regressed;
  } else if (most_worse < -limits.margin) {
    of.p_better = std::min(of.p_better, 0.025);
    of.verdict = MetricVerdict::improved;
  } else if (most_worse <= limits.effect) {
    of.verdict = MetricVerdict::equivalent;
  }
}

PERJOULE_INLINE void compare_quality(MetricComparison& of, const Observations& before,
                                     const Observations& after, const ChangeLimits& limits) {
  const Quality& older = before.qualities[0].quality;
  const Quality& newer = after.qualities[0].quality;
  const std::vector<double> old_rows = rows_of(before);
  const std::vector<double> new_rows = rows_of(after);
  const IntervalEstimate<double> paired = paired_difference(newer, new_rows, older, old_rows);
  if (!is_known_and_finite(paired.estimate) || !paired.interval.is_known()) {
    compare_unpaired(of, older, newer, limits);
    return;
  }
  of.change = paired.estimate.value;
  of.interval = paired.interval;
  Estimate<double> gain = paired.estimate;
  if (of.better == Direction::lower) gain.value = -gain.value;
  std::tie(of.p_worse, of.p_better) =
      p_values_of_items(older, old_rows, new_rows, gain, limits.margin);
  if (of.p_worse <= 0.025) {
    of.verdict = MetricVerdict::regressed;
    return;
  }
  if (of.p_better <= 0.025) {
    of.verdict = MetricVerdict::improved;
    return;
  }
  if (limits.effect > 0.0 && non_inferiority(gain, limits.effect).verdict == WithinMargin::shown) {
    of.verdict = MetricVerdict::equivalent;
    return;
  }
  if (standard_uncertainty(gain) == 0.0) {  // the margin is 0, and no item changed
    of.verdict = MetricVerdict::equivalent;
    return;
  }
  of.reason = "a loss is shown neither way";
  const double deviation = gain.random * std::sqrt(static_cast<double>(older.items));
  // Beyond a ratio of 1e5, more than 1e10 items would be needed: no number helps.
  if (limits.effect <= 0.0 || deviation <= 0.0 || deviation > 1e5 * limits.effect) return;
  of.needed = non_inferiority_sample_size({limits.effect, 0.0, deviation, 0.05});
  of.reason += text::format("; if there is none, about {} items show it", of.needed);
}

}  // namespace perjoule::inline v0::detail
