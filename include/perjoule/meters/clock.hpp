// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <errno.h>
#include <time.h>

#include <compare>
#include <cstdint>

#include "perjoule/units/names.hpp"
#include "perjoule/units/quantity.hpp"

namespace perjoule::inline v0 {

/// A point on a clock that only goes forward. Whole nanoseconds, so that differences stay exact on
/// a machine that has been up for years.
struct Instant {
  std::int64_t ns = 0;  ///< since an arbitrary start. @unit ns

  friend constexpr auto operator<=>(Instant, Instant) noexcept = default;
  friend constexpr Seconds operator-(Instant later, Instant earlier) noexcept {
    return Seconds(static_cast<double>(later.ns - earlier.ns) * 1e-9);
  }
  friend constexpr Instant operator+(Instant start, Seconds duration) noexcept {
    return {start.ns + static_cast<std::int64_t>(duration.si() * 1e9)};
  }
};

/// The machine's clock, for meters of the machine. A simulated meter brings its own instead.
struct SystemClock {
  /// Of the time between two readings: each is taken anywhere within the 50 ns that it lasts.
  /// @unit   s
  /// @source GUM (JCGM 100:2008) 4.3.7: 50 ns sqrt(2/12)
  static constexpr Seconds uncertainty{20e-9};

  /// @error 1 ns quantum, 50 ns to read
  [[nodiscard]] static Instant now() noexcept { return at(CLOCK_MONOTONIC); }

  /// CPU time of all threads of this process.
  [[nodiscard]] static Instant process_cpu() noexcept { return at(CLOCK_PROCESS_CPUTIME_ID); }

  /// CPU time of the calling thread.
  [[nodiscard]] static Instant thread_cpu() noexcept { return at(CLOCK_THREAD_CPUTIME_ID); }

  /// Sleeps; signals do not shorten it.
  static void wait(Seconds duration) noexcept {
    if (duration <= Seconds(0.0)) return;
    const auto ns = static_cast<std::int64_t>(duration.si() * 1e9);
    timespec left{static_cast<time_t>(ns / 1'000'000'000), static_cast<long>(ns % 1'000'000'000)};
    while (nanosleep(&left, &left) == -1 && errno == EINTR) {
    }
  }

 private:
  // Not inlined: a call costs a hundredth of reading the clock, and ten copies of the product below
  // were a fifth of the time that g++ spent on a whole user's file.
  [[nodiscard, gnu::noinline]] static Instant at(clockid_t clock) noexcept {
    timespec time{};
    clock_gettime(clock, &time);
    return {static_cast<std::int64_t>(time.tv_sec) * 1'000'000'000 + time.tv_nsec};
  }
};

}  // namespace perjoule::inline v0
