// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "perjoule/core/config.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/core/version.hpp"
#include "perjoule/units/estimate.hpp"
#include "perjoule/units/quantity.hpp"

namespace perjoule::inline v0::detail {

/// Returns the most memory that the kernel has not yet added to the count of a process. For each of
/// three kinds of pages (anonymous, files, shared memory) this is 64 pages per CPU; with more than
/// 32 CPUs, it is twice the number of CPUs instead of 64.
/// @unit   B
/// @source Linux mm: SPLIT_RSS_COUNTING until 6.1, percpu_counter_batch since
[[nodiscard]] double rss_accounting_lag() noexcept;

/// Measures how far this process's resident set grows. This includes all touched memory, whatever
/// requested it from the kernel, and no memory that was only requested. Starting resets the peak of
/// the whole process.
/// @error  pages, and rss_accounting_lag()
/// @source proc(5): clear_refs, VmHWM
class ResidentPeak {
 public:
  void start();

  /// Returns the growth since start(); below 0 if it cannot be known.
  /// @unit B
  [[nodiscard]] std::int64_t growth() const;

  /// Checks whether 8 MiB in small pieces are found, twice. They are not found without /proc, in a
  /// kernel without clear_refs, with an allocator that keeps freed memory, and under sanitizers.
  [[nodiscard]] bool is_working();

 private:
  /// Returns the peak resident set; below 0 if it cannot be read.
  [[nodiscard]] static std::int64_t peak();

  std::int64_t before_ = -1;
  bool is_reset_ = false;
};

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

/// The memory that a process uses, and its page faults. A value that cannot be read is missing.
struct ProcessMemory {
  Estimate<Bytes> resident;  ///< RSS: its pages in memory; shared pages count in full
  /// Highest value of `resident` since the program began, or since /proc/PID/clear_refs was last
  /// used to reset it.
  Estimate<Bytes> peak_resident;
  /// PSS: like `resident`, but a page shared by N processes counts as 1/N. Missing for a process of
  /// another user, and before Linux 4.14.
  Estimate<Bytes> proportional;
  /// Page faults that found or created the page in memory, since the process began, over all
  /// threads.
  /// @unit none
  double minor_faults = detail::quiet_nan();
  /// Page faults that had to wait for a disk.
  /// @unit none
  double major_faults = detail::quiet_nan();
};

/// The id that stands for the calling process.
inline constexpr pid_t this_process = 0;

namespace detail {

/// Returns the text after `field` in a line that begins with it, up to the end of the line, or
/// nothing if there is no such line. Such files also contain the name of a process, which may
/// contain the name of a field, but no line break.
[[nodiscard]] std::optional<std::string_view> find_line_value(std::string_view file,
                                                              std::string_view field) noexcept;

/// Returns the amount in a line such as "VmRSS:  1620 kB".
/// @param field  with its colon
/// @unit   B
/// @error  the error of the file
/// @source proc(5): its kB are 1024 B
[[nodiscard]] Estimate<Bytes> read_field_bytes(std::string_view file,
                                               std::string_view field) noexcept;

/// Reads minor and major faults from a /proc/PID/stat. If both are 0 they stay missing: no program
/// starts without a fault, so the zeros come from an emulator, or from one of the kernel's own
/// threads.
/// @source proc(5): fields 10 and 12. The second field is a name that may contain anything, but the
///         last parenthesis is its end
void read_faults(std::string_view stat, ProcessMemory& memory) noexcept;

}  // namespace detail

/// Reads the memory use of a process at this moment. It must not be called within a measured
/// window: for `proportional` the kernel walks all pages of the process, which takes milliseconds
/// for a large one.
/// @param process  its id
/// @param root  "" on a real machine; a copied tree in tests
/// @unit   B; the faults are counts
/// @error  resident and peak_resident: a rectangular distribution with half-width
///         detail::rss_accounting_lag(), since some kernels add up pages only later. proportional:
///         exact to 1 KiB. The counts of faults are exact
/// @source proc(5): status (VmRSS, VmHWM), smaps_rollup (Pss), stat (minflt, majflt)
[[nodiscard]] ProcessMemory process_memory(pid_t process = this_process,
                                           const std::string& root = "");

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/memory/process_memory-inl.hpp"
#endif
