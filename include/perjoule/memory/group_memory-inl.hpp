// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string.h>
#include <unistd.h>

#include <cstddef>

#include "perjoule/core/config.hpp"
#include "perjoule/core/file.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/memory/group_memory.hpp"
#include "perjoule/memory/process_memory.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE bool read_limit(const char* content, std::uint64_t& limit) noexcept {
  const std::size_t digits = strspn(content, "0123456789");
  const bool is_huge = digits > 19 && content[digits] == '\0';
  if (is_huge || strcmp(content, "max") == 0) {
    limit = no_limit;
    return true;
  }
  return text::read_integer(content, limit);
}

PERJOULE_INLINE Estimate<Bytes> bytes_in(const text::Long& folder, const char* file) noexcept {
  char content[64];
  std::uint64_t bytes = 0;
  const text::Long path = text::format("%s/%s", folder.chars, file);
  if (read_small_file(path.chars, content, sizeof content) <= 0) return {};
  if (!text::read_integer(content, bytes)) return {};
  return exact(Bytes(static_cast<double>(bytes)));
}

PERJOULE_INLINE bool has_file(const text::Long& folder, const char* file) noexcept {
  return access(text::format("%s/%s", folder.chars, file).chars, F_OK) == 0;
}

PERJOULE_INLINE bool is_root(const text::Long& folder, bool is_v1) noexcept {
  if (is_v1) return has_file(folder, "release_agent");
  return has_file(folder, "cgroup.controllers") && !has_file(folder, "cgroup.events");
}

PERJOULE_INLINE bool may_count_memory(const text::Long& folder) noexcept {
  char controllers[1024];
  const text::Long path = text::format("%s/cgroup.controllers", folder.chars);
  return read_small_file(path.chars, controllers, sizeof controllers) == -1 ||
         has_word(controllers, "memory", ' ');
}

PERJOULE_INLINE bool read_limits(GroupFolder group, bool is_v1, std::uint64_t& least) noexcept {
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

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE GroupMemory group_memory(const char* root) noexcept {
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
