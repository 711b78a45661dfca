// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <algorithm>
#include <cmath>

#include "perjoule/core/config.hpp"
#include "perjoule/core/math.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/engine/sample_estimates.hpp"
#include "perjoule/measure/changes.hpp"
#include "perjoule/quality/metric.hpp"
#include "perjoule/quality/quality_result.hpp"
#include "perjoule/stats/distributions.hpp"
#include "perjoule/stats/hypothesis_tests.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE std::size_t pairs_to_resolve(std::size_t pairs, double value, double half,
                                             double common, double min_effect) noexcept {
  const double from_none = std::abs(value);
  const double from_effect = min_effect - from_none;
  const double wanted = std::max(from_none, from_effect);
  const double room = detail::square(wanted) - detail::square(common);
  if (room <= 0.0) return 0;
  const double all = static_cast<double>(pairs) * detail::square(half) / room;
  if (all > 1e12 || all <= static_cast<double>(pairs)) return all > 1e12 ? 0 : 1;
  return static_cast<std::size_t>(all) + 1 - pairs;
}

PERJOULE_INLINE std::vector<double> clean_window_values(const Samples& samples,
                                                        Samples::Column column) {
  std::vector<double> values = per_item_by_window(samples, column);
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!is_finite(samples.at(i, Samples::clean))) values[i] = quiet_nan();
  }
  return values;
}

PERJOULE_INLINE std::vector<double> log_ratios(View<double> first, View<double> variant) {
  std::vector<double> ratios;
  for (std::size_t i = 0; i < first.size() && i < variant.size(); ++i) {
    if (!is_finite(first[i]) || !is_finite(variant[i])) continue;
    if (first[i] > 0.0 && variant[i] > 0.0) {
      ratios.push_back(std::log(variant[i] / first[i]));
    }
  }
  return ratios;
}

PERJOULE_INLINE Change change_of(View<double> log_ratios, double common, Provenance provenance,
                                 double level, double min_effect) {
  Change change;
  change.windows = log_ratios.size();
  if (log_ratios.empty() || provenance == Provenance::missing) return change;
  const LocationEstimate found = signed_rank(log_ratios, level);
  const double times = std::exp(found.value);
  const double z = t_quantile(0.5 * (1.0 + level), infinite_dof);
  change.ratio = {times, 0.0, infinite_dof, times * common, provenance};
  change.verdict = Verdict::unresolved;
  if (!found.interval.is_known()) return change;
  const double below = found.value - found.interval.low;
  const double above = found.interval.high - found.value;
  const double half = 0.5 * (below + above);
  change.ratio.random = times * half / z;
  const Interval<double> logarithms{found.value - std::hypot(below, z * common),
                                    found.value + std::hypot(above, z * common), level,
                                    IntervalMethod::signed_rank};
  change.interval = {std::exp(logarithms.low), std::exp(logarithms.high), level,
                     IntervalMethod::signed_rank};
  const double effect = std::log(1.0 + min_effect);
  change.verdict = verdict_of(logarithms, effect);
  if (change.verdict == Verdict::unresolved) {
    change.more_pairs = pairs_to_resolve(change.windows, found.value, half, z * common, effect);
  }
  return change;
}

PERJOULE_INLINE Change exact_change(const Estimate<Bytes>& first, const Estimate<Bytes>& variant,
                                    double min_effect) noexcept {
  if (!first.is_known() || !variant.is_known() || first.value <= Bytes(0.0)) return {};
  const double times = variant.value / first.value;
  const Interval<double> interval{times, times, 0.95, IntervalMethod::exact};
  const Interval<double> about_one{times - 1.0, times - 1.0, 0.95, IntervalMethod::exact};
  return {exact(times), interval, verdict_of(about_one, min_effect), 0, 0};
}

PERJOULE_INLINE double shared_relative_uncertainty(
    const Estimate<JoulesPerItem>& first, const Estimate<JoulesPerItem>& variant) noexcept {
  if (!first.is_known() || !variant.is_known()) return 0.0;
  return std::hypot(first.common / first.value, variant.common / variant.value);
}

