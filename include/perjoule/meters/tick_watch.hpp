// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/meters/meter.hpp"
#include "perjoule/meters/window_energy.hpp"

namespace perjoule::inline v0::detail {

/// Watches the counters of a meter at the ends of windows. It has the room that this takes: one
/// that was made before a window allocates nothing in it.
class TickWatch {
 public:
  /// One that has no meter yet, for lists.
  TickWatch() = default;
  /// @param meter  borrowed
  explicit TickWatch(AnyMeter& meter);

  /// Reads until each counter has been seen to move and the slowest has just moved. The reading is
  /// the one that saw it: a window that begins here begins on a tick. Where a counter does not move
  /// for a while (tick_timeout), or this thread is kept from looking, it is a reading all the same,
  /// with what is known. False where a reading failed.
  [[nodiscard]] bool read_on_tick(Reading& at) noexcept;

  /// Goes on with `work`, a little of it at a time, until the slowest counter is seen to move; so a
  /// window ends at the first piece of work behind a tick. Gives up after three periods. False
  /// where a reading failed.
  /// @param after  a reading at the end of the window, which followed one at its begin; it becomes
  ///               the last one
  template <class Work>
  [[nodiscard]] bool work_until_tick(Reading& after, Work&& work) {
    const MeterDescription& what = meter_->description();
    if (!has_ticks(what)) return true;
    const std::size_t slowest = slowest_zone(what);
    const Instant deadline = after.end + what.update_period * 3.0;
    while (!is_precise(what.zones[slowest], after.ticks[slowest]) && after.end < deadline) {
      std::swap(last_, after);
      work();
      if (!meter_->read(after)) return false;
      update_ticks(what, last_, after);
    }
    return true;
  }

  /// Reads on behind a window until the next ticks, where the last one before its end is not known
  /// sharply: then it was a period earlier. A counter that does not move for a while (tick_timeout)
  /// has stopped. False where a reading failed.
  [[nodiscard]] bool await_next_ticks(Reading& after) noexcept;

 private:
  AnyMeter* meter_ = nullptr;
  Reading last_;
  Reading next_;
  std::vector<unsigned char> is_awaited_;  ///< of each zone
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
