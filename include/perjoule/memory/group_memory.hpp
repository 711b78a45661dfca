// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstdint>

#include "perjoule/core/config.hpp"
#include "perjoule/core/line.hpp"
#include "perjoule/memory/group_folder.hpp"
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
[[nodiscard]] bool read_limit(const char* content, std::uint64_t& limit) noexcept;

/// @unit  B
/// @error that of the file
[[nodiscard]] Estimate<Bytes> bytes_in(const text::Long& folder, const char* file) noexcept;

/// Whether there is a file, or a folder, in the folder of a group.
[[nodiscard]] bool has_file(const text::Long& folder, const char* file) noexcept;

/// Whether a group is the root of all, seen from no container: only there some files are, or not.
/// @source Linux, admin-guide/cgroup-v2.rst: cgroup.controllers, cgroup.events ("exists on non-root
///         cgroups"); cgroup-v1/cgroups.rst: release_agent ("only in the root")
[[nodiscard]] bool is_root(const text::Long& folder, bool is_v1) noexcept;

/// False where a group of the second version says that it has no controller of memory.
/// @source Linux, admin-guide/cgroup-v2.rst: cgroup.controllers
[[nodiscard]] bool may_count_memory(const text::Long& folder) noexcept;

/// The smallest limit of a group and of those above it that can be seen; false where one of them
/// can't be read. The root of all has none.
[[nodiscard]] bool read_limits(GroupFolder group, bool is_v1, std::uint64_t& least) noexcept;

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
[[nodiscard]] GroupMemory group_memory(const char* root = "") noexcept;

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/memory/group_memory-inl.hpp"
#endif
