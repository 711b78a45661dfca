// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <cstdint>

#include "perjoule/core/buffer.hpp"
#include "perjoule/core/config.hpp"
#include "perjoule/core/few.hpp"
#include "perjoule/core/math.hpp"
#include "perjoule/core/missing.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/engine/interleave.hpp"
#include "perjoule/engine/per_item.hpp"
#include "perjoule/quality/metric.hpp"
#include "perjoule/quality/paired.hpp"
#include "perjoule/record/entry.hpp"
#include "perjoule/stats/confidence.hpp"
#include "perjoule/stats/signed_rank.hpp"
#include "perjoule/units/estimate.hpp"
#include "perjoule/units/interval.hpp"

namespace perjoule::inline v0 {

/// What is compared, and how long.
struct ComparePlan {
  /// Wall time for warm-up, idle and windows of all variants; it is spent as a whole.
  Seconds budget{10.0};
  /// Smaller changes interest nobody: below it two variants are the same.
  /// @unit a share of 1
  double least_effect = 0.01;
  /// Of the order of the inputs.
  std::uint64_t seed = 1;
};

/// What the data say of a variant beside the first one.
enum class Verdict : std::uint8_t {
  missing,     ///< there is no number
  unresolved,  ///< the interval allows for more than one of those below
  same,        ///< the whole interval is closer than the least effect of interest
  better,      ///< the whole interval is on the better side of no change
  worse,       ///< the same, on the other side
};

[[nodiscard]] constexpr const char* name(Verdict verdict) noexcept {
  switch (verdict) {
    case Verdict::unresolved:
      return "unresolved";
    case Verdict::same:
      return "same";
    case Verdict::better:
      return "better";
    case Verdict::worse:
      return "worse";
    case Verdict::missing:
      break;
  }
  return "missing";
}

/// How many times as much a variant takes as the first one.
struct Change {
  Estimate<double> times;  ///< random: a z-th of its half-width in logarithms. @unit none
  Interval<double> interval;
  Verdict verdict = Verdict::missing;
  std::size_t windows = 0;  ///< pairs behind it
  /// As many pairs more would probably resolve it; 0: it is resolved, or no number would.
  std::size_t more_windows = 0;
};

/// How much better a variant is, by one metric, over the same items.
struct QualityChange {
  text::Short metric;
  const char* unit = "";
  bool higher_is_better = true;
  std::size_t items = 0;
  Estimate<double> difference;  ///< variant less the first one. @unit that of the metric
  Interval<double> interval;
  Verdict verdict = Verdict::missing;
};

/// A variant beside the first one.
struct Compared {
  Change time;  ///< wall time of pieces that were left alone
  Change cpu_time;
  Change energy;
  Change active_energy;
  Change stored;
  Change resident;
  Few<QualityChange, max_metrics> quality;
};

/// Variants that ran in turns.
struct Comparison {
  ComparePlan plan;
  Few<Entry, max_variants> entries;        ///< as measure() gives them
  Few<Compared, max_variants - 1> others;  ///< others[i] is entries[i + 1] beside entries[0]
};

namespace detail {

/// @param interval  of a difference in which 0 is no change and less is better
/// @unit least_effect: that of the interval
[[nodiscard]] constexpr Verdict verdict_of(const Interval<double>& interval,
                                           double least_effect) noexcept {
  if (!interval.is_known()) return Verdict::unresolved;
  if (interval.low >= -least_effect && interval.high <= least_effect) return Verdict::same;
  if (interval.high < 0.0) return Verdict::better;
  if (interval.low > 0.0) return Verdict::worse;
  return Verdict::unresolved;
}

/// How many pairs more it takes until an interval that shrinks with their root is resolved.
/// @param value, half, common, least_effect  of one unit; common: what pairs do not make smaller
[[nodiscard]] PERJOULE_COLD inline std::size_t pairs_to_resolve(std::size_t pairs, double value,
                                                                double half, double common,
                                                                double least_effect) noexcept {
  const double from_none = math::absolute(value);
  const double from_effect = least_effect - from_none;
  const double wanted = from_none > from_effect ? from_none : from_effect;
  const double room = math::square(wanted) - math::square(common);
  if (room <= 0.0) return 0;
  const double all = static_cast<double>(pairs) * math::square(half) / room;
  if (all > 1e12 || all <= static_cast<double>(pairs)) return all > 1e12 ? 0 : 1;
  return static_cast<std::size_t>(all) + 1 - pairs;
}

/// A column per item, of windows of which a piece was left alone; not finite for the others.
[[nodiscard]] PERJOULE_COLD inline Buffer<double> of_clean_windows(const Samples& samples,
                                                                   Samples::Column column) {
  Buffer<double> values = of_each_window(samples, column);
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!is_finite(samples.at(i, Samples::clean))) values[i] = no_number();
  }
  return values;
}

