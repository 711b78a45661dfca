// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <sys/ioctl.h>
#include <sys/syscall.h>

#include "perjoule/core/config.hpp"
#include "perjoule/core/perf_event.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE int open_perf_event(const PerfAttributes& attributes, int process, int cpu,
                                    int group) noexcept {
  constexpr unsigned long close_on_exec = 8;
  return static_cast<int>(
      syscall(SYS_perf_event_open, &attributes, process, cpu, group, close_on_exec));
}

PERJOULE_INLINE bool enable_perf_group(int leader) noexcept {
  constexpr unsigned long enable = _IO('$', 0);
  constexpr unsigned long whole_group = 1;
  return ioctl(leader, enable, whole_group) == 0;
}

}  // namespace perjoule::inline v0::detail
