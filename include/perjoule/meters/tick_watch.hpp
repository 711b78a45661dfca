// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/meters/meter.hpp"
#include "perjoule/meters/window_energy.hpp"

namespace perjoule::inline v0::detail {

/// Watches the counters of a meter at the ends of windows. All memory is allocated on construction,
/// so that nothing is allocated in a window.
class TickWatch {
 public:
  /// Constructs a watch without a meter, for use in lists.
  TickWatch() = default;
  /// @param meter  borrowed
  explicit TickWatch(AnyMeter& meter);

  /// Reads until each counter has moved and the slowest has just moved and settled. A window that
  /// begins at the resulting reading begins on a tick. If a counter does not move for a
  /// while (tick_timeout), or if this thread is delayed, the last reading is returned with the
  /// ticks known so far. Returns false if a reading failed.
  /// @param work  called between two readings
  template <class Work>
  [[nodiscard]] bool read_on_tick(Reading& at, Work&& work) {
    return begin(at, true) && continue_until_tick(at, work);
  }

  /// The same with pauses between readings of a slow counter.
  [[nodiscard]] bool read_on_tick(Reading& at) noexcept {
    return begin(at, false) && continue_until_tick(at, [this] {
             pause_between_polls(*meter_, meter_->description().update_period);
           });
  }

  /// Calls `work`, which does a little more work each time, until the slowest counter moves. The
  /// window then ends at the first piece of work after a tick that a reader on time has seen. Gives
  /// up after a while (tick_timeout).
  /// Returns false if a reading failed.
  /// @param after  a reading at the end of the window, after one at its start; it is replaced by
  ///               the last reading
  template <class Work>
  [[nodiscard]] bool work_until_tick(Reading& after, Work&& work) {
    const MeterDescription& what = meter_->description();
    if (!has_ticks(what)) return true;
    const std::size_t slowest = slowest_zone(what);
    const Instant deadline = after.end + tick_timeout(what.update_period);
    while (!is_precise(what.zones[slowest], after.ticks[slowest]) && after.end < deadline) {
      std::swap(last_, after);
      work();
      if (!meter_->read(after)) return false;
      update_ticks(what, last_, after);
    }
    return true;
  }

  /// Continues to read after a window until the next ticks, for counters whose last tick before the
  /// end is not known precisely (take_next_tick). A counter that does not move for a while
  /// (tick_timeout) has stopped. Returns false if a reading failed.
  [[nodiscard]] bool await_next_ticks(Reading& after) noexcept;

 private:
  template <class Work>
  [[nodiscard]] bool continue_until_tick(Reading& at, Work&& work) {
    const MeterDescription& what = meter_->description();
    if (!has_ticks(what)) return true;
    const Instant deadline = at.end + tick_timeout(what.update_period);
    while (at.end < deadline && !is_on_tick(at)) {
      work();
      std::swap(last_, at);
      if (!look(at)) return false;
    }
    mark_overdue(at);
    return true;
  }

  /// Takes a first reading, from which ticks are awaited. Returns false if it failed.
  /// @param works  the power before the window is that within it
  [[nodiscard]] bool begin(Reading& at, bool works) noexcept;
  /// Takes a further reading after `last_`. Returns false if it failed.
  [[nodiscard]] bool look(Reading& at) noexcept;
  /// Returns whether each counter has moved and the slowest has just moved and settled.
  [[nodiscard]] bool is_on_tick(const Reading& at) const noexcept;
  [[nodiscard]] bool all_have_ticked() const noexcept;
  /// Marks the counters that have not ticked since they were awaited.
  void mark_overdue(Reading& at) const noexcept;

  AnyMeter* meter_ = nullptr;
  Reading last_;
  Reading next_;
  std::vector<unsigned char> is_awaited_;  ///< one per zone
  Instant since_;                          ///< the counters are watched since then
  bool works_ = false;
};

/// @see TickWatch::read_on_tick
[[nodiscard]] inline bool read_on_tick(AnyMeter& meter, Reading& at) {
  return TickWatch(meter).read_on_tick(at);
}

/// @see TickWatch::work_until_tick
template <class Work>
[[nodiscard]] bool work_until_tick(AnyMeter& meter, Reading& after, Work&& work) {
  return TickWatch(meter).work_until_tick(after, work);
}

/// @see TickWatch::await_next_ticks
[[nodiscard]] inline bool await_next_ticks(AnyMeter& meter, Reading& after) {
  return TickWatch(meter).await_next_ticks(after);
}

}  // namespace perjoule::inline v0::detail

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/meters/tick_watch-inl.hpp"
#endif
