// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <sys/types.h>

#include <cstdint>

#include "perjoule/core/config.hpp"
#include "perjoule/core/missing.hpp"
#include "perjoule/units/estimate.hpp"
#include "perjoule/units/names.hpp"

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
  double minor_faults = detail::no_number();
  /// Page faults that had to wait for a disk.
  /// @unit none
  double major_faults = detail::no_number();
};

/// Stands for the id of the process that asks.
inline constexpr pid_t this_process = 0;

namespace detail {

/// Reads the digits at `at`; false where there are none, too many, or something else than `end`
/// behind them.
[[nodiscard]] bool read_count(const char* at, const char* end, std::uint64_t& count) noexcept;

/// What stands behind `field` at the begin of a line; null where no line begins with it. The name
/// of a process stands in such files, too, and may hold a field's name: but not a new line.
[[nodiscard]] const char* behind_field(const char* file, const char* field) noexcept;

/// The amount in a line such as "VmRSS:  1620 kB".
/// @param field  with its colon
/// @unit   B
/// @error  that of the file
/// @source proc(5): its kB are 1024 B
[[nodiscard]] Estimate<Bytes> amount_of(const char* file, const char* field) noexcept;

/// Takes minor and major faults from a /proc/PID/stat. None of either is what an emulator fills in,
/// and the kernel for its own threads: no program starts without one.
/// @source proc(5): fields 10 and 12. The second is a name that may hold anything, but the last
///         parenthesis is its end
void read_faults(const char* stat, ProcessMemory& memory) noexcept;

}  // namespace detail

/// Reads what a process takes of memory at this moment. It is nothing to do within a window that
/// is measured: for `proportional` the kernel walks all pages of the process, which takes
/// milliseconds for a large one.
/// @param process  its id
/// @param root  "" on a machine; a copied tree in tests
/// @unit   B; the faults are counts
/// @error  resident and peak_resident: the ends of a rectangle of detail::late_pages(), which some
///         kernels add up only later. proportional: exact to 1 KiB. The counts of faults are exact
/// @source proc(5): status (VmRSS, VmHWM), smaps_rollup (Pss), stat (minflt, majflt)
[[nodiscard]] ProcessMemory process_memory(pid_t process = this_process,
                                           const char* root = "") noexcept;

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/memory/process_memory-inl.hpp"
#endif
