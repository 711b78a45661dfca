// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>

#include "perjoule/core/config.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/quality/metric.hpp"
#include "perjoule/quality/quality_result.hpp"
#include "perjoule/report/summary_text.hpp"
#include "perjoule/report/to_string.hpp"
#include "perjoule/stats/confidence.hpp"
#include "perjoule/stats/ratio.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE text::Name ratio_cell(double value, const Interval<double>& interval) {
  const double below = value - interval.low;
  const double above = interval.high - value;
  const double longer = below > above ? below : above;
  const double shorter = below > above ? above : below;
  Interval<double> shown = interval;
  if (interval.is_known() && shorter > 0.8 * longer) {
    shown = {value - longer, value + longer, interval.level, IntervalMethod::student_t};
  }
  return text::cell(Estimate<double>{value, 0.0, infinite_dof, 0.0, Provenance::measured}, shown);
}

PERJOULE_INLINE text::Long pairs_needed_text(const Change& change) {
  if (change.more_pairs == 1) {
    return text::format("one pair of windows more than its %zu might tell", change.windows);
  }
  return text::format("some %zu pairs of windows more than its %zu would tell", change.more_pairs,
                      change.windows);
}

PERJOULE_INLINE text::Long describe_change(const Change& change, const char* what,
                                           double min_effect) {
  const double times = change.ratio.value;
  const Interval<double>& interval = change.interval;
  if (change.verdict == Verdict::missing) return text::format("%s: not known", what);
  if (change.verdict == Verdict::same) {
    return text::format("as much %s, to %s %%", what, text::shortest(100.0 * min_effect).chars);
  }
  if (change.verdict == Verdict::unresolved) {
    text::Long out = text::format("no clear change of %s, %s times as much", what,
                                  ratio_cell(times, interval).chars);
    if (change.more_pairs == 0) return out;
    return text::format("%s (%s)", out.chars, pairs_needed_text(change).chars);
  }
  if (change.verdict == Verdict::worse) {
    return text::format("%s times more %s", ratio_cell(times, interval).chars, what);
  }
  const Interval<double> inverse{1.0 / interval.high, 1.0 / interval.low, interval.level,
                                 interval.method};
  return text::format("%s times less %s", ratio_cell(1.0 / times, inverse).chars, what);
}

