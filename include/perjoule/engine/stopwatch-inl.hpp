// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/engine/stopwatch.hpp"
#include "perjoule/meters/window_energy.hpp"

namespace perjoule::inline v0 {

PERJOULE_INLINE void Stopwatch::start() noexcept {
  around_ = detail::take_snapshot(*files_);
  is_read_ =
      ends_ == Ends::at_once ? meter_->read(before_) : detail::read_on_tick(*meter_, before_);
  begin_ = meter_->now();
  cpu_begin_ = SystemClock::process_cpu();
}

PERJOULE_INLINE Window Stopwatch::stop(void (*work)(void*), void* context) {
  Window window;
  Reading after;
  Instant cpu_end = SystemClock::process_cpu();
  bool is_read = meter_->read(after) && is_read_;
  if (is_read) detail::update_ticks(meter_->description(), before_, after);
  if (is_read && work != nullptr) {
    is_read = detail::work_until_tick(*meter_, after, work, context);
    cpu_end = SystemClock::process_cpu();
  }
  const Instant end = meter_->now();
  if (is_read && ends_ == Ends::on_ticks) is_read = detail::await_next_ticks(*meter_, after);
  window.wall = is_read ? after.begin - before_.end : end - begin_;
  window.cpu = cpu_end - cpu_begin_;
  window.energy =
      is_read ? meter_->energy(before_, after) : WindowEnergy{{}, "a reading of the meter failed"};
  window.interference = detail::interference_between(around_, detail::take_snapshot(*files_));
  return window;
}

}  // namespace perjoule::inline v0