PERJOULE_INLINE Change active_change(const Entry& first, const Entry& variant, double level,
                                     double min_effect) {
  const Estimate<Watts>& idle = first.samples.idle;
  if (!idle.is_known() || !first.active_energy.is_known()) return {};
  const auto logarithms = [&](double watts) {
    return log_ratios(per_item_by_window(first.samples, Samples::energy, watts),
                      per_item_by_window(variant.samples, Samples::energy, watts));
  };
  const double watts = idle.value.si();
  const std::vector<double> pairs = logarithms(watts);
  const std::vector<double> shifted = logarithms(watts + idle.random.si());
  // Where nearly all of the energy is idle, a ratio of what remains tells nothing.
  const std::size_t all = logarithms(0.0).size();
  if (pairs.empty() || pairs.size() != all || shifted.size() != all) return {};
  const double moved = signed_rank(shifted).value - signed_rank(pairs).value;
  const double common = std::hypot(
      moved, shared_relative_uncertainty(comparable_energy(first, first.active_energy),
                                         comparable_energy(variant, variant.active_energy)));
  return change_of(pairs, common, worst(first.active_energy.provenance, idle.provenance), level,
                   min_effect);
}

PERJOULE_INLINE QualityChange quality_change(const Entry& first, const Entry& variant,
                                             std::size_t metric, double level) {
  const Quality& own = variant.quality[metric];
  QualityChange change{own.metric, own.unit, own.higher_is_better, own.items, {}, {}};
  const IntervalEstimate<double> found = paired_difference(
      own, per_item_of(variant, metric), first.quality[metric], per_item_of(first, metric), level);
  change.difference = found.estimate;
  if (!change.difference.is_known()) return change;
  change.interval = found.interval;
  Interval<double> loss = change.interval;
  if (own.higher_is_better) loss = {-loss.high, -loss.low, loss.level, loss.method};
  change.verdict = verdict_of(loss, 0.0);
  return change;
}

PERJOULE_INLINE VariantChanges compare_entries(const Entry& first, const Entry& variant,
                                               double level, double min_effect) {
  const auto pairs = [&](Samples::Column column) {
    return log_ratios(per_item_by_window(first.samples, column),
                      per_item_by_window(variant.samples, column));
  };
  // A turn is usually a single slice, and its CPU time is that of the whole turn, so interrupted
  // turns are left out here too.
  const auto clean_pairs = [&](Samples::Column column) {
    return log_ratios(clean_window_values(first.samples, column),
                      clean_window_values(variant.samples, column));
  };
  const bool clean = best_time_column(first.samples) == Samples::clean &&
                     best_time_column(variant.samples) == Samples::clean;
  const Provenance clock = first.wall_time.provenance;
  const Provenance meter = worst(first.energy.provenance, variant.energy.provenance);
  VariantChanges found;
  found.time =
      change_of(pairs(clean ? Samples::clean : Samples::wall), 0.0, clock, level, min_effect);
  found.cpu_time = change_of(clean ? clean_pairs(Samples::cpu) : pairs(Samples::cpu), 0.0,
                             Provenance::measured, level, min_effect);
  found.energy = change_of(pairs(Samples::energy),
                           shared_relative_uncertainty(comparable_energy(first, first.energy),
                                                       comparable_energy(variant, variant.energy)),
                           meter, level, min_effect);
  found.active_energy = active_change(first, variant, level, min_effect);
  found.stored = exact_change(first.footprint.stored, variant.footprint.stored, min_effect);
  found.resident = exact_change(first.footprint.resident, variant.footprint.resident, min_effect);
  for (std::size_t i = 0; i < first.quality.size() && i < variant.quality.size(); ++i) {
    found.quality.push_back(quality_change(first, variant, i, 0.95));
  }
  return found;
}

}  // namespace perjoule::inline v0::detail
