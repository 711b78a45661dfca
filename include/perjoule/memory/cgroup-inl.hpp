// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "perjoule/core/config.hpp"
#include "perjoule/core/file.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/memory/cgroup.hpp"
#include "perjoule/memory/process_memory.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE bool has_word(std::string_view list, std::string_view word,
                              char separator) noexcept {
  for (;;) {
    const std::size_t end = list.find(separator);
    if (list.substr(0, end) == word) return true;
    if (end == std::string_view::npos) return false;
    list.remove_prefix(end + 1);
  }
}

PERJOULE_INLINE bool parse_cgroup(std::string_view file, bool& is_v1, text::Long& path) noexcept {
  bool is_found = false;
  is_v1 = false;
  while (!file.empty() && !is_v1) {
    const std::string_view line = file.substr(0, file.find('\n'));
    file.remove_prefix(line.size() < file.size() ? line.size() + 1 : file.size());
    const std::size_t first = line.find(':');
    const std::size_t second = line.find(':', first + 1);
    if (second == std::string_view::npos) continue;
    is_v1 = has_word(line.substr(first + 1, second - first - 1), "memory");
    if (!is_v1 && line.substr(0, first) != "0") continue;  // the number of the second version
    const std::string_view named = line.substr(second + 1);
    path = named;
    is_found = named.starts_with('/') && named.size() < sizeof path.chars;
  }
  return is_found;
}

PERJOULE_INLINE text::Long unescaped(std::string_view path) noexcept {
  text::Long plain = path;
  char* to = plain.chars;
  for (const char* from = plain.chars; *from != '\0'; ++from, ++to) {
    *to = *from;
    if (*from != '\\' || strspn(from + 1, "01234567") < 3) continue;
    *to = static_cast<char>((from[1] - '0') * 64 + (from[2] - '0') * 8 + (from[3] - '0'));
    from += 3;
  }
  *to = '\0';
  return plain;
}

PERJOULE_INLINE bool parse_cgroup_mount(std::string_view line, bool is_v1,
                                        CgroupMount& mount) noexcept {
  if (line.ends_with('\n')) line.remove_suffix(1);
  const std::size_t dash = line.find(" - ");
  if (dash == std::string_view::npos) return false;
  const std::string_view kind = line.substr(dash + 3);
  const std::string_view options = kind.substr(kind.rfind(' ') + 1);
  if (!kind.starts_with(is_v1 ? "cgroup " : "cgroup2 ")) return false;
  if (is_v1 && !has_word(options, "memory")) return false;
  std::string_view fields[5];
  for (std::string_view& field : fields) {
    field = line.substr(0, line.find(' '));
    line.remove_prefix(field.size() < line.size() ? field.size() + 1 : line.size());
  }
  mount = {unescaped(fields[3]), unescaped(fields[4])};
  return mount.group.chars[0] == '/' && mount.place.chars[0] == '/';
}

PERJOULE_INLINE bool is_outside(const text::Long& path) noexcept {
  return path == "/.." || strncmp(path.chars, "/../", 4) == 0;
}

PERJOULE_INLINE const char* path_below(const text::Long& path, const text::Long& group) noexcept {
  const std::size_t size = group == "/" ? 0 : strlen(group.chars);
  if (strncmp(path.chars, group.chars, size) != 0) return nullptr;
  const char* const rest = path.chars + size;
  if (*rest != '/' && *rest != '\0') return nullptr;
  return strcmp(rest, "/") == 0 ? "" : rest;
}

PERJOULE_INLINE void find_below(const char* root, const CgroupMount& mount, const text::Long& path,
                                CgroupDirectory& found) noexcept {
  if (found.is_named || is_outside(mount.group)) return;
  const char* const rest = path_below(path, mount.group);
  const std::size_t size = strlen(root) + strlen(mount.place.chars);
  if (size + strlen(path.chars) + 32 > sizeof(text::Long)) return;  // with the name of a file
  const text::Long top = text::format("%s%s", root, mount.place.chars);
  const text::Long whole = text::format("%s%s", top.chars, rest == nullptr ? "" : rest);
  if (rest != nullptr && access(whole.chars, F_OK) == 0) {
    found = {whole, size, true};
  } else if (found.path.empty() && access(top.chars, F_OK) == 0) {
    found = {top, size, false};
  }
}

