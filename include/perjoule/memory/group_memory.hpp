// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>

#include "perjoule/core/config.hpp"
#include "perjoule/core/file.hpp"
#include "perjoule/core/line.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/memory/group_folder.hpp"
#include "perjoule/memory/process_memory.hpp"
#include "perjoule/units/estimate.hpp"
#include "perjoule/units/names.hpp"

namespace perjoule::inline v0 {

/// What the control group (cgroup) of this process takes of memory, and may take: a container, a
/// job of a batch system, a service. The kernel ends processes of a group that needs more.
struct GroupMemory {
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
struct GroupFiles {
  const char* limit;
  const char* current;
  const char* peak;
};

/// @param is_v1  the first version of control groups
[[nodiscard]] constexpr GroupFiles group_files(bool is_v1) noexcept {
  if (!is_v1) return {"memory.max", "memory.current", "memory.peak"};
  return {"memory.limit_in_bytes", "memory.usage_in_bytes", "memory.max_usage_in_bytes"};
}

/// From here on a limit is none. The first version shows none as the largest number of whole pages,
/// which depends on the size of a page: 9223372036854771712 for 4 KiB.
/// @unit B
inline constexpr std::uint64_t no_limit = std::uint64_t{1} << 62U;

/// Reads what is in a file that holds a limit: "max", or bytes; false where it is neither.
/// @source Linux, admin-guide/cgroup-v2.rst: memory.max; cgroup-v1/memory.rst: limit_in_bytes
[[nodiscard]] PERJOULE_COLD inline bool read_limit(const char* content,
                                                   std::uint64_t& limit) noexcept {
  const std::size_t digits = strspn(content, "0123456789");
  const bool is_huge = digits > 19 && content[digits] == '\0';
  if (is_huge || strcmp(content, "max") == 0) {
    limit = no_limit;
    return true;
  }
  return text::read_integer(content, limit);
}

/// @unit  B
/// @error that of the file
[[nodiscard]] PERJOULE_COLD inline Estimate<Bytes> bytes_in(const text::Long& folder,
                                                            const char* file) noexcept {
  char content[64];
  std::uint64_t bytes = 0;
  const text::Long path = text::format("%s/%s", folder.chars, file);
  if (read_small_file(path.chars, content, sizeof content) <= 0) return {};
  if (!text::read_integer(content, bytes)) return {};
  return exact(Bytes(static_cast<double>(bytes)));
}

/// Whether there is a file, or a folder, in the folder of a group.
[[nodiscard]] PERJOULE_COLD inline bool has_file(const text::Long& folder,
                                                 const char* file) noexcept {
  return access(text::format("%s/%s", folder.chars, file).chars, F_OK) == 0;
}

/// Whether a group is the root of all, seen from no container: only there some files are, or not.
/// @source Linux, admin-guide/cgroup-v2.rst: cgroup.controllers, cgroup.events ("exists on non-root
///         cgroups"); cgroup-v1/cgroups.rst: release_agent ("only in the root")
[[nodiscard]] PERJOULE_COLD inline bool is_root(const text::Long& folder, bool is_v1) noexcept {
  if (is_v1) return has_file(folder, "release_agent");
  return has_file(folder, "cgroup.controllers") && !has_file(folder, "cgroup.events");
}

/// False where a group of the second version says that it has no controller of memory.
/// @source Linux, admin-guide/cgroup-v2.rst: cgroup.controllers
[[nodiscard]] PERJOULE_COLD inline bool may_count_memory(const text::Long& folder) noexcept {
  char controllers[1024];
  const text::Long path = text::format("%s/cgroup.controllers", folder.chars);
  return read_small_file(path.chars, controllers, sizeof controllers) == -1 ||
         has_word(controllers, "memory", ' ');
}

/// The smallest limit of a group and of those above it that can be seen; false where one of them
/// can't be read. The root of all has none.
[[nodiscard]] PERJOULE_COLD inline bool read_limits(GroupFolder group, bool is_v1,
                                                    std::uint64_t& least) noexcept {
  char content[8192];
  const auto read = [&](const char* file) {
    const text::Long path = text::format("%s/%s", group.path.chars, file);
    return read_small_file(path.chars, content, sizeof content) > 0;
  };
  // The first version says it all at once, with groups that a container doesn't see, and without
  // those above where the group is set not to heed them.
  if (is_v1 && read("memory.stat")) {
    const char* const limit = behind_field(content, "hierarchical_memory_limit ");
    if (limit != nullptr) return read_count(limit, "\n", least);
  }
  least = no_limit;
  for (;;) {
    const bool is_top = strlen(group.path.chars) <= group.mount;
    if (is_top && is_root(group.path, is_v1)) return true;
    std::uint64_t limit = 0;
    if (!read(group_files(is_v1).limit) || !read_limit(content, limit)) return false;
    if (limit < least) least = limit;
    if (is_top) return true;
    *strrchr(group.path.chars, '/') = '\0';
  }
}

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
[[nodiscard]] PERJOULE_COLD inline GroupMemory group_memory(const char* root = "") noexcept {
  GroupMemory group;
  char content[16384];
  bool is_v1 = false;
  text::Long name;
  const text::Long file = text::format("%s/proc/self/cgroup", root);
  if (detail::read_small_file(file.chars, content, sizeof content) <= 0 ||
      !detail::read_group(content, is_v1, name)) {
    group.why_missing = "/proc names no control group that counts this process's memory";
    return group;
  }
  detail::GroupFolder found = detail::find_group(root, is_v1, name);
  // What is assumed to be the group, since its name leads nowhere, isn't the whole machine.
  if (found.path.empty() || (!found.is_named && detail::is_root(found.path, is_v1))) {
    group.why_missing = "the control group of this process isn't below what is mounted here";
    return group;
  }
  // In the second version the nearest group above counts where the group itself doesn't.
  while (!is_v1 && strlen(found.path.chars) > found.mount &&
         !detail::may_count_memory(found.path)) {
    *strrchr(found.path.chars, '/') = '\0';
  }
  const detail::GroupFiles files = detail::group_files(is_v1);
  group.path = found.path;
  group.current = detail::bytes_in(group.path, files.current);
  group.peak = detail::bytes_in(group.path, files.peak);
  std::uint64_t limit = 0;
  if (!detail::read_limits(found, is_v1, limit)) {
    group.why_missing = "a limit of the control group, or of one above it, can't be read";
    return group;
  }
  group.is_unlimited = limit >= detail::no_limit;
  if (!group.is_unlimited) group.limit = exact(Bytes(static_cast<double>(limit)));
  if (!group.current.is_known()) {
    group.why_missing = "what the control group takes isn't counted, or can't be read";
  }
  return group;
}

}  // namespace perjoule::inline v0
