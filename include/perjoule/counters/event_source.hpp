// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/units/estimate.hpp"

namespace perjoule::inline v0 {

/// The meaning of an event, whatever its source calls it. Figures are derived from this.
enum class EventKind : std::uint8_t {
  other,
  instructions,
  cycles,
  last_level_misses,  ///< of loads: lines that come from memory because they were requested
  operations,         ///< on floating-point numbers of either precision
  single_operations,  ///< on 32-bit numbers
  double_operations,  ///< on 64-bit numbers
};

/// Scope of the events that a source counts.
enum class EventExtent : std::uint8_t {
  none,            ///< nothing is counted
  calling_thread,  ///< the thread that opens the source
  process,         ///< all threads of this process
  program,         ///< another program, with all its processes
};

[[nodiscard]] constexpr std::string_view name(EventExtent extent) noexcept {
  switch (extent) {
    case EventExtent::calling_thread:
      return "calling thread";
    case EventExtent::process:
      return "process";
    case EventExtent::program:
      return "program";
    case EventExtent::none:
      break;
  }
  return {};
}

/// An event that a processor or a kernel counts.
struct Event {
  std::string name;  ///< as requested: "instructions", "PAPI_TOT_INS"
  EventKind kind = EventKind::other;
  std::string unit;        ///< "s"; empty: a number of events
  double per_count = 1.0;  ///< value of one count. @unit the unit in `unit`
  /// Whether a register of the processor counts it. A count of 0 is then suspect, and several
  /// events may have to share a register.
  bool is_hardware = true;
  std::size_t set = 0;      ///< events of one set are counted together, in separate passes
  std::string why_missing;  ///< with the fix; empty if it can be counted
};

/// The description of a source of events, as it is recorded.
struct EventSourceDescription {
  std::string name;  ///< "papi"
  EventExtent extent = EventExtent::none;
  std::vector<Event> events;
  std::size_t sets = 1;
};

/// All counts of a set at one moment; events of other sets have none.
///
/// A reading for a stretch of passes is sized in advance, since nothing may be allocated there.
struct EventReading {
  /// Constructs a reading without counts. The first reading resizes it.
  EventReading();
  /// Constructs a reading with space for all events of a source.
  explicit EventReading(const EventSourceDescription& source);

  /// Makes space for `events` counts. Allocates only if there are more than before.
  void resize(std::size_t events);

  std::vector<std::uint64_t> counts;
  /// Time in which a hardware event was enabled, and in which it had a register. @unit ns
  std::vector<std::uint64_t> enabled;
  std::vector<std::uint64_t> running;
};

/// A source of event counts. `open` makes the events of a set count for the whole process, and may
/// take a while. `read` neither throws nor allocates if the reading has space for all events.
/// Counts only grow from open() to close().
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

/// A reference to a source of events of any kind; empty if default-constructed.
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

/// An event with its result.
struct CountedEvent {
  Event event;                ///< with the reason if it is missing
  Estimate<double> per_item;  ///< @unit the unit of the event, per item
  /// Part of the time in which the event was counted. Below 1 it had no register for the rest of
  /// the time, and the result is estimated, not measured.
  /// @unit a share of 1
  double share = detail::quiet_nan();
};

/// The events of a model, counted in separate passes that are not timed.
struct EventCounts {
  std::string source;  ///< "kernel", "papi"; empty: none requested
  EventExtent extent = EventExtent::none;
  std::vector<CountedEvent> events;
};

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/counters/event_source-inl.hpp"
#endif
