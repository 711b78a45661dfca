// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#if defined(__GLIBC__)
#include <malloc.h>
#endif

#include <cstddef>
#include <utility>

#include "perjoule/core/config.hpp"
#include "perjoule/core/file.hpp"
#include "perjoule/core/line.hpp"
#include "perjoule/memory/resident_peak.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE double late_pages() noexcept {
  const auto cpus = static_cast<double>(sysconf(_SC_NPROCESSORS_ONLN));
  const double batch = cpus > 32.0 ? 2.0 * cpus : 64.0;
  return 3.0 * batch * cpus * static_cast<double>(sysconf(_SC_PAGESIZE));
}

PERJOULE_INLINE void ResidentPeak::start() noexcept {
#if defined(__GLIBC__)
  malloc_trim(0);  // pages that are kept for the next allocation would hide it
#endif
  const int file = open("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC);
  is_reset_ = file != -1 && write(file, "5", 1) == 1;  // sets the peak to what is there now
  if (file != -1) close(file);
  before_ = peak();
}

PERJOULE_INLINE std::int64_t ResidentPeak::growth() const noexcept {
  const std::int64_t now = peak();
  return is_reset_ && before_ >= 0 && now >= before_ ? now - before_ : -1;
}

PERJOULE_INLINE bool ResidentPeak::is_working() noexcept {
  constexpr std::size_t piece = 4096 - 16;
  constexpr std::int64_t pieces = 2048;
  bool is_found = true;
  for (int pass = 0; pass < 2; ++pass) {
    start();
    void** last = nullptr;  // each piece holds the place of the one before
    for (std::int64_t i = 0; i < pieces; ++i) {
      void** const next = static_cast<void**>(malloc(piece));
      if (next == nullptr) break;
      memset(next, 1, piece);
      *next = last;
      last = next;
    }
    const std::int64_t found = growth();
    is_found = is_found && found > pieces * 3700 && found < pieces * 4500;
    while (last != nullptr) free(std::exchange(last, static_cast<void**>(*last)));
  }
  return is_found;
}

PERJOULE_INLINE std::int64_t ResidentPeak::peak() noexcept {
  char status[8192];
  if (read_small_file("/proc/self/status", status, sizeof status) <= 0) return -1;
  const text::Name kib = field_of(status, "VmHWM");
  return kib.empty() ? -1 : strtoll(kib.chars, nullptr, 10) * 1024;
}

}  // namespace perjoule::inline v0::detail
