// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/counters/event_use.hpp"
#include "perjoule/stats/mean_of_windows.hpp"
#include "perjoule/stats/summary.hpp"
#include "perjoule/units/provenance.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE CountedEvent counted_event(const Event& event, View<double> per_item, double share,
                                           double items) {
  CountedEvent counted;
  counted.event = event;
  if (!event.why_missing.empty()) return counted;
  Buffer<double> known;
  bool has_moved = !event.is_hardware;
  for (const double value : per_item) {
    if (is_finite(value)) known.push_back(value);
    has_moved = has_moved || (is_finite(value) && value != 0.0);
  }
  if (known.empty()) {
    counted.event.why_missing =
        "it never had a register of the processor: stop other programs that count, or ask for "
        "fewer events";
    return counted;
  }
  if (!has_moved) {
    counted.event.why_missing =
        "suspect: the counter never moved, as those do that this processor does not have";
    return counted;
  }
  counted.share = share;
  const double one = event.per_count / items;
  const bool is_rare = summarize(known).mean < one;
  counted.per_item = mean_of_windows(known, is_rare ? one : 0.0, Provenance::measured);
  if (share < 1.0) {
    counted.per_item.provenance = Provenance::estimated;
    const double scatter = summarize(known).standard_deviation;
    const double unknown = known.size() > 1 ? scatter : counted.per_item.value;
    counted.per_item.common = (1.0 - share) * unknown;
  }
  return counted;
}

}  // namespace perjoule::inline v0::detail
