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
  EventReading();
  /// One with room for all events of a source.
  explicit EventReading(const EventSourceDescription& source);

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

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/counters/event_source-inl.hpp"
#endif
