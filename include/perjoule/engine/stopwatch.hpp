// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstdint>

#include "perjoule/core/config.hpp"
#include "perjoule/engine/system_load.hpp"
#include "perjoule/engine/window.hpp"
#include "perjoule/meters/meter.hpp"

namespace perjoule::inline v0 {

/// Time and energy of whatever a program does between two moments. Nothing is allocated, printed or
/// locked between the two readings. One that is stopped can be started again.
class Stopwatch {
 public:
  /// Where the two readings are.
  enum class Ends : std::uint8_t {
    on_ticks,  ///< of the counter, and waits for them: the energy is known best
    at_once,   ///< wherever the program is: nothing is held up, and up to a period is unknown
  };

  /// One that has no meter yet, for lists.
  Stopwatch() = default;
  /// @param meter  borrowed
  /// @param files  where the machine tells what goes on beside. Borrowed
  Stopwatch(AnyMeter& meter, const SystemFiles& files, Ends ends = Ends::on_ticks) noexcept
      : meter_(&meter), files_(&files), ends_(ends) {}

  /// The meter's clock.
  [[nodiscard]] Instant now() noexcept { return meter_->now(); }

  /// Waits for the next tick of the counter, a period at the most where it moves at all.
  void start() noexcept;

  /// What it took since start(). Watches the counter for its next tick, which tells when the last
  /// one was. Where a reading fails the energy is missing and the rest is not. The number of items
  /// is the caller's.
  /// @param work  a little more of the same, run until the counter ticks, so that the end is on a
  ///              tick, too; null: there is no more
  /// @throws what `work` throws
  [[nodiscard]] Window stop(void (*work)(void*) = nullptr, void* context = nullptr);

 private:
  AnyMeter* meter_ = nullptr;
  const SystemFiles* files_ = nullptr;
  Ends ends_ = Ends::on_ticks;
  detail::SystemSnapshot around_;
  Reading before_;
  Instant begin_;
  Instant cpu_begin_;
  bool is_read_ = false;
};

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/engine/stopwatch-inl.hpp"
#endif