PERJOULE_INLINE text::Long describe_change(const QualityChange& change) {
  const double unit = text::display_factor(change.unit);
  const char* const space = *change.unit == '\0' ? "" : " ";
  switch (change.verdict) {
    case Verdict::missing:
      return text::format("%s: cannot be compared item by item", change.metric.chars);
    case Verdict::same:
      return text::format("%s: the same, n = %zu", change.metric.chars, change.items);
    case Verdict::unresolved:
      return text::format("%s: no clear change, n = %zu", change.metric.chars, change.items);
    case Verdict::better:
    case Verdict::worse:
      break;
  }
  return text::format("%s: %s%s%s %s, n = %zu", change.metric.chars,
                      text::cell(change.difference, change.interval, unit).chars, space,
                      change.unit, name(change.verdict), change.items);
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0::text {

PERJOULE_INLINE Name to_string(const Change& change) noexcept {
  if (change.verdict == Verdict::missing) return "n/a";
  const Provenance provenance = change.ratio.provenance;
  const bool measured = provenance == Provenance::measured;
  return format("%s times as much (%s%s%s)",
                perjoule::detail::ratio_cell(change.ratio.value, change.interval).chars,
                measured ? "" : name(provenance), measured ? "" : ", ", name(change.verdict))
      .chars;
}

PERJOULE_INLINE Name to_string(const QualityChange& change) noexcept {
  if (change.verdict == Verdict::missing) return "n/a";
  return format("%s (%s)", with_unit(change.difference, change.interval, change.unit).chars,
                name(change.verdict))
      .chars;
}

}  // namespace perjoule::inline v0::text

namespace perjoule::inline v0 {

PERJOULE_INLINE std::string describe(const Comparison& comparison) {
  text::Text out;
  for (std::size_t i = 0; i < comparison.changes.size(); ++i) {
    const VariantChanges& compared = comparison.changes[i];
    const Provenance provenance = compared.energy.ratio.provenance;
    const bool has_joules =
        compared.energy.verdict != Verdict::missing && provenance != Provenance::modelled;
    const double least = comparison.plan.min_effect;
    out.put(text::format("%s%s against %s: %s%s", i == 0 ? "" : "\n",
                         comparison.entries[i + 1].plan.label(), comparison.entries[0].plan.label(),
                         has_joules && provenance == Provenance::simulated ? "simulated: " : "",
                         has_joules
                             ? detail::describe_change(compared.energy, "energy", least).chars
                             : detail::describe_change(compared.cpu_time, "CPU time", least).chars)
                .chars);
    for (const QualityChange& change : compared.quality) {
      out.put(text::format("; %s", detail::describe_change(change).chars).chars);
    }
    out.put(".");
  }
  return std::string(out.view());
}

}  // namespace perjoule::inline v0

namespace perjoule::inline v0::detail {

PERJOULE_INLINE bool cannot_be_told_apart(const Entry& a, const Entry& b) {
  return paired_difference(a.quality[0], per_item_of(a, 0), b.quality[0], per_item_of(b, 0))
      .interval.contains(0.0);
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE std::string headline(Entries entries) {
  bool measured = true;
  const Entry* best = nullptr;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const Entry& entry = entries[i];
    if (entry.quality.empty() || !entry.cpu_time.is_known()) return {};
    measured = measured && entry.energy.provenance <= Provenance::estimated &&
               entry.meter.scope == entries[0].meter.scope;
    const Quality& own = entry.quality[0];
    const double gain = own.higher_is_better ? 1.0 : -1.0;
    if (best == nullptr || gain * own.value.value > gain * best->quality[0].value.value) {
      best = &entry;
    }
  }
  if (entries.size() < 2) return {};
  const auto cost = [measured](const Entry& entry) {
    return measured ? detail::strip_unit(entry.energy) : detail::strip_unit(entry.cpu_time);
  };
  const char* const unit = measured ? "J" : "s of CPU time";
  const Quality& quality = best->quality[0];
  text::Text out;
  out.put(text::format(
              "Best %s: %s, %s%s%s. ", quality.metric.chars, best->plan.label(),
              text::cell(quality.value, quality.value_interval, text::display_factor(quality.unit))
                  .chars,
              *quality.unit == '\0' ? "" : " ", quality.unit)
              .chars);
  const Entry* cheapest = best;
  std::size_t as_good = 0;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const Entry& entry = entries[i];
    if (&entry != best && !detail::cannot_be_told_apart(entry, *best)) continue;
    ++as_good;
    if (cost(entry).value < cost(*cheapest).value) cheapest = &entry;
  }
  if (as_good == 1) {
    out.put(text::format("No other of the %zu models comes near it; it takes %s per item.",
                         entries.size(),
                         text::with_unit(cost(*best), interval(cost(*best)), unit).chars)
                .chars);
    return std::string(out.view());
  }
  out.put(text::format("%zu of %zu models cannot be told apart from it over %zu paired "
                       "items; the cheapest of these is %s with %s per item",
                       as_good, entries.size(), quality.items, cheapest->plan.label(),
                       text::with_unit(cost(*cheapest), interval(cost(*cheapest)), unit).chars)
              .chars);
  if (cheapest != best) {
    const Ratio<double> times = ratio(cost(*best), cost(*cheapest));
    out.put(text::format(", %s times less than %s",
                         text::cell(times.estimate, times.interval).chars, best->plan.label())
                .chars);
  }
  out.put(".");
  return std::string(out.view());
}

}  // namespace perjoule::inline v0
