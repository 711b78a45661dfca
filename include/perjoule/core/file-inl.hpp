// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <system_error>

#include "perjoule/core/config.hpp"
#include "perjoule/core/file.hpp"
#include "perjoule/core/text.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE FileDescriptor open_regular(const std::string& path) noexcept {
  FileDescriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  struct stat found {};
  if (!file.is_open() || fstat(file.get(), &found) == -1) return {};
  if (S_ISREG(found.st_mode) || S_ISDIR(found.st_mode)) return file;  // a folder fails when read
  file = {};
  errno = EINVAL;
  return file;
}

PERJOULE_INLINE std::optional<std::string> read_beginning(const std::string& path,
                                                          std::size_t most) {
  const FileDescriptor file = open_regular(path);
  if (!file.is_open()) return {};
  std::string content;
  int why = 0;
  for (;;) {
    const std::size_t before = content.size();
    content.resize(std::min(most, before + 4096));
    const ssize_t n = read(file.get(), content.data() + before, content.size() - before);
    if (n == -1) why = errno;
    content.resize(before + static_cast<std::size_t>(std::max<ssize_t>(n, 0)));
    if (n <= 0 && why != EINTR) break;
    why = 0;
    if (content.size() == most) break;
  }
  errno = why;
  if (why != 0) return {};
  if (content.ends_with('\n')) content.pop_back();
  return content;
}

PERJOULE_INLINE std::optional<std::string> read_file(const std::string& path) {
  constexpr std::size_t limit = std::size_t{1} << 26U;
  std::optional<std::string> content = read_beginning(path, limit);
  if (content && content->size() + 1 >= limit) {
    errno = EFBIG;
    return {};
  }
  return content;
}

PERJOULE_INLINE std::string parse_field(std::string_view file, std::string_view field) {
  const std::size_t name = file.find(field);
  if (name == file.npos) return {};
  const std::size_t colon = file.find(':', name);
  if (colon == file.npos) return {};
  const std::string_view rest = file.substr(colon + 1);
  const std::string_view line = rest.substr(0, rest.find('\n'));
  return std::string(line.substr(std::min(line.find_first_not_of(" \t"), line.size())));
}

PERJOULE_INLINE std::optional<double> take_number(std::string_view& text) noexcept {
  const std::size_t begin = std::min(text.find_first_not_of(" \t\n\v\f\r"), text.size());
  double number = 0.0;
  const auto [end, problem] = std::from_chars(text.begin() + begin, text.end(), number);
  if (problem != std::errc{}) return {};
  text.remove_prefix(static_cast<std::size_t>(end - text.begin()));
  return number;
}

PERJOULE_INLINE std::vector<std::string> list_directory(const std::string& path) {
  std::vector<std::string> names;
  DIR* const folder = opendir(path.c_str());
  if (folder == nullptr) return names;
  while (const dirent* const entry = readdir(folder)) names.emplace_back(entry->d_name);
  closedir(folder);
  std::erase(names, ".");
  std::erase(names, "..");
  std::sort(names.begin(), names.end());
  return names;
}

PERJOULE_INLINE std::vector<std::uint64_t> numbers_in_directory(const std::string& path,
                                                                std::string_view prefix,
                                                                std::string_view suffix) {
  std::vector<std::uint64_t> numbers;
  for (const std::string& name : list_directory(path)) {
    if (name.size() < prefix.size() + suffix.size()) continue;
    std::string_view digits = name;
    if (!digits.starts_with(prefix) || !digits.ends_with(suffix)) continue;
    digits.remove_prefix(prefix.size());
    digits.remove_suffix(suffix.size());
    std::uint64_t number = 0;
    if (text::parse_integer(digits, number)) numbers.push_back(number);
  }
  std::sort(numbers.begin(), numbers.end());
  return numbers;
}

}  // namespace perjoule::inline v0::detail
