// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>

#include "perjoule/core/config.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/report/cell.hpp"
#include "perjoule/report/comparison.hpp"
#include "perjoule/report/in_full.hpp"
#include "perjoule/units/estimate.hpp"
#include "perjoule/units/provenance.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE text::Name times_cell(double value, const Interval<double>& interval) {
  const double below = value - interval.low;
  const double above = interval.high - value;
  const double longer = below > above ? below : above;
  const double shorter = below > above ? above : below;
  Interval<double> shown = interval;
  if (interval.is_known() && shorter > 0.8 * longer) {
    shown = {value - longer, value + longer, interval.level, IntervalMethod::student_t};
  }
  return text::cell(Estimate<double>{value, 0.0, known_dof, 0.0, Provenance::measured}, shown);
}

PERJOULE_INLINE text::Long what_would_tell(const Change& change) {
  if (change.more_windows == 1) {
    return text::format("one pair of windows more than its %zu might tell", change.windows);
  }
  return text::format("some %zu pairs of windows more than its %zu would tell", change.more_windows,
                      change.windows);
}

PERJOULE_INLINE text::Long said(const Change& change, const char* what, double least_effect) {
  const double times = change.times.value;
  const Interval<double>& interval = change.interval;
  if (change.verdict == Verdict::missing) return text::format("%s: not known", what);
  if (change.verdict == Verdict::same) {
    return text::format("as much %s, to %s %%", what, text::shortest(100.0 * least_effect).chars);
  }
  if (change.verdict == Verdict::unresolved) {
    text::Long out = text::format("no clear change of %s, %s times as much", what,
                                  times_cell(times, interval).chars);
    if (change.more_windows == 0) return out;
    return text::format("%s (%s)", out.chars, what_would_tell(change).chars);
  }
  if (change.verdict == Verdict::worse) {
    return text::format("%s times more %s", times_cell(times, interval).chars, what);
  }
  const Interval<double> inverse{1.0 / interval.high, 1.0 / interval.low, interval.level,
                                 interval.method};
  return text::format("%s times less %s", times_cell(1.0 / times, inverse).chars, what);
}

PERJOULE_INLINE text::Long said(const QualityChange& change) {
  const double unit = text::printed_unit(change.unit);
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

PERJOULE_INLINE Name in_full(const Change& change) noexcept {
  if (change.verdict == Verdict::missing) return "n/a";
  const Provenance provenance = change.times.provenance;
  const bool measured = provenance == Provenance::measured;
  return format("%s times as much (%s%s%s)",
                perjoule::detail::times_cell(change.times.value, change.interval).chars,
                measured ? "" : name(provenance), measured ? "" : ", ", name(change.verdict))
      .chars;
}

PERJOULE_INLINE Name in_full(const QualityChange& change) noexcept {
  if (change.verdict == Verdict::missing) return "n/a";
  return format("%s (%s)", with_unit(change.difference, change.interval, change.unit).chars,
                name(change.verdict))
      .chars;
}

}  // namespace perjoule::inline v0::text

namespace perjoule::inline v0 {

PERJOULE_INLINE std::string sentences(const Comparison& comparison) {
  text::Text out;
  for (std::size_t i = 0; i < comparison.others.size(); ++i) {
    const Compared& compared = comparison.others[i];
    const Provenance provenance = compared.energy.times.provenance;
    const bool has_joules =
        compared.energy.verdict != Verdict::missing && provenance != Provenance::modelled;
    const double least = comparison.plan.least_effect;
    out.put(text::format("%s%s against %s: %s%s", i == 0 ? "" : "\n",
                         comparison.entries[i + 1].plan.label(), comparison.entries[0].plan.label(),
                         has_joules && provenance == Provenance::simulated ? "simulated: " : "",
                         has_joules ? detail::said(compared.energy, "energy", least).chars
                                    : detail::said(compared.cpu_time, "CPU time", least).chars)
                .chars);
    for (const QualityChange& change : compared.quality) {
      out.put(text::format("; %s", detail::said(change).chars).chars);
    }
    out.put(".");
  }
  return std::string(out.view());
}

}  // namespace perjoule::inline v0
