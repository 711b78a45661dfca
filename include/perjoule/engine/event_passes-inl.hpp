// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstdint>

#include "perjoule/core/config.hpp"
#include "perjoule/core/line.hpp"
#include "perjoule/engine/event_passes.hpp"
#include "perjoule/meters/clock.hpp"
#include "perjoule/units/quantity.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE void EventTable::add(const EventSourceDescription& source, std::size_t set,
                                     const EventBeginning& before, const EventReading& after,
                                     double of_items) {
  for (std::size_t i = 0; i < source.events.size(); ++i) {
    const Event& event = source.events[i];
    if (event.set != set || !event.why_missing.empty()) continue;
    const EventCount found = count_between(event, before, after, i);
    per_item[i].push_back(found.count / of_items);
    share[i] += found.share;
    items[i] += of_items;
  }
}

PERJOULE_INLINE EventUse EventTable::use_of(const EventSourceDescription& source,
                                            const char* const* why_none) const {
  EventUse use;
  use.source = source.name;
  use.extent = source.extent;
  for (std::size_t i = 0; i < source.events.size(); ++i) {
    Event event = source.events[i];
    const Buffer<double>& found = per_item[i];
    if (event.why_missing.empty() && found.empty()) event.why_missing = why_none[event.set];
    const auto n = static_cast<double>(found.size());
    use.events.push_back(counted_event(event, found, share[i] / n, items[i] / n));
  }
  return use;
}

PERJOULE_INLINE bool count_set(AnyMeter& clock, WindowRunner& runner, EventSourceRef source,
                               std::size_t set, std::size_t passes, Seconds most,
                               std::size_t stretches, EventTable& table) {
  const ClosedAtTheEnd guard(source);
  if (!source.open(set)) return false;
  const Instant deadline = clock.now() + most;
  for (std::size_t i = 0; i < stretches && (i < 2 || clock.now() < deadline); ++i) {
    runner.prepare(passes);
    const std::uint64_t items = runner.items();
    EventBeginning before;
    EventReading after;
    const bool was_read = read_beginning(source, before);
    runner.run(passes);
    if (source.read(after) && was_read) {
      table.add(source.description(), set, before, after,
                static_cast<double>(runner.items() - items));
    }
  }
  return true;
}

PERJOULE_INLINE EventUse events_of_passes(AnyMeter& clock, const PassBatch& batch,
                                          EventSourceRef source, Seconds most,
                                          const SystemFiles& files) {
  if (!source.is_given()) return {};
  const EventSourceDescription& description = source.description();
  EventTable table;
  const char* why_none[max_events];
  if (batch.callers != 1 && !(description.extent == "process")) {
    for (const char*& why : why_none) {
      why = "of several callers it could be counted for one thread alone";
    }
    return table.use_of(description, why_none);
  }
  constexpr std::size_t stretches = 16;
  WindowRunner runner(clock, batch, files);
  const Seconds length = most / static_cast<double>((stretches + 4) * description.sets);
  const Seconds per_pass = runner.time_again(length);
  const std::size_t passes = runner.passes_in_window(length, per_pass, Seconds(0.0), length);
  for (std::size_t set = 0; set < description.sets; ++set) {
    const bool was_open = count_set(clock, runner, source, set, passes,
                                    length * static_cast<double>(stretches), stretches, table);
    why_none[set] = was_open ? "its counter could not be read"
                             : "it could not be opened for all threads: it takes a file for each "
                               "event and thread, and 'ulimit -n' says how many may be open";
  }
  return table.use_of(description, why_none);
}

}  // namespace perjoule::inline v0::detail
