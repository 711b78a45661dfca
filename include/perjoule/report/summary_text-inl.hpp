// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/quality/metric.hpp"
#include "perjoule/quality/quality_result.hpp"
#include "perjoule/report/summary_text.hpp"
#include "perjoule/report/to_string.hpp"
#include "perjoule/stats/confidence.hpp"
#include "perjoule/stats/distributions.hpp"
#include "perjoule/stats/ratio.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE std::string ratio_cell(double value, const Interval<double>& interval) {
  const double below = value - interval.low;
  const double above = interval.high - value;
  const double longer = std::max(below, above);
  const double shorter = std::min(below, above);
  Interval<double> shown = interval;
  if (interval.is_known() && shorter > 0.8 * longer) {
    shown = {value - longer, value + longer, interval.level, IntervalMethod::student_t};
  }
  return text::cell(Estimate<double>{value, 0.0, infinite_dof, 0.0, Provenance::measured}, shown);
}

PERJOULE_INLINE double gain_between(const Entry& a, const Entry& b) noexcept {
  if (worst(a.energy.provenance, b.energy.provenance) > Provenance::estimated) return 0.0;
  return normal_95 * std::hypot(a.samples.gain.between, b.samples.gain.between);
}

PERJOULE_INLINE std::string metric_cell(const Estimate<double>& estimate,
                                        const Interval<double>& interval, std::string_view unit) {
  const std::string cell = text::cell(estimate, interval, text::display_factor(unit));
  return unit.empty() ? cell : text::format("{} {}", cell, unit);
}

PERJOULE_INLINE std::string pairs_needed_text(const Change& change) {
  if (change.more_pairs == 1) {
    return text::format("one pair of windows more than its {} might tell", change.windows);
  }
  return text::format("some {} pairs of windows more than its {} would tell", change.more_pairs,
                      change.windows);
}

PERJOULE_INLINE std::string describe_change(const Change& change, std::string_view what,
                                            double min_effect) {
  const double times = change.ratio.value;
  const Interval<double>& interval = change.interval;
  if (change.verdict == Verdict::missing) return text::format("{}: not known", what);
  if (change.verdict == Verdict::same) {
    return text::format("as much {}, to {} %", what, text::shortest(100.0 * min_effect));
  }
  if (change.verdict == Verdict::unresolved) {
    const std::string out =
        text::format("no clear change of {}, {} times as much", what, ratio_cell(times, interval));
    return change.more_pairs == 0 ? out : out + " (" + pairs_needed_text(change) + ")";
  }
  if (change.verdict == Verdict::worse) {
    return text::format("{} times more {}", ratio_cell(times, interval), what);
  }
  const Interval<double> inverse{1.0 / interval.high, 1.0 / interval.low, interval.level,
                                 interval.method};
  return text::format("{} times less {}", ratio_cell(1.0 / times, inverse), what);
}

