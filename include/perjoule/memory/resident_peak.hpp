// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstdint>

#include "perjoule/core/config.hpp"
#include "perjoule/core/version.hpp"

namespace perjoule::inline v0::detail {

/// The most that the kernel has not yet added up of a process's pages: of each of three kinds
/// (anonymous, of files, shared memory) 64 pages a CPU, and on more than 32 CPUs twice their
/// number.
/// @unit   B
/// @source Linux mm: SPLIT_RSS_COUNTING until 6.1, percpu_counter_batch since
[[nodiscard]] double late_pages() noexcept;

/// How far this process's resident set grows: memory that is touched, whoever asked the kernel for
/// it, and not the room that was asked for. Starting forgets the peak so far for the whole process.
/// @error  pages, and late_pages()
/// @source proc(5): clear_refs, VmHWM
class ResidentPeak {
 public:
  void start() noexcept;

  /// Since start(); below 0 where it can't be known.
  /// @unit B
  [[nodiscard]] std::int64_t growth() const noexcept;

  /// Whether 8 MiB in small pieces are found, twice. They are not without /proc, in a kernel
  /// without clear_refs, with an allocator that keeps what is freed, and under sanitizers.
  [[nodiscard]] bool is_working() noexcept;

 private:
  /// The most that was resident; below 0 where it can't be read.
  [[nodiscard]] static std::int64_t peak() noexcept;

  std::int64_t before_ = -1;
  bool is_reset_ = false;
};

}  // namespace perjoule::inline v0::detail

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/memory/resident_peak-inl.hpp"
#endif
