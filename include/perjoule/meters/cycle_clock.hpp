// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstdint>

#include "perjoule/core/config.hpp"
#include "perjoule/meters/any_meter.hpp"
#include "perjoule/meters/clock.hpp"
#include "perjoule/units/names.hpp"
#include "perjoule/units/provenance.hpp"

namespace perjoule::inline v0 {

/// For timing single calls: the processor's own counter of time, at less than half the cost of the
/// kernel's clock, where that counter goes at one rate whatever the clock rate is; else the clock
/// of a meter, as always on a simulated machine.
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

  /// How long a tick is, from all the time since this clock was made: the longer, the better.
  /// @unit  s
  /// @error two readings of the meter's clock, 50 ns each, over that time
  [[nodiscard]] PERJOULE_COLD Seconds tick() const noexcept {
    if (!is_invariant_) return Seconds(1e-9);
    const Seconds since = meter_->now() - begin_;
    return since / static_cast<double>(now() - begin_ticks_);
  }

 private:
  [[nodiscard]] PERJOULE_COLD static bool has_invariant_counter() noexcept {
#if defined(__x86_64__)
    // Bit 8 of EDX: it goes on at one rate in all states of power. Intel SDM vol. 2A, CPUID.
    constexpr unsigned highest = 0x80000000U;
    constexpr unsigned power = 0x80000007U;
    return cpuid(highest).a >= power && (cpuid(power).d & (1U << 8U)) != 0;
#elif defined(__aarch64__)
    return true;  // by definition of the generic timer, Arm ARM D11.1
#else
    return false;
#endif
  }

#if defined(__x86_64__)
  struct Registers {
    unsigned a, b, c, d;
  };
  [[nodiscard]] PERJOULE_COLD static Registers cpuid(unsigned leaf) noexcept {
    Registers r{leaf, 0, 0, 0};
    asm volatile("cpuid" : "+a"(r.a), "=b"(r.b), "+c"(r.c), "=d"(r.d));
    return r;
  }
#endif

  AnyMeter* meter_;
  bool is_invariant_;
  Instant begin_;
  std::uint64_t begin_ticks_;
};

}  // namespace perjoule::inline v0
