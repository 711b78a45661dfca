// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/core/write_file.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE void create_parent_directories(const std::string& path) {
  for (std::size_t end = path.find('/', 1); end < path.size(); end = path.find('/', end + 1)) {
    mkdir(path.substr(0, end).c_str(), 0777);
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

PERJOULE_INLINE void write_file(const std::string& path, std::string_view content) {
  detail::create_parent_directories(path);
  // The process id keeps apart two processes that write to the same path at once; the last rename
  // wins.
  const std::string draft = text::format("{}.{}.part", path, getpid());
  const int file = open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  bool done = file != -1 && detail::write_and_sync(file, content);
  int why = errno;
  if (file != -1 && close(file) == -1 && done) {
    done = false;
    why = errno;
  }
  if (done && rename(draft.c_str(), path.c_str()) == -1) {
    done = false;
    why = errno;
  }
  if (!done) {
    if (file != -1) unlink(draft.c_str());
    detail::fail(
        "cannot write the file", text::format("{}: {}", path, detail::errno_message(why)),
        "mend that or choose another place, then run again (no part of the file was left behind)");
  }
  // The rename survives a power cut only once the folder is on the disk, too. Some file systems
  // refuse to sync a folder; the file itself is complete in any case.
  const std::size_t name = path.rfind('/') + 1;
  const int folder = open(name == 0 ? "." : path.substr(0, name).c_str(), O_RDONLY | O_CLOEXEC);
  if (folder != -1) {
    fsync(folder);
    close(folder);
  }
}

}  // namespace perjoule::inline v0
