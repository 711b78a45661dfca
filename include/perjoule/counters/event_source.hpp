// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/units/estimate.hpp"

namespace perjoule::inline v0 {

/// What an event stands for, whatever its source calls it: figures are derived from this.
enum class EventKind : std::uint8_t {
  other,
  instructions,
  cycles,
  last_level_misses,  ///< of loads: lines that come from memory because they were asked for
  operations,         ///< on floating-point numbers, of both precisions
  single_operations,  ///< on those of 32 bits
  double_operations,  ///< on those of 64 bits
};

/// Something that a processor or a kernel counts.
struct Event {
  std::string name;  ///< as it was asked for: "instructions", "PAPI_TOT_INS"
  EventKind kind = EventKind::other;
  std::string unit;        ///< "s"; empty: a number of events
  double per_count = 1.0;  ///< what one count is worth. @unit that of `unit`
  /// A register of the processor: its 0 is suspect, and several may have to share one.
  bool is_hardware = true;
  std::size_t set = 0;      ///< those of one set are counted at once, in passes of their own
  std::string why_missing;  ///< and what mends it; empty where it can be counted
};

/// What a source of events is; it stands in the record.
struct EventSourceDescription {
  std::string name;    ///< "papi"
  std::string extent;  ///< whose events: "process"
  std::vector<Event> events;
  std::size_t sets = 1;
};

/// All counts of a set at one moment; events of other sets have none.
///
/// A reading that is used in a stretch of passes gets its size before: nothing may be allocated
/// there.
struct EventReading {
  /// One without room, which the first reading gives it.
  EventReading() = default;
  /// One with room for all events of a source.
  explicit EventReading(const EventSourceDescription& source) { resize(source.events.size()); }

  /// Makes room for so many events; allocates only where there are more than before.
  void resize(std::size_t events);

  std::vector<std::uint64_t> counts;
  /// Time in which a hardware event was wanted, and in which it had a register. @unit ns
  std::vector<std::uint64_t> enabled;
  std::vector<std::uint64_t> running;
};

/// A source of event counts. `open` makes the events of a set count for the whole process, and may
/// take its time; `read` neither throws nor allocates, and finds a reading with room for all
/// events: EventSourceRef sees to that. Counts only grow from open() to close().
template <class S>
concept EventSource = requires(S& source, const S& constant, EventReading& reading,
                               std::size_t set) {
  { constant.description() } -> std::same_as<const EventSourceDescription&>;
  { source.open(set) } -> std::same_as<bool>;
  { source.read(reading) }
  noexcept->std::same_as<bool>;
  { source.close() }
  noexcept;
};

/// Any source of events, borrowed; none where it is made of nothing.
class EventSourceRef {
 public:
  EventSourceRef() = default;
  template <EventSource S>
  requires(!std::same_as<S, EventSourceRef>) EventSourceRef(S& source)
  noexcept : source_(&source), calls_(&calls_of<S>) {}

  [[nodiscard]] bool has_value() const noexcept { return source_ != nullptr; }
  [[nodiscard]] const EventSourceDescription& description() const noexcept {
    return calls_->description(source_);
  }
  [[nodiscard]] bool open(std::size_t set) { return calls_->open(source_, set); }
  /// @param reading  of this source's size: EventReading(description())
  [[nodiscard]] bool read(EventReading& reading) noexcept { return calls_->read(source_, reading); }
  void close() noexcept { calls_->close(source_); }

 private:
  struct Calls {
    const EventSourceDescription& (*description)(void*);
    bool (*open)(void*, std::size_t);
    bool (*read)(void*, EventReading&) noexcept;
    void (*close)(void*) noexcept;
  };
  template <class S>
  static constexpr Calls calls_of = {
      [](void* source) -> const EventSourceDescription& {
        return static_cast<const S*>(source)->description();
      },
      [](void* source, std::size_t set) { return static_cast<S*>(source)->open(set); },
      [](void* source, EventReading& reading) noexcept {
        return static_cast<S*>(source)->read(reading);
      },
      [](void* source) noexcept { static_cast<S*>(source)->close(); }};

  void* source_ = nullptr;
  const Calls* calls_ = nullptr;
};

namespace detail {

/// Where a stretch begins, with what a reading itself adds to each count there.
struct EventBaseline {
  EventBaseline() = default;
  explicit EventBaseline(const EventSourceDescription& source)
      : at(source), cost(source.events.size()), first_trial(source), second_trial(source) {}

  EventReading at;
  std::vector<double> cost;  ///< of each event. @unit counts
  EventReading first_trial;  ///< room for the readings that tell the cost
  EventReading second_trial;
};

/// Reads where a stretch begins. Two readings before it, one right behind the other, tell what one
/// costs: instructions, and no page fault.
[[nodiscard]] bool read_event_baseline(EventSourceRef source, EventBaseline& baseline) noexcept;

/// An event between two readings.
struct ScaledCount {
  double count = quiet_nan();  ///< scaled up to all of the time. @unit that of the event
  double share = 1.0;          ///< of the time, in which it was counted. @unit a share of 1
};

/// A hardware event that had a register for a part of the time is taken to go on at the same rate
/// in the rest; one that never had one is missing. The cost of a reading is taken off, and differs
/// from one to the next: of few events less than none may be left.
/// @source perf_event_open(2), PERF_FORMAT_TOTAL_TIME_RUNNING
[[nodiscard]] ScaledCount scaled_count(const Event& event, const EventBaseline& baseline,
                                       const EventReading& after, std::size_t i) noexcept;

}  // namespace detail

/// An event with what came of it.
struct CountedEvent {
  Event event;                ///< why it is missing stands there
  Estimate<double> per_item;  ///< @unit that of the event, of an item
  /// Below 1 it had no register all of the time: then it is estimated, and not measured.
  /// @unit a share of 1
  double share = detail::quiet_nan();
};

/// The events of a model, in passes of their own that are not timed.
struct EventCounts {
  std::string source;  ///< "kernel", "papi"; empty: nothing was asked for
  std::string extent;  ///< whose events: "process"
  std::vector<CountedEvent> events;
};

namespace detail {

/// The mean over stretches of passes.
/// @param per_item  of each stretch; not finite where it could not be counted
/// @param share     of the time, in which it was counted
/// @param items     of a stretch
/// @unit  that of the event, of an item; share: a share of 1
/// @error random as in mean_of_windows, where an event that came less than once a stretch may have
///        come once more or less in each, for none of a rare kind is no rate of exactly 0; common:
///        in the part of the time in which nobody counted it may have gone as differently as one
///        stretch from another
/// @source docs/reference/formulas.md#events
[[nodiscard]] CountedEvent counted_event(const Event& event, View<double> per_item, double share,
                                         double items);

}  // namespace detail

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/counters/event_source-inl.hpp"
#endif
