// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <errno.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>

#include "perjoule/core/config.hpp"
#include "perjoule/core/version.hpp"

namespace perjoule::inline v0::detail {

/// Selects what is counted and how it is reported: the first, shortest version of the kernel's
/// perf_event_attr.
/// @source perf_event_open(2)
struct PerfAttributes {
  std::uint32_t type = 0;
  std::uint32_t size = 64;
  std::uint64_t config = 0;
  std::uint64_t period = 0;  ///< 0: count without sampling
  std::uint64_t sample_type = 0;
  std::uint64_t read_format = 0;
  std::uint64_t flags = 0;
  std::uint32_t wakeup = 0;
  std::uint32_t breakpoint = 0;
  std::uint64_t config1 = 0;
};
static_assert(sizeof(PerfAttributes) == 64, "the kernel's PERF_ATTR_SIZE_VER0");

/// Opens a counting file that is closed on exec; returns -1 and sets errno on failure.
/// @param process, cpu  0 and -1: the calling thread on any CPU; -1 and a CPU: all threads on that
///                 CPU
/// @param group         first file of a group that is counted together; -1: a new group
[[nodiscard]] int open_perf_event(const PerfAttributes& attributes, int process, int cpu,
                                  int group) noexcept;

/// Reads `many` whole numbers from a counting file; false if there are fewer or more.
[[nodiscard]] inline bool read_perf_event(int file, std::uint64_t* numbers,
                                          std::size_t many) noexcept {
  ssize_t n = 0;
  do {
    n = ::read(file, numbers, many * sizeof *numbers);
  } while (n == -1 && errno == EINTR);
  return n == static_cast<ssize_t>(many * sizeof *numbers);
}

/// Starts a group that was opened disabled.
[[nodiscard]] bool enable_perf_group(int leader) noexcept;

/// The system calls that count events; replaced in tests.
struct PerfCalls {
  int (*open)(const PerfAttributes& attributes, int process, int cpu, int group) = &open_perf_event;
  bool (*enable)(int leader) = &enable_perf_group;
};

}  // namespace perjoule::inline v0::detail

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/core/perf_event-inl.hpp"
#endif
