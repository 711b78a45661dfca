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

PERJOULE_INLINE bool TickWatch::read_on_tick(Reading& at) noexcept {
  const MeterDescription& what = meter_->description();
  if (!meter_->read(at)) return false;
  std::fill(at.ticks.begin(), at.ticks.end(), Tick{});  // discards the ticks of another window
  if (!has_ticks(what)) return true;
  const std::size_t zones = what.zones.size();
  const std::size_t slowest = slowest_zone(what);
  const Instant deadline = at.end + tick_timeout(what.update_period);
  is_awaited_.assign(zones, true);
  std::size_t open = zones;
  while (at.end < deadline) {
    pause_between_polls(*meter_, what.update_period);
    std::swap(last_, at);
    if (!meter_->read(at)) return false;
    update_ticks(what, last_, at);
    for (std::size_t i = 0; i < zones; ++i) {
      if (!is_awaited_[i] || at.counts[i] == last_.counts[i]) continue;
      is_awaited_[i] = false;
      --open;
    }
    const bool has_moved = at.counts[slowest] != last_.counts[slowest];
    if (has_moved && open == 0 && is_precise(what.zones[slowest], at.ticks[slowest])) break;
  }
  for (std::size_t i = 0; i < zones; ++i) at.ticks[i].is_overdue = is_awaited_[i];
  return true;
}

PERJOULE_INLINE bool TickWatch::await_next_ticks(Reading& after) noexcept {
  const MeterDescription& what = meter_->description();
  if (!has_ticks(what)) return true;
  const std::size_t zones = what.zones.size();
  is_awaited_.assign(zones, false);
  std::size_t open = 0;
  for (std::size_t i = 0; i < zones; ++i) {
    if (is_precise(what.zones[i], after.ticks[i])) continue;
    is_awaited_[i] = true;
    ++open;
  }
  const Instant deadline = after.end + tick_timeout(what.update_period);
  last_ = after;
  while (open != 0 && last_.end < deadline) {
    pause_between_polls(*meter_, what.update_period);
    if (!meter_->read(next_)) return false;
    update_ticks(what, last_, next_);
    for (std::size_t i = 0; i < zones; ++i) {
      if (!is_awaited_[i] || next_.counts[i] == after.counts[i]) continue;
      // If this thread was delayed, it may have missed a tick, and then the one seen is not the
      // next.
      if (next_.ticks[i].counts != 0) narrow_tick(what.zones[i], after.ticks[i], next_.ticks[i]);
      is_awaited_[i] = false;
      --open;
    }
    std::swap(last_, next_);
  }
  for (std::size_t i = 0; i < zones; ++i) after.ticks[i].is_overdue = is_awaited_[i];
  return true;
}

}  // namespace perjoule::inline v0::detail
