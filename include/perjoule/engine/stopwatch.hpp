// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstdint>

#include "perjoule/core/config.hpp"
#include "perjoule/engine/system_load.hpp"
#include "perjoule/engine/window.hpp"
#include "perjoule/meters/meter.hpp"
#include "perjoule/meters/tick_watch.hpp"

namespace perjoule::inline v0 {

/// Measures time and energy of any part of a program between two moments. Nothing is allocated,
/// printed or locked between the two readings. A stopped stopwatch can be started again.
class Stopwatch {
 public:
  /// When the two readings are taken.
  enum class Ends : std::uint8_t {
    on_ticks,  ///< at ticks of the counter, for which it waits: the energy is known best
    at_once,   ///< without waiting: up to one period of the counter is unknown
  };

  /// Constructs a stopwatch without a meter. Another one must be assigned to it before it is used.
  Stopwatch() = default;
  /// @param meter  borrowed
  /// @param files  where the machine reports the activity of other programs. Borrowed
  Stopwatch(AnyMeter& meter, const SystemFiles& files, Ends ends = Ends::on_ticks);

  /// Returns the current time of the meter's clock.
  [[nodiscard]] Instant now() noexcept { return meter_->now(); }

  /// Begins after the next tick of the counter, which is at most one period away.
  void start() {
    begin_reading([this] { return ticks_.read_on_tick(before_); });
  }

  /// The same, but works until then, so that the power before the window is that within it.
  /// @param work  called as work(); does a little work of the same kind
  /// @throws what `work` throws
  template <class Work>
  void start(Work&& work) {
    begin_reading([&] { return ticks_.read_on_tick(before_, work); });
  }

  /// Begins anew without waiting, after start(): what is known of the ticks since then stays known.
  void begin_again() noexcept;

  /// Ends, and returns the window since start(). Then watches the counter until its next tick,
  /// which reveals when the last one was. If a reading fails, the energy is missing and the rest is
  /// not. The caller fills in the number of items.
  [[nodiscard]] Window stop();

  /// The same, but works on until the counter ticks, so that the end is at a tick, too.
  /// @param work  called as work(); does a little more of the same work
  /// @throws what `work` throws
  template <class Work>
  [[nodiscard]] Window stop(Work&& work) {
    read_end();  // a first reading, by which the tick is recognised; the tick's replaces it
    if (is_read_) {
      is_read_ = ticks_.work_until_tick(after_, work);
      cpu_end_ = SystemClock::process_cpu();
    }
    return window();
  }

 private:
  template <class ReadOnTick>
  void begin_reading(ReadOnTick&& read_on_tick) {
    around_ = detail::take_snapshot(*files_);
    is_begin_read_ = ends_ == Ends::at_once ? meter_->read(before_) : read_on_tick();
    begin_ = meter_->now();
    cpu_begin_ = SystemClock::process_cpu();
  }
  void read_end() noexcept;
  [[nodiscard]] Window window();

  AnyMeter* meter_ = nullptr;
  const SystemFiles* files_ = nullptr;
  Ends ends_ = Ends::on_ticks;
  detail::SystemSnapshot around_;
  // These are allocated in advance, since nothing is allocated in a window.
  detail::TickWatch ticks_;
  Reading before_;
  Reading after_;
  Instant begin_;
  Instant cpu_begin_;
  Instant cpu_end_;
  bool is_begin_read_ = false;
  bool is_read_ = false;  ///< both readings succeeded
};

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/engine/stopwatch-inl.hpp"
#endif