/// Logarithms of the quotients of pairs, without those that have none.
[[nodiscard]] PERJOULE_COLD inline Buffer<double> log_ratios(View<double> first,
                                                             View<double> variant) {
  Buffer<double> ratios;
  for (std::size_t i = 0; i < first.size() && i < variant.size(); ++i) {
    if (!is_finite(first[i]) || !is_finite(variant[i])) continue;
    if (first[i] > 0.0 && variant[i] > 0.0) {
      ratios.push_back(math::logarithm(variant[i] / first[i]));
    }
  }
  return ratios;
}

/// @param common  standard uncertainty of the logarithm that all pairs share. @unit none
/// @unit  level, least_effect: a share of 1
/// @error the signed-rank interval of the logarithms, and z common, in squares
[[nodiscard]] PERJOULE_COLD inline Change change_of(View<double> log_ratios, double common,
                                                    Provenance provenance, double level,
                                                    double least_effect) {
  Change change;
  change.windows = log_ratios.size();
  if (log_ratios.empty() || provenance == Provenance::missing) return change;
  const Location found = signed_rank(log_ratios, level);
  const double times = math::exponential(found.value);
  const double z = t_quantile(0.5 * (1.0 + level), known_dof);
  change.times = {times, 0.0, known_dof, times * common, provenance};
  change.verdict = Verdict::unresolved;
  if (!found.interval.is_known()) return change;
  const double below = found.value - found.interval.low;
  const double above = found.interval.high - found.value;
  const double half = 0.5 * (below + above);
  change.times.random = times * half / z;
  const Interval<double> logarithms{found.value - math::root_sum_square(below, z * common),
                                    found.value + math::root_sum_square(above, z * common), level,
                                    IntervalMethod::signed_rank};
  change.interval = {math::exponential(logarithms.low), math::exponential(logarithms.high), level,
                     IntervalMethod::signed_rank};
  const double effect = math::logarithm(1.0 + least_effect);
  change.verdict = verdict_of(logarithms, effect);
  if (change.verdict == Verdict::unresolved) {
    change.more_windows = pairs_to_resolve(change.windows, found.value, half, z * common, effect);
  }
  return change;
}

/// Of two counted numbers.
[[nodiscard]] PERJOULE_COLD inline Change exact_change(const Estimate<Bytes>& first,
                                                       const Estimate<Bytes>& variant,
                                                       double least_effect) noexcept {
  if (!first.is_known() || !variant.is_known() || first.value <= Bytes(0.0)) return {};
  const double times = variant.value / first.value;
  const Interval<double> interval{times, times, 0.95, IntervalMethod::exact};
  const Interval<double> about_one{times - 1.0, times - 1.0, 0.95, IntervalMethod::exact};
  return {exact(times), interval, verdict_of(about_one, least_effect), 0, 0};
}

/// What is not known of two energies and does not differ from pair to pair, as a part of each: the
/// ends of windows, and for a model its watts, which two variants need not share.
/// @unit none
[[nodiscard]] PERJOULE_COLD inline double common_share(
    const Estimate<JoulesPerItem>& first, const Estimate<JoulesPerItem>& variant) noexcept {
  if (!first.is_known() || !variant.is_known()) return 0.0;
  return math::root_sum_square(first.common / first.value, variant.common / variant.value);
}

