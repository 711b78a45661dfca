// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "perjoule/core/config.hpp"
#include "perjoule/core/line.hpp"
#include "perjoule/core/version.hpp"
#include "perjoule/units/estimate.hpp"
#include "perjoule/units/quantity.hpp"

namespace perjoule::inline v0::detail {

/// Whether a list such as "rw,cpu,memory" names a word.
[[nodiscard]] bool has_word(std::string_view list, std::string_view word,
                            char separator = ',') noexcept;

/// Which group counts a process's memory, from its /proc/PID/cgroup. A controller works in one
/// hierarchy: memory is that of the first version where this names it, else that of the second.
/// @param[out] path  of the group in its hierarchy: "/" is the root
/// @source cgroups(7): /proc/PID/cgroup
[[nodiscard]] bool parse_cgroup(std::string_view file, bool& is_v1, text::Long& path) noexcept;

/// Where a hierarchy is mounted, and which of its groups is seen there.
struct CgroupMount {
  text::Long group;  ///< "/": the root of the hierarchy
  text::Long place;
};

/// A path as /proc/PID/mountinfo writes it: "\040" is a space.
[[nodiscard]] text::Long unescaped(std::string_view path) noexcept;

/// Reads a line of /proc/PID/mountinfo; false where it mounts something else.
/// @source proc(5): /proc/PID/mountinfo
[[nodiscard]] bool parse_cgroup_mount(std::string_view line, bool is_v1,
                                      CgroupMount& mount) noexcept;

/// Whether a path leads out of what this process may see of the hierarchy: its names are not known.
[[nodiscard]] bool is_outside(const text::Long& path) noexcept;

/// What is left of a path below a group, "" or "/a/b"; null where it is not below.
[[nodiscard]] const char* path_below(const text::Long& path, const text::Long& group) noexcept;

/// The folder of a group, and how much of its path is that of the mount.
struct CgroupDirectory {
  text::Long path;
  std::size_t mount = 0;
  bool is_named = false;  ///< by /proc/PID/cgroup; else all that is known is where it is mounted
};

/// Looks for a group where its hierarchy is mounted. In a container its path may be that outside,
/// which isn't there: then what is mounted is the group.
void find_below(const char* root, const CgroupMount& mount, const text::Long& path,
                CgroupDirectory& found) noexcept;

/// @param path  of the group in its hierarchy
[[nodiscard]] CgroupDirectory find_cgroup(const char* root, bool is_v1,
                                          const text::Long& path) noexcept;

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

/// What the control group (cgroup) of this process takes of memory, and may take: a container, a
/// job of a batch system, a service. The kernel ends processes of a group that needs more.
struct CgroupMemory {
  text::Long path;  ///< the folder of the group; empty: not found
  /// Of the group, or of one above it that has less. Known where there is one.
  Estimate<Bytes> limit;
  bool is_unlimited = false;     ///< all limits were read, and none is set
  Estimate<Bytes> current;       ///< of all its processes, with the pages of files that they read
  Estimate<Bytes> peak;          ///< the most that `current` has been; missing before Linux 5.19
  const char* why_missing = "";  ///< why the limit, or else `current`, is; empty where neither is
};

namespace detail {

/// The files of a group.
struct CgroupFiles {
  const char* limit;
  const char* current;
  const char* peak;
};

/// @param is_v1  the first version of control groups
[[nodiscard]] constexpr CgroupFiles cgroup_files(bool is_v1) noexcept {
  if (!is_v1) return {"memory.max", "memory.current", "memory.peak"};
  return {"memory.limit_in_bytes", "memory.usage_in_bytes", "memory.max_usage_in_bytes"};
}

/// From here on a limit is none. The first version shows none as the largest number of whole pages,
/// which depends on the size of a page: 9223372036854771712 for 4 KiB.
/// @unit B
inline constexpr std::uint64_t no_limit = std::uint64_t{1} << 62U;

/// Reads what is in a file that holds a limit: "max", or bytes; false where it is neither.
/// @source Linux, admin-guide/cgroup-v2.rst: memory.max; cgroup-v1/memory.rst: limit_in_bytes
[[nodiscard]] bool read_limit(const char* content, std::uint64_t& limit) noexcept;

/// @unit  B
/// @error that of the file
[[nodiscard]] Estimate<Bytes> read_byte_count(const text::Long& folder, const char* file) noexcept;

/// Whether there is a file, or a folder, in the folder of a group.
[[nodiscard]] bool has_file(const text::Long& folder, const char* file) noexcept;

/// Whether a group is the root of all, seen from no container: only there some files are, or not.
/// @source Linux, admin-guide/cgroup-v2.rst: cgroup.controllers, cgroup.events ("exists on non-root
///         cgroups"); cgroup-v1/cgroups.rst: release_agent ("only in the root")
[[nodiscard]] bool is_root(const text::Long& folder, bool is_v1) noexcept;

/// False where a group of the second version says that it has no controller of memory.
/// @source Linux, admin-guide/cgroup-v2.rst: cgroup.controllers
[[nodiscard]] bool has_memory_controller(const text::Long& folder) noexcept;

/// The smallest limit of a group and of those above it that can be seen; false where one of them
/// can't be read. The root of all has none.
[[nodiscard]] bool read_limits(CgroupDirectory group, bool is_v1, std::uint64_t& least) noexcept;

}  // namespace detail

/// Reads what the control group of this process takes of memory at this moment, and may take, in
/// both versions of control groups.
/// @param root  "" on a machine; a copied tree in tests
/// @unit   B
/// @error  limit: groups above a container, which it can't see, may have less (in the first version
///         they are known). current and peak: too high by what CPUs have taken in advance, up to 64
///         pages each; they hold pages that the kernel takes back before it ends a process
/// @source Linux, admin-guide/cgroup-v2.rst: memory.max, .current, .peak; cgroup-v1/memory.rst:
///         memory.limit_in_bytes, .usage_in_bytes, .max_usage_in_bytes, hierarchical_memory_limit
[[nodiscard]] CgroupMemory cgroup_memory(const char* root = "") noexcept;

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/memory/cgroup-inl.hpp"
#endif
