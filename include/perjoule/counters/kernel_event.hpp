// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstdint>

#include "perjoule/core/config.hpp"
#include "perjoule/core/line.hpp"
#include "perjoule/counters/event_source.hpp"

namespace perjoule::inline v0::detail {

/// An event by the name that perf gives it.
struct KernelEvent {
  enum class From : std::uint8_t { perf, task_clock, minor_faults, major_faults, faults, switches };
  const char* name;
  const char* alias;  ///< another name of it, or null
  From from;
  std::uint32_t type = 0;    ///< for perf: 0 hardware, 1 software, 3 cache
  std::uint64_t config = 0;  ///< the same
  EventKind kind = EventKind::other;
};

/// @unit none; a code of perf_event_open: cache | operation << 8 | 1 for misses << 16
constexpr std::uint64_t cache_event(std::uint64_t cache, std::uint64_t operation, bool misses) {
  return cache | operation << 8U | (misses ? std::uint64_t{1} << 16U : 0);
}

/// @source linux/perf_event.h; the software ones from getrusage(2), which no permission is needed
/// for
inline constexpr KernelEvent kernel_events[] = {
    {"task-clock", "cpu-clock", KernelEvent::From::task_clock},
    {"page-faults", "faults", KernelEvent::From::faults},
    {"minor-faults", nullptr, KernelEvent::From::minor_faults},
    {"major-faults", nullptr, KernelEvent::From::major_faults},
    {"context-switches", "cs", KernelEvent::From::switches},
    {"cpu-migrations", "migrations", KernelEvent::From::perf, 1, 4},
    {"instructions", nullptr, KernelEvent::From::perf, 0, 1, EventKind::instructions},
    {"cycles", "cpu-cycles", KernelEvent::From::perf, 0, 0, EventKind::cycles},
    {"ref-cycles", nullptr, KernelEvent::From::perf, 0, 9},
    {"branches", "branch-instructions", KernelEvent::From::perf, 0, 4},
    {"branch-misses", nullptr, KernelEvent::From::perf, 0, 5},
    {"cache-references", nullptr, KernelEvent::From::perf, 0, 2},
    {"cache-misses", nullptr, KernelEvent::From::perf, 0, 3},
    {"stalled-cycles-frontend", nullptr, KernelEvent::From::perf, 0, 7},
    {"stalled-cycles-backend", nullptr, KernelEvent::From::perf, 0, 8},
    {"L1-dcache-loads", nullptr, KernelEvent::From::perf, 3, cache_event(0, 0, false)},
    {"L1-dcache-load-misses", nullptr, KernelEvent::From::perf, 3, cache_event(0, 0, true)},
    {"LLC-loads", nullptr, KernelEvent::From::perf, 3, cache_event(2, 0, false)},
    {"LLC-load-misses", nullptr, KernelEvent::From::perf, 3, cache_event(2, 0, true),
     EventKind::last_level_misses},
    {"LLC-store-misses", nullptr, KernelEvent::From::perf, 3, cache_event(2, 1, true)},
    {"dTLB-loads", nullptr, KernelEvent::From::perf, 3, cache_event(3, 0, false)},
    {"dTLB-load-misses", nullptr, KernelEvent::From::perf, 3, cache_event(3, 0, true)},
    {"iTLB-load-misses", nullptr, KernelEvent::From::perf, 3, cache_event(4, 0, true)},
};

[[nodiscard]] text::Long names_of_kernel_events() noexcept;

/// @throws Error for a name that perf does not know
[[nodiscard]] KernelEvent find_kernel_event(const char* name);

}  // namespace perjoule::inline v0::detail

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/counters/kernel_event-inl.hpp"
#endif