PERJOULE_INLINE CgroupDirectory find_cgroup(const char* root, bool is_v1,
                                            const text::Long& path) noexcept {
  CgroupDirectory found;
  if (is_outside(path)) return found;
  FILE* const mounts = fopen(text::format("%s/proc/self/mountinfo", root).chars, "re");
  if (mounts == nullptr) {  // where they are by convention; "unified" beside the first version
    if (is_v1) {
      find_below(root, {"/", "/sys/fs/cgroup/memory"}, path, found);
    } else {
      find_below(root, {"/", "/sys/fs/cgroup/unified"}, path, found);
      find_below(root, {"/", "/sys/fs/cgroup"}, path, found);
    }
    return found;
  }
  char* line = nullptr;  // of any length: a container's mounts name each of their layers
  std::size_t room = 0;
  for (ssize_t size = 0; (size = getline(&line, &room, mounts)) > 0;) {
    CgroupMount mount;
    if (parse_cgroup_mount(std::string_view(line, static_cast<std::size_t>(size)), is_v1, mount)) {
      find_below(root, mount, path, found);
    }
  }
  free(line);
  fclose(mounts);
  return found;
}

PERJOULE_INLINE bool read_limit(const char* content, std::uint64_t& limit) noexcept {
  const std::size_t digits = strspn(content, "0123456789");
  const bool is_huge = digits > 19 && content[digits] == '\0';
  if (is_huge || strcmp(content, "max") == 0) {
    limit = no_limit;
    return true;
  }
  return text::parse_integer(content, limit);
}

PERJOULE_INLINE Estimate<Bytes> read_byte_count(const text::Long& folder,
                                                const char* file) noexcept {
  char content[64];
  std::uint64_t bytes = 0;
  const text::Long path = text::format("%s/%s", folder.chars, file);
  if (read_small_file(path.chars, content, sizeof content) <= 0) return {};
  if (!text::parse_integer(content, bytes)) return {};
  return exact(Bytes(static_cast<double>(bytes)));
}

PERJOULE_INLINE bool has_file(const text::Long& folder, const char* file) noexcept {
  return access(text::format("%s/%s", folder.chars, file).chars, F_OK) == 0;
}

PERJOULE_INLINE bool is_root(const text::Long& folder, bool is_v1) noexcept {
  if (is_v1) return has_file(folder, "release_agent");
  return has_file(folder, "cgroup.controllers") && !has_file(folder, "cgroup.events");
}

PERJOULE_INLINE bool has_memory_controller(const text::Long& folder) noexcept {
  char controllers[1024];
  const text::Long path = text::format("%s/cgroup.controllers", folder.chars);
  return read_small_file(path.chars, controllers, sizeof controllers) == -1 ||
         has_word(controllers, "memory", ' ');
}

PERJOULE_INLINE bool read_limits(CgroupDirectory group, bool is_v1, std::uint64_t& least) noexcept {
  char content[8192];
  const auto read = [&](const char* file) {
    const text::Long path = text::format("%s/%s", group.path.chars, file);
    return read_small_file(path.chars, content, sizeof content) > 0;
  };
  // The first version says it all at once, with groups that a container doesn't see, and without
  // those above where the group is set not to heed them.
  if (is_v1 && read("memory.stat")) {
    const char* const limit = find_line_value(content, "hierarchical_memory_limit ");
    if (limit != nullptr) return read_count(limit, "\n", least);
  }
  least = no_limit;
  for (;;) {
    const bool is_top = strlen(group.path.chars) <= group.mount;
    if (is_top && is_root(group.path, is_v1)) return true;
    std::uint64_t limit = 0;
    if (!read(cgroup_files(is_v1).limit) || !read_limit(content, limit)) return false;
    if (limit < least) least = limit;
    if (is_top) return true;
    *strrchr(group.path.chars, '/') = '\0';
  }
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE CgroupMemory cgroup_memory(const char* root) noexcept {
  CgroupMemory group;
  char content[16384];
  bool is_v1 = false;
  text::Long name;
  const text::Long file = text::format("%s/proc/self/cgroup", root);
  if (detail::read_small_file(file.chars, content, sizeof content) <= 0 ||
      !detail::parse_cgroup(content, is_v1, name)) {
    group.why_missing = "/proc names no control group that counts this process's memory";
    return group;
  }
  detail::CgroupDirectory found = detail::find_cgroup(root, is_v1, name);
  // What is assumed to be the group, since its name leads nowhere, isn't the whole machine.
  if (found.path.empty() || (!found.is_named && detail::is_root(found.path, is_v1))) {
    group.why_missing = "the control group of this process isn't below what is mounted here";
    return group;
  }
  // In the second version the nearest group above counts where the group itself doesn't.
  while (!is_v1 && strlen(found.path.chars) > found.mount &&
         !detail::has_memory_controller(found.path)) {
    *strrchr(found.path.chars, '/') = '\0';
  }
  const detail::CgroupFiles files = detail::cgroup_files(is_v1);
  group.path = found.path;
  group.current = detail::read_byte_count(group.path, files.current);
  group.peak = detail::read_byte_count(group.path, files.peak);
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
