// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <utility>

#include "perjoule/core/config.hpp"
#include "perjoule/engine/stopwatch.hpp"

namespace perjoule::inline v0 {

PERJOULE_INLINE Stopwatch::Stopwatch(AnyMeter& meter, const SystemFiles& files, Ends ends)
    : meter_(&meter),
      files_(&files),
      ends_(ends),
      ticks_(meter),
      before_(meter.description()),
      after_(meter.description()) {}

PERJOULE_INLINE void Stopwatch::begin_again() noexcept {
  std::swap(before_, after_);
  is_begin_read_ = meter_->read(before_) && is_begin_read_;
  if (is_begin_read_) detail::update_ticks(meter_->description(), after_, before_);
  begin_ = meter_->now();
  cpu_begin_ = SystemClock::process_cpu();
}

PERJOULE_INLINE Window Stopwatch::stop() {
  read_end();
  return window();
}

PERJOULE_INLINE void Stopwatch::read_end() noexcept {
  cpu_end_ = SystemClock::process_cpu();
  is_read_ = meter_->read(after_) && is_begin_read_;
  if (is_read_) detail::update_ticks(meter_->description(), before_, after_);
}

PERJOULE_INLINE Window Stopwatch::window() {
  const Instant end = meter_->now();
  if (is_read_ && ends_ == Ends::on_ticks) is_read_ = ticks_.await_next_ticks(after_);
  Window window;
  window.wall = is_read_ ? after_.begin - before_.end : end - begin_;
  window.cpu = cpu_end_ - cpu_begin_;
  window.energy = is_read_ ? meter_->energy(before_, after_)
                           : WindowEnergy{{}, "a reading of the meter failed"};
  window.interference = detail::interference_between(around_, detail::take_snapshot(*files_));
  return window;
}

}  // namespace perjoule::inline v0
