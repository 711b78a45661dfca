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

/// Checks whether a list such as "rw,cpu,memory" contains a word.
[[nodiscard]] bool has_word(std::string_view list, std::string_view word,
                            char separator = ',') noexcept;

/// The group that accounts for a process's memory.
struct CgroupName {
  bool is_v1 = false;  ///< whether it is of the first version of control groups
  std::string path;    ///< path in its hierarchy: "/" is the root
};

/// Finds the group in a /proc/PID/cgroup. A controller works in one hierarchy: memory belongs to
/// the first version if that names it, and otherwise to the second.
/// @source cgroups(7): /proc/PID/cgroup
[[nodiscard]] std::optional<CgroupName> parse_cgroup(std::string_view file);

/// The place where a hierarchy is mounted, and the group that is visible there.
struct CgroupMount {
  std::string group;  ///< "/": the root of the hierarchy
  std::string place;
};

/// Decodes a path of /proc/PID/mountinfo: "\040" is a space.
[[nodiscard]] std::string unescaped(std::string_view path);

/// Parses a line of /proc/PID/mountinfo. Returns nothing if it mounts something else.
/// @source proc(5): /proc/PID/mountinfo
[[nodiscard]] std::optional<CgroupMount> parse_cgroup_mount(std::string_view line, bool is_v1);

/// Checks whether a path leads out of the visible part of the hierarchy, where names are not known.
[[nodiscard]] bool is_outside(std::string_view path) noexcept;

/// Returns the rest of a path below a group, "" or "/a/b", or nothing if it is not below.
[[nodiscard]] std::optional<std::string_view> path_below(std::string_view path,
                                                         std::string_view group) noexcept;

/// The folder of a group, and the length of the mount's path in it.
struct CgroupDirectory {
  std::string path;
  std::size_t mount = 0;
  bool is_named = false;  ///< found by its name in /proc/PID/cgroup; otherwise it is the mount
};

/// Looks for a group in one mount of its hierarchy. In a container, its path may be the path
/// outside, which does not exist here. Then the mounted group is taken.
void find_below(const std::string& root, const CgroupMount& mount, const std::string& path,
                CgroupDirectory& found);

/// Looks for a group in all mounts of its hierarchy. The path is empty if there is none.
[[nodiscard]] CgroupDirectory find_cgroup(const std::string& root, const CgroupName& name);

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

/// The memory that the control group (cgroup) of this process uses and may use. A control group may
/// be a container, a job of a batch system or a service. The kernel kills processes of a group that
/// needs more.
struct CgroupMemory {
  std::string path;  ///< folder of the group; empty: not found
  /// Limit of the group, or of a group above it if that is lower. Known if there is one.
  Estimate<Bytes> limit;
  bool is_unlimited = false;  ///< all limits were read, and none is set
  Estimate<Bytes> current;    ///< of all its processes, including cached pages of files
  Estimate<Bytes> peak;       ///< highest value of `current` so far; missing before Linux 5.19
  std::string why_missing;    ///< why the limit, or else `current`, is missing; empty if neither is
};

namespace detail {

/// The file names of a group.
struct CgroupFiles {
  std::string_view limit;
  std::string_view current;
  std::string_view peak;
};

/// Returns the file names of a version.
/// @param is_v1  the first version of control groups
[[nodiscard]] constexpr CgroupFiles cgroup_files(bool is_v1) noexcept {
  if (!is_v1) return {"memory.max", "memory.current", "memory.peak"};
  return {"memory.limit_in_bytes", "memory.usage_in_bytes", "memory.max_usage_in_bytes"};
}

/// Limits from this value on mean "no limit". The first version shows no limit as the largest
/// number of whole pages, which depends on the page size: 9223372036854771712 for 4 KiB.
/// @unit B
inline constexpr std::uint64_t no_limit = std::uint64_t{1} << 62U;

/// Parses the content of a limit file: "max", or bytes. Returns nothing if it is neither.
/// @unit   B
/// @source Linux, admin-guide/cgroup-v2.rst: memory.max; cgroup-v1/memory.rst: limit_in_bytes
[[nodiscard]] std::optional<std::uint64_t> parse_limit(std::string_view content) noexcept;

/// Reads a number of bytes; missing if the file cannot be read.
/// @unit  B
/// @error the error of the file
[[nodiscard]] Estimate<Bytes> read_byte_count(const std::string& folder, std::string_view file);

/// Checks whether a file or a folder exists in the folder of a group.
[[nodiscard]] bool has_file(const std::string& folder, std::string_view file);

/// Checks whether a group is the root of all groups, as seen from outside any container. Some files
/// exist only there, or everywhere else.
/// @source Linux, admin-guide/cgroup-v2.rst: cgroup.controllers, cgroup.events ("exists on non-root
///         cgroups"); cgroup-v1/cgroups.rst: release_agent ("only in the root")
[[nodiscard]] bool is_root(const std::string& folder, bool is_v1);

/// Returns false if a group of the second version reports that it has no memory controller.
/// @source Linux, admin-guide/cgroup-v2.rst: cgroup.controllers
[[nodiscard]] bool has_memory_controller(const std::string& folder);

/// Returns the lowest limit of a group and of the visible groups above it, or nothing if one of
/// them cannot be read. The root of all groups has no limit.
/// @unit B
[[nodiscard]] std::optional<std::uint64_t> smallest_limit(CgroupDirectory group, bool is_v1);

}  // namespace detail

/// Reads the current memory use and the limit of this process's control group, in both versions of
/// control groups.
/// @param root  "" on a real machine; a copied tree in tests
/// @unit   B
/// @error  limit: groups above a container, which it cannot see, may have lower limits (in the
///         first version these are known). current and peak: too high by the pages that CPUs have
///         reserved in advance, up to 64 per CPU; they include pages that the kernel reclaims
///         before it kills a process
/// @source Linux, admin-guide/cgroup-v2.rst: memory.max, .current, .peak; cgroup-v1/memory.rst:
///         memory.limit_in_bytes, .usage_in_bytes, .max_usage_in_bytes, hierarchical_memory_limit
[[nodiscard]] CgroupMemory cgroup_memory(const std::string& root = "");

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/memory/cgroup-inl.hpp"
#endif
