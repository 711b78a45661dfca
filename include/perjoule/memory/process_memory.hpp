// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string.h>
#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string_view>

#include "perjoule/core/config.hpp"
#include "perjoule/core/file.hpp"
#include "perjoule/core/line.hpp"
#include "perjoule/core/math.hpp"
#include "perjoule/core/missing.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/memory/resident_peak.hpp"
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
[[nodiscard]] PERJOULE_COLD inline bool read_count(const char* at, const char* end,
                                                   std::uint64_t& count) noexcept {
  const std::size_t digits = strspn(at, "0123456789");
  return strncmp(at + digits, end, strlen(end)) == 0 &&
         text::read_integer(text::Short(std::string_view(at, digits)).chars, count);
}

/// What stands behind `field` at the begin of a line; null where no line begins with it. The name
/// of a process stands in such files, too, and may hold a field's name: but not a new line.
[[nodiscard]] PERJOULE_COLD inline const char* behind_field(const char* file,
                                                            const char* field) noexcept {
  const std::size_t size = strlen(field);
  while (strncmp(file, field, size) != 0) {
    file = strchr(file, '\n');
    if (file == nullptr) return nullptr;
    ++file;
  }
  return file + size + strspn(file + size, " \t");
}

/// The amount in a line such as "VmRSS:  1620 kB".
/// @param field  with its colon
/// @unit   B
/// @error  that of the file
/// @source proc(5): its kB are 1024 B
[[nodiscard]] PERJOULE_COLD inline Estimate<Bytes> amount_of(const char* file,
                                                             const char* field) noexcept {
  const char* const amount = behind_field(file, field);
  std::uint64_t kib = 0;
  if (amount == nullptr || !read_count(amount, " kB", kib)) return {};
  return exact(Bytes(1024.0 * static_cast<double>(kib)));
}

/// Takes minor and major faults from a /proc/PID/stat. None of either is what an emulator fills in,
/// and the kernel for its own threads: no program starts without one.
/// @source proc(5): fields 10 and 12. The second is a name that may hold anything, but the last
///         parenthesis is its end
PERJOULE_COLD inline void read_faults(const char* stat, ProcessMemory& memory) noexcept {
  const char* minor = strrchr(stat, ')');
  for (int field = 3; field <= 10 && minor != nullptr; ++field) minor = strchr(minor + 1, ' ');
  const char* major = minor;
  for (int field = 11; field <= 12 && major != nullptr; ++field) major = strchr(major + 1, ' ');
  std::uint64_t counts[2] = {};
  if (major == nullptr || !read_count(minor + 1, " ", counts[0]) ||
      !read_count(major + 1, " ", counts[1]) || counts[0] + counts[1] == 0) {
    return;
  }
  memory.minor_faults = static_cast<double>(counts[0]);
  memory.major_faults = static_cast<double>(counts[1]);
}

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
[[nodiscard]] PERJOULE_COLD inline ProcessMemory process_memory(pid_t process = this_process,
                                                                const char* root = "") noexcept {
  text::Short id = "self";
  if (process != this_process) id = text::format("%d", static_cast<int>(process)).chars;
  char content[8192];
  const auto read = [&](const char* file) -> const char* {
    const text::Long path = text::format("%s/proc/%s/%s", root, id.chars, file);
    return detail::read_small_file(path.chars, content, sizeof content) == -1 ? "" : content;
  };
  ProcessMemory memory;
  const char* const status = read("status");
  memory.resident = detail::amount_of(status, "VmRSS:");
  memory.peak_resident = detail::amount_of(status, "VmHWM:");
  const Bytes late{detail::late_pages() / math::square_root(3.0)};
  for (Estimate<Bytes>* const summed : {&memory.resident, &memory.peak_resident}) {
    if (summed->is_known()) summed->common = late;
  }
  memory.proportional = detail::amount_of(read("smaps_rollup"), "Pss:");
  detail::read_faults(read("stat"), memory);
  return memory;
}

}  // namespace perjoule::inline v0
