// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/engine/cycle_clock.hpp"

namespace perjoule::inline v0 {

PERJOULE_INLINE Seconds CycleClock::cycle_length() const noexcept {
  if (!is_invariant_) return Seconds(1e-9);
  const Seconds since = meter_->now() - begin_;
  return since / static_cast<double>(now() - begin_ticks_);
}

PERJOULE_INLINE bool CycleClock::has_invariant_counter() noexcept {
#if defined(__x86_64__)
  // Bit 8 of EDX: the counter runs at one rate in all power states. Intel SDM vol. 2A, CPUID.
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
PERJOULE_INLINE CycleClock::Registers CycleClock::cpuid(unsigned leaf) noexcept {
  Registers r{leaf, 0, 0, 0};
  asm volatile("cpuid" : "+a"(r.a), "=b"(r.b), "+c"(r.c), "=d"(r.d));
  return r;
}
#endif

}  // namespace perjoule::inline v0
