// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <stdlib.h>
#include <string.h>

#include <cmath>
#include <cstdint>

#include "perjoule/core/config.hpp"
#include "perjoule/core/do_not_optimize.hpp"
#include "perjoule/core/math.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/engine/counted_passes.hpp"
#include "perjoule/memory/process_memory.hpp"
#include "perjoule/units/estimate.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE bool hook_is_working(HeapCounter& counting) noexcept {
  counting.start();
  char* const copy = strdup("a probe");
  do_not_optimize(copy);
  free(copy);
  counting.stop();
  return counting.allocations() >= 1.0 && counting.live() == 0.0;
}

PERJOULE_INLINE HeapUsage measure_allocations(AnyMeter& clock, const Workload& workload,
                                              HeapCounter& counting, Seconds most) {
  HeapUsage use;
  double allocations = 0.0;
  double allocated = 0.0;
  double kept = 0.0;
  double peak = 0.0;
  const std::size_t passes = run_one_by_one(
      clock, workload, most, [&] { counting.start(); },
      [&] {
        counting.stop();
        allocations += counting.allocations();
        allocated += counting.allocated();
        kept += counting.live();
        if (counting.peak() > peak) peak = counting.peak();
        return counting.is_exclusive();
      });
  if (!counting.is_exclusive()) {
    use.why_missing = "another measurement counted the allocator at the same time";
    return use;
  }
  const auto each = static_cast<double>(passes);
  use.source = HeapSource::allocator;
  use.passes = passes;
  use.why_missing = "";
  use.peak = exact(Bytes(peak));
  use.allocations = allocations / each;
  use.allocated = allocated / each;
  if (!workload.loop->needs_prepare()) use.retained = kept / each;
  return use;
}

PERJOULE_INLINE HeapUsage measure_resident_growth(AnyMeter& clock, const Workload& workload,
                                                  Seconds most) {
  HeapUsage use;
  ResidentPeak resident;
  if (!resident.is_working()) {
    use.why_missing = "neither the allocator nor the resident set can be watched here";
    return use;
  }
  std::int64_t peak = 0;
  bool is_read = true;
  const std::size_t passes = run_one_by_one(
      clock, workload, most, [&] { resident.start(); },
      [&] {
        const std::int64_t growth = resident.growth();
        is_read = is_read && growth >= 0;
        if (growth > peak) peak = growth;
        return is_read;
      });
  if (!is_read) {
    use.why_missing = "the resident set could not be read";
    return use;
  }
  use.source = HeapSource::resident_set;
  use.passes = passes;
  use.why_missing = "";
  use.peak = {Bytes(static_cast<double>(peak)), Bytes(0.0), infinite_dof,
              Bytes(rss_accounting_lag() / std::sqrt(3.0)), Provenance::measured};
  return use;
}

PERJOULE_INLINE HeapUsage measure_heap_usage(AnyMeter& clock, const Workload& workload,
                                             Seconds most, bool falls_back) {
  HeapUsage use;
  if (heap_counts.is_hooked) {
    HeapCounter counting;
    if (!counting.is_exclusive() || hook_is_working(counting)) {
      return measure_allocations(clock, workload, counting, most);
    }
    use.why_missing = "another allocator comes before the hook in this program";
  } else {
    use.why_missing = "the allocator is not counted in this program: integrations/heap_hook.hpp";
  }
  return falls_back ? measure_resident_growth(clock, workload, most) : use;
}

PERJOULE_INLINE void EventAccumulator::add(const EventSourceDescription& source, std::size_t set,
                                           const EventBaseline& before, const EventReading& after,
                                           double items) {
  sums_.resize(source.events.size());
  for (std::size_t i = 0; i < source.events.size(); ++i) {
    const Event& event = source.events[i];
    if (event.set != set || !event.why_missing.empty()) continue;
    const ScaledCount found = scaled_count(event, before, after, i);
    sums_[i].per_item.push_back(found.count / items);
    sums_[i].share += found.share;
    sums_[i].items += items;
  }
}

PERJOULE_INLINE EventCounts EventAccumulator::to_event_counts(
    const EventSourceDescription& source, View<std::string_view> why_none) const {
  EventCounts use;
  use.source = source.name;
  use.extent = source.extent;
  for (std::size_t i = 0; i < source.events.size(); ++i) {
    Event event = source.events[i];
    const Sum sum = i < sums_.size() ? sums_[i] : Sum{};
    if (event.why_missing.empty() && sum.per_item.empty()) event.why_missing = why_none[event.set];
    const auto n = static_cast<double>(sum.per_item.size());
    use.events.push_back(counted_event(event, sum.per_item, sum.share / n, sum.items / n));
  }
  return use;
}

PERJOULE_INLINE bool count_set(AnyMeter& clock, WindowRunner& runner, EventSourceRef source,
                               std::size_t set, std::size_t passes, Seconds most,
                               std::size_t stretches, EventAccumulator& table) {
  const EventSourceGuard guard(source);
  if (!source.open(set)) return false;
  EventBaseline before(source.description());
  EventReading after(source.description());
  const Instant deadline = clock.now() + most;
  for (std::size_t i = 0; i < stretches && (i < 2 || clock.now() < deadline); ++i) {
    runner.prepare(passes);
    const std::uint64_t items = runner.items();
    const bool was_read = read_event_baseline(source, before);
    runner.run(passes);
    if (source.read(after) && was_read) {
      table.add(source.description(), set, before, after,
                static_cast<double>(runner.items() - items));
    }
  }
  return true;
}

PERJOULE_INLINE EventCounts count_events(AnyMeter& clock, const Workload& workload,
                                         EventSourceRef source, Seconds most,
                                         const SystemFiles& files) {
  if (!source.has_value()) return {};
  const EventSourceDescription& description = source.description();
  EventAccumulator table;
  if (workload.callers != 1 && description.extent != EventExtent::process) {
    const std::vector<std::string_view> why_none(
        description.sets, "of several callers it could be counted for one thread alone");
    return table.to_event_counts(description, why_none);
  }
  constexpr std::size_t stretches = 16;
  WindowRunner runner(clock, workload, files);
  const Seconds length = most / static_cast<double>((stretches + 4) * description.sets);
  const Seconds per_pass = runner.remeasure_pass_time(length);
  const std::size_t passes = runner.plan_window(length, per_pass, Seconds(0.0), length);
  std::vector<std::string_view> why_none;
  for (std::size_t set = 0; set < description.sets; ++set) {
    const bool was_open = count_set(clock, runner, source, set, passes,
                                    length * static_cast<double>(stretches), stretches, table);
    why_none.emplace_back(was_open ? "its counter could not be read"
                                   : "it could not be opened for all threads: it takes a file for "
                                     "each event and thread, and 'ulimit -n' says how many may be "
                                     "open");
  }
  return table.to_event_counts(description, why_none);
}

}  // namespace perjoule::inline v0::detail
