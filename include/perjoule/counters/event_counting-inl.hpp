// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/counters/event_counting.hpp"
#include "perjoule/stats/summary.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE EventBaseline::EventBaseline(const EventSourceDescription& source)
    : at(source), cost(source.events.size()), first_trial(source), second_trial(source) {}

PERJOULE_INLINE bool read_event_baseline(EventSourceRef source, EventBaseline& baseline) noexcept {
  EventReading& first = baseline.first_trial;
  EventReading& second = baseline.second_trial;
  const std::vector<Event>& events = source.description().events;
  for (EventReading* const reading : {&first, &second, &baseline.at}) {
    reading->resize(events.size());  // resizing in a reading would count as its cost
  }
  baseline.cost.resize(events.size());
  if (!source.read(first) || !source.read(second)) return false;
  for (std::size_t i = 0; i < events.size(); ++i) {
    const bool has_cost = events[i].is_hardware && second.counts[i] >= first.counts[i];
    baseline.cost[i] = has_cost ? static_cast<double>(second.counts[i] - first.counts[i]) : 0.0;
  }
  return source.read(baseline.at);  // last, so that it begins the stretch
}

PERJOULE_INLINE ScaledCount scaled_count(const Event& event, const EventBaseline& baseline,
                                         const EventReading& after, std::size_t i) noexcept {
  const EventReading& before = baseline.at;
  ScaledCount found;
  if (after.counts[i] < before.counts[i]) return found;
  const double count =
      (static_cast<double>(after.counts[i] - before.counts[i]) - baseline.cost[i]) *
      event.per_count;
  if (!event.is_hardware) {
    found.count = count;
    return found;
  }
  const std::uint64_t enabled = after.enabled[i] - before.enabled[i];
  const std::uint64_t running = after.running[i] - before.running[i];
  found.share = enabled == 0 ? 0.0 : static_cast<double>(running) / static_cast<double>(enabled);
  if (running != 0) found.count = count / found.share;
  return found;
}

PERJOULE_INLINE CountedEvent counted_event(const Event& event, View<double> per_item, double share,
                                           double items) {
  CountedEvent counted;
  counted.event = event;
  if (!event.why_missing.empty()) return counted;
  std::vector<double> known;
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
