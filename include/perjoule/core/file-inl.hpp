// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/file.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE ssize_t read_small_file(const char* path, char* content,
                                        std::size_t room) noexcept {
  content[0] = '\0';
  const int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file == -1) return -1;
  std::size_t used = 0;
  ssize_t n = 0;
  do {
    n = read(file, content + used, room - 1 - used);
    if (n > 0) used += static_cast<std::size_t>(n);
  } while (used < room - 1 && (n > 0 || (n == -1 && errno == EINTR)));
  const int why = errno;
  close(file);
  errno = why;
  if (used > 0 && content[used - 1] == '\n') --used;
  content[used] = '\0';
  return n == -1 ? -1 : static_cast<ssize_t>(used);
}

PERJOULE_INLINE text::Name parse_field(const char* file, const char* field) noexcept {
  const char* at = strstr(file, field);
  if (at != nullptr) at = strchr(at, ':');
  if (at == nullptr) return {};
  at += 1 + strspn(at + 1, " \t");
  return std::string_view(at, strcspn(at, "\n"));
}

PERJOULE_INLINE double parse_double(const char* content, char** end) noexcept {
  const locale_t english = newlocale(LC_ALL_MASK, "C", nullptr);
  const double number = strtod_l(content, end, english);
  freelocale(english);
  return number;
}

PERJOULE_INLINE void create_parent_directories(text::Long path) noexcept {
  for (char* c = path.chars + 1; *c != '\0'; ++c) {
    if (*c != '/') continue;
    *c = '\0';
    mkdir(path.c_str(), 0777);
    *c = '/';
  }
}

PERJOULE_INLINE bool write_and_sync(int file, std::string_view content) noexcept {
  while (!content.empty()) {
    const ssize_t n = write(file, content.data(), content.size());
    if (n == -1 && errno == EINTR) continue;
    if (n == -1) return false;
    content.remove_prefix(static_cast<std::size_t>(n));
  }
  return fsync(file) == 0;
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE void write_file(std::string_view path, std::string_view content) {
  if (path.size() + 32 > sizeof(text::Long)) {
    detail::fail("cannot write the file", "its path has more than 992 characters",
                 "choose a shorter one");
  }
  const text::Long place = path;
  detail::create_parent_directories(place);
  // The process id keeps two processes apart that write to one place at once: the last one wins.
  text::Long draft = text::format("%s.%d.part", place.c_str(), static_cast<int>(getpid()));
  const int file = open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  bool done = file != -1 && detail::write_and_sync(file, content);
  int why = errno;
  if (file != -1 && close(file) == -1 && done) {
    done = false;
    why = errno;
  }
  if (done && rename(draft.c_str(), place.c_str()) == -1) {
    done = false;
    why = errno;
  }
  if (!done) {
    if (file != -1) unlink(draft.c_str());
    detail::fail(
        "cannot write the file",
        text::format("%s: %s", place.c_str(), detail::errno_message(why).chars).chars,
        "mend that or choose another place, then run again (no part of the file was left behind)");
  }
  // The rename lasts through a power cut only once the folder is on the disk, too. Some file
  // systems refuse to sync a folder; the file itself is whole either way.
  char* const slash = strrchr(draft.chars, '/');
  if (slash != nullptr) slash[1] = '\0';
  const int folder = open(slash != nullptr ? draft.c_str() : ".", O_RDONLY | O_CLOEXEC);
  if (folder != -1) {
    fsync(folder);
    close(folder);
  }
}

}  // namespace perjoule::inline v0