/// Active energies of pairs. The idle power is one draw for all windows of both variants: what its
/// uncertainty moves the middle by is common to all pairs.
[[nodiscard]] PERJOULE_COLD inline Change active_change(const Entry& first, const Entry& variant,
                                                        double level, double least_effect) {
  const Estimate<Watts>& idle = first.samples.idle;
  if (!idle.is_known() || !first.active_energy.is_known()) return {};
  const auto logarithms = [&](double watts) {
    return log_ratios(of_each_window(first.samples, Samples::energy, watts),
                      of_each_window(variant.samples, Samples::energy, watts));
  };
  const double watts = idle.value.si();
  const Buffer<double> pairs = logarithms(watts);
  const Buffer<double> shifted = logarithms(watts + idle.random.si());
  // Where the idle power is nearly all there is, a quotient of what is left says nothing.
  const std::size_t all = logarithms(0.0).size();
  if (pairs.empty() || pairs.size() != all || shifted.size() != all) return {};
  const double moved = signed_rank(shifted).value - signed_rank(pairs).value;
  const double common =
      math::root_sum_square(moved, common_share(first.active_energy, variant.active_energy));
  return change_of(pairs, common, worst(first.active_energy.provenance, idle.provenance), level,
                   least_effect);
}

[[nodiscard]] PERJOULE_COLD inline QualityChange quality_change(const Entry& first,
                                                                const Entry& variant,
                                                                std::size_t metric, double level) {
  const Quality& own = variant.quality[metric];
  QualityChange change{own.metric, own.unit, own.higher_is_better, own.items, {}, {}};
  const Bounded found = paired_difference(own, per_item_of(variant, metric), first.quality[metric],
                                          per_item_of(first, metric), level);
  change.difference = found.estimate;
  if (!change.difference.is_known()) return change;
  change.interval = found.interval;
  Interval<double> loss = change.interval;
  if (own.higher_is_better) loss = {-loss.high, -loss.low, loss.level, loss.method};
  change.verdict = verdict_of(loss, 0.0);
  return change;
}

/// A variant beside the first one.
/// @param level  of each single interval but those of quality, which are of 95 %
/// @unit  level, least_effect: a share of 1
[[nodiscard]] PERJOULE_COLD inline Compared compare_entries(const Entry& first,
                                                            const Entry& variant, double level,
                                                            double least_effect) {
  const auto pairs = [&](Samples::Column column) {
    return log_ratios(of_each_window(first.samples, column),
                      of_each_window(variant.samples, column));
  };
  // A turn is mostly one piece, and its CPU time that of the whole: one that was interrupted is
  // left out here, too.
  const auto clean_pairs = [&](Samples::Column column) {
    return log_ratios(of_clean_windows(first.samples, column),
                      of_clean_windows(variant.samples, column));
  };
  const bool clean = time_column(first.samples) == Samples::clean &&
                     time_column(variant.samples) == Samples::clean;
  const Provenance clock = first.wall_time.provenance;
  const Provenance meter = worst(first.energy.provenance, variant.energy.provenance);
  Compared found;
  found.time =
      change_of(pairs(clean ? Samples::clean : Samples::wall), 0.0, clock, level, least_effect);
  found.cpu_time = change_of(clean ? clean_pairs(Samples::cpu) : pairs(Samples::cpu), 0.0,
                             Provenance::measured, level, least_effect);
  found.energy = change_of(pairs(Samples::energy), common_share(first.energy, variant.energy),
                           meter, level, least_effect);
  found.active_energy = active_change(first, variant, level, least_effect);
  found.stored = exact_change(first.footprint.stored, variant.footprint.stored, least_effect);
  found.resident = exact_change(first.footprint.resident, variant.footprint.resident, least_effect);
  for (std::size_t i = 0; i < first.quality.size() && i < variant.quality.size(); ++i) {
    found.quality.push_back(quality_change(first, variant, i, 0.95));
  }
  return found;
}

/// The level of each of so many intervals at which 95 % of comparisons have all of them right.
/// @unit   a share of 1
/// @source Bonferroni: time, CPU time, energy and active energy of each variant but the first
[[nodiscard]] constexpr double level_of_each(std::size_t variants) noexcept {
  return 1.0 - 0.05 / (4.0 * static_cast<double>(variants - 1));
}

}  // namespace detail

}  // namespace perjoule::inline v0
