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
#include <cstdint>
#include <utility>

#include "perjoule/core/config.hpp"
#include "perjoule/core/file.hpp"
#include "perjoule/core/line.hpp"
#include "perjoule/core/version.hpp"

namespace perjoule::inline v0::detail {

/// The most that the kernel has not yet added up of a process's pages: of each of three kinds
/// (anonymous, of files, shared memory) 64 pages a CPU, and on more than 32 CPUs twice their
/// number.
/// @unit   B
/// @source Linux mm: SPLIT_RSS_COUNTING until 6.1, percpu_counter_batch since
[[nodiscard]] PERJOULE_COLD inline double late_pages() noexcept {
  const auto cpus = static_cast<double>(sysconf(_SC_NPROCESSORS_ONLN));
  const double batch = cpus > 32.0 ? 2.0 * cpus : 64.0;
  return 3.0 * batch * cpus * static_cast<double>(sysconf(_SC_PAGESIZE));
}

/// How far this process's resident set grows: memory that is touched, whoever asked the kernel for
/// it, and not the room that was asked for. Starting forgets the peak so far for the whole process.
/// @error  pages, and late_pages()
/// @source proc(5): clear_refs, VmHWM
class ResidentPeak {
 public:
  PERJOULE_COLD void start() noexcept {
#if defined(__GLIBC__)
    malloc_trim(0);  // pages that are kept for the next allocation would hide it
#endif
    const int file = open("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC);
    is_reset_ = file != -1 && write(file, "5", 1) == 1;  // sets the peak to what is there now
    if (file != -1) close(file);
    before_ = peak();
  }

  /// Since start(); below 0 where it can't be known.
  /// @unit B
  [[nodiscard]] PERJOULE_COLD std::int64_t growth() const noexcept {
    const std::int64_t now = peak();
    return is_reset_ && before_ >= 0 && now >= before_ ? now - before_ : -1;
  }

  /// Whether 8 MiB in small pieces are found, twice. They are not without /proc, in a kernel
  /// without clear_refs, with an allocator that keeps what is freed, and under sanitizers.
  [[nodiscard]] PERJOULE_COLD bool is_working() noexcept {
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

 private:
  /// The most that was resident; below 0 where it can't be read.
  [[nodiscard]] PERJOULE_COLD static std::int64_t peak() noexcept {
    char status[8192];
    if (read_small_file("/proc/self/status", status, sizeof status) <= 0) return -1;
    const text::Name kib = field_of(status, "VmHWM");
    return kib.empty() ? -1 : strtoll(kib.chars, nullptr, 10) * 1024;
  }

  std::int64_t before_ = -1;
  bool is_reset_ = false;
};

}  // namespace perjoule::inline v0::detail
