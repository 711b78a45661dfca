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

/// The most that the kernel has not yet added up of a process's pages: of each of three kinds
/// (anonymous, of files, shared memory) 64 pages a CPU, and on more than 32 CPUs twice their
/// number.
/// @unit   B
/// @source Linux mm: SPLIT_RSS_COUNTING until 6.1, percpu_counter_batch since
[[nodiscard]] double rss_accounting_lag() noexcept;

/// Measures how far this process's resident set grows: memory that is touched, whoever asked the
/// kernel for it, and not the room that was asked for. Starting forgets the peak so far for the
/// whole process.
/// @error  pages, and rss_accounting_lag()
/// @source proc(5): clear_refs, VmHWM
class ResidentPeak {
 public:
  void start();

  /// Since start(); below 0 where it can't be known.
  /// @unit B
  [[nodiscard]] std::int64_t growth() const;

  /// Whether 8 MiB in small pieces are found, twice. They are not without /proc, in a kernel
  /// without clear_refs, with an allocator that keeps what is freed, and under sanitizers.
  [[nodiscard]] bool is_working();

 private:
  /// The most that was resident; below 0 where it can't be read.
  [[nodiscard]] static std::int64_t peak();

  std::int64_t before_ = -1;
  bool is_reset_ = false;
};

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

/// What a process takes of memory, and how often it had to wait for a page of it. What can't be
/// read is missing.
struct ProcessMemory {
  Estimate<Bytes> resident;  ///< RSS: its pages that are in memory; shared ones count in full
  /// The most that `resident` has been, since the program began or /proc/PID/clear_refs was last
  /// told to forget it.
  Estimate<Bytes> peak_resident;
  /// PSS: as `resident`, but of a page that N processes share an N-th counts. Missing for another
  /// user's process, and before Linux 4.14.
  Estimate<Bytes> proportional;
  /// Page faults that found the page in memory, or made it, since the process began; all threads.
  /// @unit none
  double minor_faults = detail::quiet_nan();
  /// Page faults that had to wait for a disk.
  /// @unit none
  double major_faults = detail::quiet_nan();
};

/// Stands for the id of the process that asks.
inline constexpr pid_t this_process = 0;

namespace detail {

/// What stands behind `field` in a line that begins with it, up to the end of the line; nothing
/// where no line does. The name of a process stands in such files, too, and may hold a field's
/// name: but not a new line.
[[nodiscard]] std::optional<std::string_view> find_line_value(std::string_view file,
                                                              std::string_view field) noexcept;

/// The amount in a line such as "VmRSS:  1620 kB".
/// @param field  with its colon
/// @unit   B
/// @error  that of the file
/// @source proc(5): its kB are 1024 B
[[nodiscard]] Estimate<Bytes> read_field_bytes(std::string_view file,
                                               std::string_view field) noexcept;

/// Takes minor and major faults from a /proc/PID/stat. None of either is what an emulator fills in,
/// and the kernel for its own threads: no program starts without one.
/// @source proc(5): fields 10 and 12. The second is a name that may hold anything, but the last
///         parenthesis is its end
void read_faults(std::string_view stat, ProcessMemory& memory) noexcept;

}  // namespace detail

/// Reads what a process takes of memory at this moment. It is nothing to do within a window that
/// is measured: for `proportional` the kernel walks all pages of the process, which takes
/// milliseconds for a large one.
/// @param process  its id
/// @param root  "" on a machine; a copied tree in tests
/// @unit   B; the faults are counts
/// @error  resident and peak_resident: the ends of a rectangle of detail::rss_accounting_lag(),
///         which some kernels add up only later. proportional: exact to 1 KiB. The counts of faults
///         are exact
/// @source proc(5): status (VmRSS, VmHWM), smaps_rollup (Pss), stat (minflt, majflt)
[[nodiscard]] ProcessMemory process_memory(pid_t process = this_process,
                                           const std::string& root = "");

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/memory/process_memory-inl.hpp"
#endif
