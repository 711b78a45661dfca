// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <errno.h>
#include <unistd.h>

#include <algorithm>

#include "perjoule/core/config.hpp"
#include "perjoule/core/file.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/memory/cgroup.hpp"
#include "perjoule/memory/process_memory.hpp"

namespace perjoule::inline v0::detail {

/// Removes the text before the first `separator`, and the separator, from a text. Returns the part
/// before it.
PERJOULE_INLINE std::string_view take_until(std::string_view& text, char separator) noexcept {
  const std::string_view taken = text.substr(0, text.find(separator));
  text.remove_prefix(std::min(taken.size() + 1, text.size()));
  return taken;
}

PERJOULE_INLINE bool has_word(std::string_view list, std::string_view word,
                              char separator) noexcept {
  while (!list.empty()) {
    if (take_until(list, separator) == word) return true;
  }
  return false;
}

PERJOULE_INLINE std::optional<CgroupName> parse_cgroup(std::string_view file) {
  std::optional<CgroupName> found;
  while (!file.empty()) {
    const std::string_view line = take_until(file, '\n');
    const std::size_t first = line.find(':');
    const std::size_t second = line.find(':', first + 1);
    if (second == line.npos) continue;
    const bool is_v1 = has_word(line.substr(first + 1, second - first - 1), "memory");
    if (!is_v1 && line.substr(0, first) != "0") continue;  // 0 is the number of the second version
    const std::string_view path = line.substr(second + 1);
    found.reset();
    if (path.starts_with('/')) found = {is_v1, std::string(path)};
    if (is_v1) break;
  }
  return found;
}

PERJOULE_INLINE std::string unescaped(std::string_view path) {
  std::string plain;
  for (std::size_t i = 0; i < path.size(); ++i) {
    const std::string_view digits = path.substr(i + 1, 3);
    if (path[i] == '\\' && digits.size() == 3 &&
        digits.find_first_not_of("01234567") == digits.npos) {
      plain +=
          static_cast<char>((digits[0] - '0') * 64 + (digits[1] - '0') * 8 + (digits[2] - '0'));
      i += 3;
    } else {
      plain += path[i];
    }
  }
  return plain;
}

PERJOULE_INLINE std::optional<CgroupMount> parse_cgroup_mount(std::string_view line, bool is_v1) {
  const std::size_t dash = line.find(" - ");
  if (dash == line.npos) return {};
  const std::string_view kind = line.substr(dash + 3);
  const std::string_view options = kind.substr(kind.rfind(' ') + 1);
  if (!kind.starts_with(is_v1 ? "cgroup " : "cgroup2 ")) return {};
  if (is_v1 && !has_word(options, "memory")) return {};
  std::string_view fields[5];
  for (std::string_view& field : fields) field = take_until(line, ' ');
  CgroupMount mount{unescaped(fields[3]), unescaped(fields[4])};
  if (!mount.group.starts_with('/') || !mount.place.starts_with('/')) return {};
  return mount;
}

PERJOULE_INLINE bool is_outside(std::string_view path) noexcept {
  return path == "/.." || path.starts_with("/../");
}

PERJOULE_INLINE std::optional<std::string_view> path_below(std::string_view path,
                                                           std::string_view group) noexcept {
  if (group == "/") group = "";
  if (!path.starts_with(group)) return {};
  const std::string_view rest = path.substr(group.size());
  if (rest == "/") return "";
  if (!rest.empty() && rest.front() != '/') return {};
  return rest;
}

PERJOULE_INLINE void find_below(const std::string& root, const CgroupMount& mount,
                                const std::string& path, CgroupDirectory& found) {
  if (found.is_named || is_outside(mount.group)) return;
  const std::string top = root + mount.place;
  if (const auto rest = path_below(path, mount.group)) {
    const std::string whole = top + std::string(*rest);
    if (access(whole.c_str(), F_OK) == 0) {
      found = {whole, top.size(), true};
      return;
    }
    if (errno == ENAMETOOLONG) return;  // it may exist, but the kernel cannot be asked
  }
  if (found.path.empty() && access(top.c_str(), F_OK) == 0) found = {top, top.size(), false};
}

PERJOULE_INLINE CgroupDirectory find_cgroup(const std::string& root, const CgroupName& name) {
  CgroupDirectory found;
  if (is_outside(name.path)) return found;
  // Not limited in length: the mounts of a container name all of its layers.
  const auto mounts = read_file(root + "/proc/self/mountinfo");
  if (!mounts) {  // the conventional places; "unified" next to the first version
    if (name.is_v1) {
      find_below(root, {"/", "/sys/fs/cgroup/memory"}, name.path, found);
    } else {
      find_below(root, {"/", "/sys/fs/cgroup/unified"}, name.path, found);
      find_below(root, {"/", "/sys/fs/cgroup"}, name.path, found);
    }
    return found;
  }
  for (std::string_view rest = *mounts; !rest.empty();) {
    const auto mount = parse_cgroup_mount(take_until(rest, '\n'), name.is_v1);
    if (mount) find_below(root, *mount, name.path, found);
  }
  return found;
}

PERJOULE_INLINE std::optional<std::uint64_t> parse_limit(std::string_view content) noexcept {
  const bool is_huge =
      content.size() > 19 && content.find_first_not_of("0123456789") == content.npos;
  if (is_huge || content == "max") return no_limit;
  std::uint64_t limit = 0;
  if (!text::parse_integer(content, limit)) return {};
  return limit;
}

PERJOULE_INLINE Estimate<Bytes> read_byte_count(const std::string& folder, std::string_view file) {
  std::uint64_t bytes = 0;
  const std::string content = read_file(text::format("{}/{}", folder, file)).value_or("");
  if (!text::parse_integer(content, bytes)) return {};
  return exact(Bytes(static_cast<double>(bytes)));
}

PERJOULE_INLINE bool has_file(const std::string& folder, std::string_view file) {
  return access(text::format("{}/{}", folder, file).c_str(), F_OK) == 0;
}

PERJOULE_INLINE bool is_root(const std::string& folder, bool is_v1) {
  if (is_v1) return has_file(folder, "release_agent");
  return has_file(folder, "cgroup.controllers") && !has_file(folder, "cgroup.events");
}

PERJOULE_INLINE bool has_memory_controller(const std::string& folder) {
  const auto controllers = read_file(folder + "/cgroup.controllers");
  return !controllers || has_word(*controllers, "memory", ' ');
}

PERJOULE_INLINE std::optional<std::uint64_t> smallest_limit(CgroupDirectory group, bool is_v1) {
  const auto read = [&](std::string_view file) {
    return read_file(text::format("{}/{}", group.path, file)).value_or("");
  };
  // The first version reports the effective limit directly. It includes groups that a container
  // does not see, and excludes the groups above if the group is set to ignore them.
  if (is_v1) {
    const std::string content = read("memory.stat");
    std::uint64_t limit = 0;
    if (const auto value = find_line_value(content, "hierarchical_memory_limit ")) {
      if (!text::parse_integer(*value, limit)) return {};
      return limit;
    }
  }
  std::uint64_t least = no_limit;
  for (;;) {
    const bool is_top = group.path.size() <= group.mount;
    if (is_top && is_root(group.path, is_v1)) return least;
    const auto limit = parse_limit(read(cgroup_files(is_v1).limit));
    if (!limit) return {};
    least = std::min(least, *limit);
    if (is_top) return least;
    group.path.resize(group.path.rfind('/'));
  }
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE CgroupMemory cgroup_memory(const std::string& root) {
  CgroupMemory group;
  const std::string names = detail::read_file(root + "/proc/self/cgroup").value_or("");
  const auto name = detail::parse_cgroup(names);
  if (!name) {
    group.why_missing = "/proc names no control group that counts this process's memory";
    return group;
  }
  detail::CgroupDirectory found = detail::find_cgroup(root, *name);
  // A mount that is only assumed to be the group must not be the whole machine.
  if (found.path.empty() || (!found.is_named && detail::is_root(found.path, name->is_v1))) {
    group.why_missing = "the control group of this process isn't below what is mounted here";
    return group;
  }
  // In the second version, the nearest group above counts if the group itself does not.
  while (!name->is_v1 && found.path.size() > found.mount &&
         !detail::has_memory_controller(found.path)) {
    found.path.resize(found.path.rfind('/'));
  }
  const detail::CgroupFiles files = detail::cgroup_files(name->is_v1);
  group.path = found.path;
  group.current = detail::read_byte_count(group.path, files.current);
  group.peak = detail::read_byte_count(group.path, files.peak);
  const auto limit = detail::smallest_limit(found, name->is_v1);
  if (!limit) {
    group.why_missing = "a limit of the control group, or of one above it, can't be read";
    return group;
  }
  group.is_unlimited = *limit >= detail::no_limit;
  if (!group.is_unlimited) group.limit = exact(Bytes(static_cast<double>(*limit)));
  if (!group.current.is_known()) {
    group.why_missing = "what the control group takes isn't counted, or can't be read";
  }
  return group;
}

}  // namespace perjoule::inline v0
