// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <sys/resource.h>

#include <algorithm>
#include <cmath>

#include "perjoule/core/config.hpp"
#include "perjoule/engine/slices.hpp"
#include "perjoule/meters/meter.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE ThreadUsage thread_usage() noexcept {
  rusage usage{};
  getrusage(RUSAGE_THREAD, &usage);
  // The CPU time in `usage` dates from the kernel's last timer tick, up to 4 ms ago. The clock's is
  // current.
  return {static_cast<std::uint64_t>(usage.ru_nivcsw), static_cast<std::uint64_t>(usage.ru_nvcsw),
          SystemClock::thread_cpu() - Instant{}};
}

PERJOULE_INLINE bool was_preempted(Seconds taken, const ThreadUsage& usage) noexcept {
  constexpr double most = 1.02;  // the timer's own interrupts take a thousandth
  return usage.voluntary_switches == 0 && usage.cpu > Seconds(0.0) && taken > usage.cpu * most;
}

PERJOULE_INLINE void add_slice(Slices& slices, Seconds taken, const ThreadUsage& usage,
                               std::uint64_t items) noexcept {
  const bool preempted = usage.preemptions == 0 && was_preempted(taken, usage);
  ++slices.all;
  slices.taken += taken;
  slices.usage.preemptions += preempted ? 1 : usage.preemptions;
  slices.usage.cpu += usage.cpu;
  if (preempted || usage.preemptions != 0) {
    ++slices.interrupted;
    return;
  }
  double weight = 1.0;
  if (slices.usage.preemptions != 0) {
    const double expected =
        static_cast<double>(slices.usage.preemptions) * (usage.cpu / slices.usage.cpu);
    constexpr double most = 3.0;  // one slice stands for twenty at most
    weight = std::exp(std::min(expected, most));
  }
  slices.clean += weight * taken;
  slices.clean_items += Items(weight * static_cast<double>(items));
}

PERJOULE_INLINE void exclude_since(Slices& slices, const Slices& earlier) noexcept {
  slices.interrupted = earlier.interrupted + (slices.all - earlier.all);
  slices.clean = earlier.clean;
  slices.clean_items = earlier.clean_items;
}

}  // namespace perjoule::inline v0::detail
