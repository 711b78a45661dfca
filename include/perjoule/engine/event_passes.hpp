// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <cstdint>

#include "perjoule/core/buffer.hpp"
#include "perjoule/core/config.hpp"
#include "perjoule/counters/event_source.hpp"
#include "perjoule/counters/event_use.hpp"
#include "perjoule/engine/forward_pass.hpp"
#include "perjoule/engine/neighbours.hpp"
#include "perjoule/engine/window_runner.hpp"
#include "perjoule/meters/any_meter.hpp"

namespace perjoule::inline v0::detail {

/// What each stretch of passes left of each event.
struct EventTable {
  Buffer<double> per_item[max_events];
  double share[max_events] = {};
  double items[max_events] = {};

  PERJOULE_COLD void add(const EventSourceDescription& source, std::size_t set,
                         const EventBeginning& before, const EventReading& after, double of_items) {
    for (std::size_t i = 0; i < source.events.size(); ++i) {
      const Event& event = source.events[i];
      if (event.set != set || !event.why_missing.empty()) continue;
      const EventCount found = count_between(event, before, after, i);
      per_item[i].push_back(found.count / of_items);
      share[i] += found.share;
      items[i] += of_items;
    }
  }

  /// @param why_none  of each set: why it has not one stretch
  [[nodiscard]] PERJOULE_COLD EventUse use_of(const EventSourceDescription& source,
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
};

/// Closes what is open, whatever the model throws.
class ClosedAtTheEnd {
 public:
  explicit ClosedAtTheEnd(EventSourceRef source) noexcept : source_(source) {}
  ClosedAtTheEnd(const ClosedAtTheEnd&) = delete;
  ClosedAtTheEnd& operator=(const ClosedAtTheEnd&) = delete;
  ~ClosedAtTheEnd() { source_.close(); }

 private:
  EventSourceRef source_;
};

/// Counts a set in stretches of so many passes, until the time is over; two at the least, for one
/// has no scatter. False where it can't be opened.
[[nodiscard]] PERJOULE_COLD inline bool count_set(AnyMeter& clock, WindowRunner& runner,
                                                  EventSourceRef source, std::size_t set,
                                                  std::size_t passes, Seconds most,
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

/// Runs passes once more while events are counted: a set after the other, for as long each.
[[nodiscard]] PERJOULE_COLD inline EventUse events_of_passes(AnyMeter& clock,
                                                             const PassBatch& batch,
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
