// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <string_view>

#include "perjoule/core/config.hpp"
#include "perjoule/core/line.hpp"
#include "perjoule/core/version.hpp"

namespace perjoule::inline v0::detail {

/// Whether a list such as "rw,cpu,memory" names a word.
[[nodiscard]] bool has_word(std::string_view list, std::string_view word,
                            char separator = ',') noexcept;

/// Which group counts a process's memory, from its /proc/PID/cgroup. A controller works in one
/// hierarchy: memory is that of the first version where this names it, else that of the second.
/// @param[out] path  of the group in its hierarchy: "/" is the root
/// @source cgroups(7): /proc/PID/cgroup
[[nodiscard]] bool read_group(std::string_view file, bool& is_v1, text::Long& path) noexcept;

/// Where a hierarchy is mounted, and which of its groups is seen there.
struct GroupMount {
  text::Long group;  ///< "/": the root of the hierarchy
  text::Long place;
};

/// A path as /proc/PID/mountinfo writes it: "\040" is a space.
[[nodiscard]] text::Long unescaped(std::string_view path) noexcept;

/// Reads a line of /proc/PID/mountinfo; false where it mounts something else.
/// @source proc(5): /proc/PID/mountinfo
[[nodiscard]] bool read_group_mount(std::string_view line, bool is_v1, GroupMount& mount) noexcept;

/// Whether a path leads out of what this process may see of the hierarchy: its names are not known.
[[nodiscard]] bool is_outside(const text::Long& path) noexcept;

/// What is left of a path below a group, "" or "/a/b"; null where it is not below.
[[nodiscard]] const char* below_group(const text::Long& path, const text::Long& group) noexcept;

/// The folder of a group, and how much of its path is that of the mount.
struct GroupFolder {
  text::Long path;
  std::size_t mount = 0;
  bool is_named = false;  ///< by /proc/PID/cgroup; else all that is known is where it is mounted
};

/// Looks for a group where its hierarchy is mounted. In a container its path may be that outside,
/// which isn't there: then what is mounted is the group.
void find_below(const char* root, const GroupMount& mount, const text::Long& path,
                GroupFolder& found) noexcept;

/// @param path  of the group in its hierarchy
[[nodiscard]] GroupFolder find_group(const char* root, bool is_v1, const text::Long& path) noexcept;

}  // namespace perjoule::inline v0::detail

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/memory/group_folder-inl.hpp"
#endif