PERJOULE_INLINE std::string describe_change(const QualityChange& change) {
  switch (change.verdict) {
    case Verdict::missing:
      return change.metric + ": cannot be compared item by item";
    case Verdict::same:
      return text::format("{}: the same, n = {}", change.metric, change.items);
    case Verdict::unresolved:
      return text::format("{}: no clear change, n = {}", change.metric, change.items);
    case Verdict::better:
    case Verdict::worse:
      break;
  }
  return text::format("{}: {} {}, n = {}", change.metric,
                      metric_cell(change.difference, change.interval, change.unit),
                      name(change.verdict), change.items);
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0::text {

PERJOULE_INLINE std::string to_string(const Change& change) {
  if (change.verdict == Verdict::missing) return "n/a";
  const std::string cell = perjoule::detail::ratio_cell(change.ratio.value, change.interval);
  const Provenance provenance = change.ratio.provenance;
  if (provenance == Provenance::measured) {
    return format("{} times as much ({})", cell, name(change.verdict));
  }
  return format("{} times as much ({}, {})", cell, name(provenance), name(change.verdict));
}

PERJOULE_INLINE std::string to_string(const QualityChange& change) {
  if (change.verdict == Verdict::missing) return "n/a";
  return format("{} ({})", with_unit(change.difference, change.interval, change.unit),
                name(change.verdict));
}

}  // namespace perjoule::inline v0::text

namespace perjoule::inline v0 {

PERJOULE_INLINE std::string describe(const Comparison& comparison) {
  std::string out;
  for (std::size_t i = 0; i < comparison.changes.size(); ++i) {
    const VariantChanges& changes = comparison.changes[i];
    const Provenance provenance = changes.energy.ratio.provenance;
    const bool has_joules =
        changes.energy.verdict != Verdict::missing && provenance != Provenance::modelled;
    const double least = comparison.plan.min_effect;
    if (i != 0) out += '\n';
    out += text::format("{} against {}: ", comparison.entries[i + 1].plan.label(),
                        comparison.entries[0].plan.label());
    if (has_joules) {
      if (provenance == Provenance::simulated) out += "simulated: ";
      out += detail::describe_change(changes.energy, "energy", least);
    } else {
      out += detail::describe_change(changes.cpu_time, "CPU time", least);
    }
    for (const QualityChange& change : changes.quality) {
      out += "; " + detail::describe_change(change);
    }
    out += '.';
    const double gain = detail::gain_between(comparison.entries[0], comparison.entries[i + 1]);
    if (has_joules && std::abs(changes.energy.ratio.value - 1.0) < gain) {
      out += text::format(" {} may show two workloads by {} % apart that take the same.",
                          comparison.entries[0].meter.source, text::significant(100.0 * gain, 2));
    }
  }
  return out;
}

}  // namespace perjoule::inline v0

namespace perjoule::inline v0::detail {

PERJOULE_INLINE Interval<double> paired_interval(const Entry& a, const Entry& b) {
  return paired_difference(a.quality[0], per_item_of(a, 0), b.quality[0], per_item_of(b, 0))
      .interval;
}

PERJOULE_INLINE bool rank_by_energy(Entries entries) noexcept {
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const Provenance own = entries[i].energy.provenance;
    const bool is_simulated = own == Provenance::simulated;
    if (!is_simulated && own > Provenance::estimated) return false;
    if (is_simulated != (entries[0].energy.provenance == Provenance::simulated)) return false;
    if (entries[i].meter.scope != entries[0].meter.scope) return false;
  }
  return true;
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE std::string headline(Entries entries) {
  const bool by_joules = detail::rank_by_energy(entries);
  const Entry* best = nullptr;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const Entry& entry = entries[i];
    if (entry.quality.empty() || !entry.cpu_time.is_known()) return {};
    const Quality& own = entry.quality[0];
    const double gain = own.higher_is_better ? 1.0 : -1.0;
    if (best == nullptr || gain * own.value.value > gain * best->quality[0].value.value) {
      best = &entry;
    }
  }
  if (entries.size() < 2) return {};
  const auto cost = [by_joules](const Entry& entry) {
    return by_joules ? detail::strip_unit(entry.energy) : detail::strip_unit(entry.cpu_time);
  };
  // Of the meter's gain, what remains between two workloads: the rest makes no difference.
  const auto times = [&](const Entry& entry, const Entry& other) {
    if (!by_joules) return ratio(cost(entry), cost(other));
    return ratio(detail::strip_unit(comparable_energy(entry, entry.energy)),
                 detail::strip_unit(comparable_energy(other, other.energy)));
  };
  const std::string_view unit = by_joules ? "J" : "s of CPU time";
  const Quality& quality = best->quality[0];
  std::string out =
      text::format("Best {}: {}, {}. ", quality.metric, best->plan.label(),
                   detail::metric_cell(quality.value, quality.value_interval, quality.unit));
  std::vector<const Entry*> as_good{best};
  std::size_t unpaired = 0;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (&entries[i] == best) continue;
    const Interval<double> difference = detail::paired_interval(entries[i], *best);
    if (!difference.is_known()) ++unpaired;
    if (difference.contains(0.0)) as_good.push_back(&entries[i]);
  }
  const std::size_t others = entries.size() - 1;
  const Entry* const cheapest = *std::min_element(
      as_good.begin(), as_good.end(),
      [&](const Entry* x, const Entry* y) { return cost(*x).value < cost(*y).value; });
  const std::string costs = text::format(
      "{} per item{}",
      text::to_string(cost(*cheapest), nonnegative_interval(cost(*cheapest)), unit),
      cheapest->samples.outcome == Outcome::unstable ? ", which changed while it was measured"
                                                     : "");
  if (unpaired != 0) {
    out +=
        text::format("{} of {} others cannot be compared with it item by item. ", unpaired, others);
  }
  if (as_good.size() == 1) {
    if (unpaired == 0) {
      out += others == 1 ? "The other does not come near it. "
                         : text::format("None of the {} others comes near it. ", others);
    }
    return out + text::format("It takes {}.", costs);
  }
  out += text::format("{} of {} others cannot be told apart from it over {} paired items; ",
                      as_good.size() - 1, others, quality.items);
  // The cheapest is named only if the difference from each of the others is shown.
  std::string ties;
  for (const Entry* const other : as_good) {
    if (other == cheapest) continue;
    const Interval<double> more = times(*other, *cheapest).interval;
    if (!more.is_known() || more.low <= 1.0) ties += text::format(" and {}", other->plan.label());
  }
  if (!ties.empty()) {
    return out + text::format("of these, {}{} cost least, {}, and cannot be told apart.",
                              cheapest->plan.label(), ties, costs);
  }
  if (cheapest == best) return out + text::format("it is the cheapest, too, with {}.", costs);
  const IntervalEstimate<double> less = times(*best, *cheapest);
  return out + text::format("the cheapest of these is {} with {}, {} times less than {}.",
                            cheapest->plan.label(), costs, text::cell(less.estimate, less.interval),
                            best->plan.label());
}

}  // namespace perjoule::inline v0
