// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "perjoule/core/config.hpp"
#include "perjoule/memory/group_folder.hpp"

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

PERJOULE_INLINE bool read_group(std::string_view file, bool& is_v1, text::Long& path) noexcept {
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

PERJOULE_INLINE bool read_group_mount(std::string_view line, bool is_v1,
                                      GroupMount& mount) noexcept {
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

PERJOULE_INLINE const char* below_group(const text::Long& path, const text::Long& group) noexcept {
  const std::size_t size = group == "/" ? 0 : strlen(group.chars);
  if (strncmp(path.chars, group.chars, size) != 0) return nullptr;
  const char* const rest = path.chars + size;
  if (*rest != '/' && *rest != '\0') return nullptr;
  return strcmp(rest, "/") == 0 ? "" : rest;
}

PERJOULE_INLINE void find_below(const char* root, const GroupMount& mount, const text::Long& path,
                                GroupFolder& found) noexcept {
  if (found.is_named || is_outside(mount.group)) return;
  const char* const rest = below_group(path, mount.group);
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

PERJOULE_INLINE GroupFolder find_group(const char* root, bool is_v1,
                                       const text::Long& path) noexcept {
  GroupFolder found;
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
    GroupMount mount;
    if (read_group_mount(std::string_view(line, static_cast<std::size_t>(size)), is_v1, mount)) {
      find_below(root, mount, path, found);
    }
  }
  free(line);
  fclose(mounts);
  return found;
}

}  // namespace perjoule::inline v0::detail
