// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstdint>

#include "perjoule/core/config.hpp"
#include "perjoule/meters/meter.hpp"
#include "perjoule/units/quantity.hpp"

namespace perjoule::inline v0 {

/// Times single calls. It uses the processor's time stamp counter, at less than half the cost of
/// the kernel's clock, if that counter runs at one rate whatever the clock rate is. Otherwise it
/// uses the clock of a meter, as on a simulated machine.
class CycleClock {
 public:
  /// @param meter  borrowed
  explicit CycleClock(AnyMeter& meter) noexcept
      : meter_(&meter),
        is_invariant_(has_invariant_counter() &&
                      meter.description().provenance != Provenance::simulated),
        begin_(meter.now()),
        begin_ticks_(now()) {}

  /// @unit ticks
  [[nodiscard, gnu::always_inline]] std::uint64_t now() const noexcept {
    if (!is_invariant_) return static_cast<std::uint64_t>(meter_->now().ns);
#if defined(__x86_64__)
    return __builtin_ia32_rdtsc();
#elif defined(__aarch64__)
    std::uint64_t ticks = 0;
    asm volatile("mrs %0, cntvct_el0" : "=r"(ticks));
    return ticks;
#else
    return 0;
#endif
  }

  /// Returns the length of a tick, from the time since this clock was made. The longer that is, the
  /// more exact the result.
  /// @unit  s
  /// @error two readings of the meter's clock, 50 ns each, over that time
  [[nodiscard]] Seconds cycle_length() const noexcept;

 private:
  [[nodiscard]] static bool has_invariant_counter() noexcept;

#if defined(__x86_64__)
  struct Registers {
    unsigned a, b, c, d;
  };
  [[nodiscard]] static Registers cpuid(unsigned leaf) noexcept;
#endif

  AnyMeter* meter_;
  bool is_invariant_;
  Instant begin_;
  std::uint64_t begin_ticks_;
};

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/engine/cycle_clock-inl.hpp"
#endif
