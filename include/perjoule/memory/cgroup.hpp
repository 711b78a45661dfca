// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "perjoule/core/config.hpp"
#include "perjoule/core/version.hpp"
#include "perjoule/units/estimate.hpp"
#include "perjoule/units/quantity.hpp"

namespace perjoule::inline v0::detail {

/// Whether a list such as "rw,cpu,memory" names a word.
[[nodiscard]] bool has_word(std::string_view list, std::string_view word,
                            char separator = ',') noexcept;

/// The group that counts a process's memory.
struct CgroupName {
  bool is_v1 = false;  ///< of the first version of control groups
  std::string path;    ///< in its hierarchy: "/" is the root
};

/// Finds it in a /proc/PID/cgroup. A controller works in one hierarchy: memory is that of the first
/// version where this names it, else that of the second.
/// @source cgroups(7): /proc/PID/cgroup
[[nodiscard]] std::optional<CgroupName> parse_cgroup(std::string_view file);

/// Where a hierarchy is mounted, and which of its groups is seen there.
struct CgroupMount {
  std::string group;  ///< "/": the root of the hierarchy
  std::string place;
};

/// A path as /proc/PID/mountinfo writes it: "\040" is a space.
[[nodiscard]] std::string unescaped(std::string_view path);

/// Reads a line of /proc/PID/mountinfo; nothing where it mounts something else.
/// @source proc(5): /proc/PID/mountinfo
[[nodiscard]] std::optional<CgroupMount> parse_cgroup_mount(std::string_view line, bool is_v1);

/// Whether a path leads out of what this process may see of the hierarchy: its names are not known.
[[nodiscard]] bool is_outside(std::string_view path) noexcept;

/// What is left of a path below a group, "" or "/a/b"; nothing where it is not below.
[[nodiscard]] std::optional<std::string_view> path_below(std::string_view path,
                                                         std::string_view group) noexcept;

/// The folder of a group, and how much of its path is that of the mount.
struct CgroupDirectory {
  std::string path;
  std::size_t mount = 0;
  bool is_named = false;  ///< by /proc/PID/cgroup; else all that is known is where it is mounted
};

/// Looks for a group where its hierarchy is mounted. In a container its path may be that outside,
/// which isn't there: then what is mounted is the group.
void find_below(const std::string& root, const CgroupMount& mount, const std::string& path,
                CgroupDirectory& found);

/// Looks for a group in all mounts of its hierarchy; an empty path: there is none.
[[nodiscard]] CgroupDirectory find_cgroup(const std::string& root, const CgroupName& name);

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

/// What the control group (cgroup) of this process takes of memory, and may take: a container, a
/// job of a batch system, a service. The kernel ends processes of a group that needs more.
struct CgroupMemory {
  std::string path;  ///< the folder of the group; empty: not found
  /// Of the group, or of one above it that has less. Known where there is one.
  Estimate<Bytes> limit;
  bool is_unlimited = false;  ///< all limits were read, and none is set
  Estimate<Bytes> current;    ///< of all its processes, with the pages of files that they read
  Estimate<Bytes> peak;       ///< the most that `current` has been; missing before Linux 5.19
  std::string why_missing;    ///< why the limit, or else `current`, is; empty where neither is
};

namespace detail {

/// The files of a group.
struct CgroupFiles {
  std::string_view limit;
  std::string_view current;
  std::string_view peak;
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

/// Reads what is in a file that holds a limit: "max", or bytes; nothing where it is neither.
/// @unit   B
/// @source Linux, admin-guide/cgroup-v2.rst: memory.max; cgroup-v1/memory.rst: limit_in_bytes
[[nodiscard]] std::optional<std::uint64_t> parse_limit(std::string_view content) noexcept;

/// @unit  B
/// @error that of the file
[[nodiscard]] Estimate<Bytes> read_byte_count(const std::string& folder, std::string_view file);

/// Whether there is a file, or a folder, in the folder of a group.
[[nodiscard]] bool has_file(const std::string& folder, std::string_view file);

/// Whether a group is the root of all, seen from no container: only there some files are, or not.
/// @source Linux, admin-guide/cgroup-v2.rst: cgroup.controllers, cgroup.events ("exists on non-root
///         cgroups"); cgroup-v1/cgroups.rst: release_agent ("only in the root")
[[nodiscard]] bool is_root(const std::string& folder, bool is_v1);

/// False where a group of the second version says that it has no controller of memory.
/// @source Linux, admin-guide/cgroup-v2.rst: cgroup.controllers
[[nodiscard]] bool has_memory_controller(const std::string& folder);

/// The smallest limit of a group and of those above it that can be seen; nothing where one of them
/// can't be read. The root of all has none.
/// @unit B
[[nodiscard]] std::optional<std::uint64_t> smallest_limit(CgroupDirectory group, bool is_v1);

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
[[nodiscard]] CgroupMemory cgroup_memory(const std::string& root = "");

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/memory/cgroup-inl.hpp"
#endif
