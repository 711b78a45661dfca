// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <algorithm>
#include <cstddef>
#include <utility>

#include "perjoule/core/config.hpp"
#include "perjoule/meters/tick_watch.hpp"
#include "perjoule/meters/window_energy.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE TickWatch::TickWatch(AnyMeter& meter)
    : meter_(&meter),
      last_(meter.description()),
      next_(meter.description()),
      is_awaited_(meter.description().zones.size()) {}

PERJOULE_INLINE bool TickWatch::begin(Reading& at, bool works) noexcept {
  const MeterDescription& what = meter_->description();
  if (!meter_->read(at)) return false;
  std::fill(at.ticks.begin(), at.ticks.end(), Tick{});  // discards the ticks of another window
  is_awaited_.assign(what.zones.size(), has_ticks(what));
  since_ = at.end;
  works_ = works;
  return true;
}

PERJOULE_INLINE bool TickWatch::look(Reading& at) noexcept {
  const MeterDescription& what = meter_->description();
  if (!meter_->read(at)) return false;
  update_ticks(what, last_, at);
  for (std::size_t i = 0; i < what.zones.size(); ++i) {
    if (at.counts[i] == last_.counts[i]) continue;
    const Zone& zone = what.zones[i];
    Tick& tick = at.ticks[i];
    // Whatever the machine does here, it must have done since the tick's energy was latched. While
    // it only reads the counter, the whole period before tells the power of that.
    const Seconds needed = zone.lateness + (works_ ? Seconds(0.0) : zone.update_period);
    const bool is_watched = tick.earliest - since_ >= needed;
    if (works_ || !is_watched) tick.counts = 0;
    if (is_watched) is_awaited_[i] = false;
  }
  return true;
}

/// Returns the time after a tick in which a counter may be updated once more: some counters of
/// memory show one update in two steps, 5 us apart. It is at most a sixteenth of a period.
/// @unit   s; 0 for slow counters, of which none is known to do that
/// @source docs/reference/meters.md#ticks
PERJOULE_INLINE Seconds settling_time(Seconds period) noexcept {
  return period >= slow_period ? Seconds(0.0) : std::min(period * 0.0625, Seconds(10e-6));
}

PERJOULE_INLINE bool TickWatch::is_on_tick(const Reading& at) const noexcept {
  const MeterDescription& what = meter_->description();
  const std::size_t slowest = slowest_zone(what);
  const Zone& zone = what.zones[slowest];
  const Tick& tick = at.ticks[slowest];
  return is_precise(zone, tick) && (at.end - tick.latest) * 8.0 <= zone.update_period &&
         at.end - tick.earliest >= settling_time(zone.update_period) && all_have_ticked();
}

PERJOULE_INLINE bool TickWatch::all_have_ticked() const noexcept {
  return std::count(is_awaited_.begin(), is_awaited_.end(), true) == 0;
}

PERJOULE_INLINE void TickWatch::mark_overdue(Reading& at) const noexcept {
  for (std::size_t i = 0; i < at.ticks.size(); ++i) at.ticks[i].is_overdue = is_awaited_[i];
}

PERJOULE_INLINE bool TickWatch::await_next_ticks(Reading& after) noexcept {
  const MeterDescription& what = meter_->description();
  if (!has_ticks(what)) return true;
  const std::size_t zones = what.zones.size();
  for (std::size_t i = 0; i < zones; ++i) {
    is_awaited_[i] = !is_precise(what.zones[i], after.ticks[i]);
  }
  const Instant deadline = after.end + tick_timeout(what.update_period);
  last_ = after;
  while (!all_have_ticked() && last_.end < deadline) {
    pause_between_polls(*meter_, what.update_period);
    if (!meter_->read(next_)) return false;
    update_ticks(what, last_, next_);
    for (std::size_t i = 0; i < zones; ++i) {
      if (!is_awaited_[i] || next_.counts[i] == last_.counts[i]) continue;
      if (next_.ticks[i].counts != 0) {
        take_next_tick(what.zones[i], i, after, next_);
      } else {
        // This thread was delayed, and the tick seen may not be the next. That one came after the
        // reading before, and the last one at most a period before that. Its middle moves
        // accordingly. Its width stays, since the power behind it is not known either.
        Tick& tick = after.ticks[i];
        const Instant earliest = last_.begin + -what.zones[i].update_period;
        const Seconds shift =
            (std::clamp(earliest, tick.earliest, tick.latest) - tick.earliest) * 0.5;
        tick.earliest = tick.earliest + shift;
        tick.latest = tick.latest + shift;
      }
      is_awaited_[i] = false;
    }
    std::swap(last_, next_);
  }
  mark_overdue(after);
  return true;
}

}  // namespace perjoule::inline v0::detail
