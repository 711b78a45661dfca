// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>

#include "perjoule/core/config.hpp"
#include "perjoule/core/line.hpp"
#include "perjoule/quality/metric.hpp"
#include "perjoule/quality/paired.hpp"
#include "perjoule/report/cell.hpp"
#include "perjoule/report/headline.hpp"
#include "perjoule/report/in_full.hpp"
#include "perjoule/stats/confidence.hpp"
#include "perjoule/stats/ratio.hpp"
#include "perjoule/units/estimate.hpp"
#include "perjoule/units/provenance.hpp"

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
    return measured ? detail::bare(entry.energy) : detail::bare(entry.cpu_time);
  };
  const char* const unit = measured ? "J" : "s of CPU time";
  const Quality& quality = best->quality[0];
  text::Text out;
  out.put(
      text::format(
          "Best %s: %s, %s%s%s. ", quality.metric.chars, best->plan.label(),
          text::cell(quality.value, quality.value_interval, text::printed_unit(quality.unit)).chars,
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
