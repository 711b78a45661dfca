// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdint>

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

PERJOULE_INLINE bool write_all(int file, std::string_view content) noexcept {
  while (!content.empty()) {
    const ssize_t n = write(file, content.data(), content.size());
    if (n == -1 && errno == EINTR) continue;
    if (n == -1) return false;
    content.remove_prefix(static_cast<std::size_t>(n));
  }
  return true;
}

/// Returns a name that nobody can guess, so that nobody can prepare a link of that name, and no two
/// writers have the same.
PERJOULE_INLINE std::string random_draft_name() {
  std::uint64_t bits = 0;
  const FileDescriptor random(open("/dev/urandom", O_RDONLY | O_CLOEXEC));
  if (read(random.get(), &bits, sizeof bits) != static_cast<ssize_t>(sizeof bits)) {
    bits = static_cast<std::uint64_t>(getpid()) << 32U ^ reinterpret_cast<std::uintptr_t>(&bits);
  }
  std::string name(".perjoule-................part");
  for (std::size_t i = 10; i < 26; ++i, bits >>= 4U) name[i] = "0123456789abcdef"[bits & 15U];
  return name;
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE OutputFile::OutputFile(const std::string& path) : path_(path), target_(path) {
  constexpr std::string_view fix = "mend that or choose another place; nothing was written";
  detail::create_parent_directories(path);
  struct stat found {};
  if (path.empty() || path.ends_with('/')) fail(path.empty() ? ENOENT : EISDIR, fix);
  if (stat(path.c_str(), &found) == -1) {
    if (errno != ENOENT) fail(errno, fix);
    if (lstat(path.c_str(), &found) == 0) fail(ENOENT, "the link leads nowhere: remove it");
  } else if (S_ISDIR(found.st_mode)) {
    fail(EISDIR, fix);
  } else if (!S_ISREG(found.st_mode)) {
    // Without waiting for somebody who reads from a pipe: there may never be one.
    file_ =
        detail::FileDescriptor(open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
    if (!file_.is_open())
      fail(errno, errno == ENXIO ? "nobody reads from it: start that first" : fix);
    fcntl(file_.get(), F_SETFL, fcntl(file_.get(), F_GETFL) & ~O_NONBLOCK);
    is_direct_ = true;
    return;
  } else {
    // The superuser may write to a read-only file as well, but it is read-only for a reason.
    constexpr mode_t writable = 0222;
    if ((found.st_mode & writable) == 0) fail(EACCES, "it is read-only: 'chmod u+w' it first");
    if (faccessat(AT_FDCWD, path.c_str(), W_OK, AT_EACCESS) == -1) fail(errno, fix);
    char* const resolved = realpath(path.c_str(), nullptr);
    if (resolved == nullptr) fail(errno, fix);
    target_ = resolved;
    free(resolved);
    mode_ = found.st_mode & 07777U;
    is_replaced_ = true;
  }
  if (faccessat(AT_FDCWD, folder().c_str(), W_OK | X_OK, AT_EACCESS) == -1) fail(errno, fix);
  // A draft without a name leaves nothing behind, whatever ends this program. Not every file system
  // has such files.
  file_ = detail::FileDescriptor(open(folder().c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, 0666));
}

PERJOULE_INLINE void OutputFile::fail(int error_number, std::string_view fix) const {
  detail::fail("cannot write the file",
               text::format("{}: {}", path_, detail::errno_message(error_number)), fix);
}

PERJOULE_INLINE std::string OutputFile::folder() const {
  const std::size_t name = target_.rfind('/') + 1;
  return name == 0 ? "." : target_.substr(0, name);
}

PERJOULE_INLINE OutputFile::~OutputFile() {
  if (has_name_ && file_.is_open()) unlink(draft_.c_str());  // nobody finished it
}

PERJOULE_INLINE bool OutputFile::begin_draft() {
  draft_ = folder() + (folder().ends_with('/') ? "" : "/") + detail::random_draft_name();
  if (!file_.is_open()) {
    file_ = detail::FileDescriptor(
        open(draft_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666));
    has_name_ = file_.is_open();
    if (!has_name_) return false;
  }
  if (!is_replaced_) return true;
  struct stat old {};
  if (stat(target_.c_str(), &old) == 0 && fchown(file_.get(), old.st_uid, old.st_gid) == -1) {
    // Only the superuser can give a file away.
  }
  return fchmod(file_.get(), mode_) == 0;
}

PERJOULE_INLINE bool OutputFile::finish_draft() {
  if (fsync(file_.get()) == -1) return false;
  if (!has_name_) {
    const std::string own = text::format("/proc/self/fd/{}", file_.get());
    has_name_ = linkat(AT_FDCWD, own.c_str(), AT_FDCWD, draft_.c_str(), AT_SYMLINK_FOLLOW) == 0;
  }
  return has_name_ && rename(draft_.c_str(), target_.c_str()) == 0;
}

namespace detail {

constexpr std::string_view nothing_was_left =
    "mend that or choose another place, then run again (no part of the file was left behind)";

}  // namespace detail

PERJOULE_INLINE void OutputFile::append(std::string_view part) {
  const bool is_begun = is_direct_ || !draft_.empty() || begin_draft();
  if (!is_begun || !detail::write_all(file_.get(), part)) fail(errno, detail::nothing_was_left);
}

PERJOULE_INLINE void OutputFile::finish() {
  if (is_direct_) {
    // What cannot be synced, such as a pipe, says so by one of these.
    if (fsync(file_.get()) == -1 && errno != EINVAL && errno != EROFS) {
      fail(errno, detail::nothing_was_left);
    }
    return;
  }
  if (!finish_draft()) fail(errno, detail::nothing_was_left);
  file_ = {};
  draft_.clear();
  has_name_ = false;
  // The rename survives a power cut only once the folder is on the disk, too. Some file systems
  // refuse to sync a folder; the file itself is complete in any case.
  const detail::FileDescriptor parent(open(folder().c_str(), O_RDONLY | O_CLOEXEC));
  if (parent.is_open()) fsync(parent.get());
}

PERJOULE_INLINE void write_file(const std::string& path, std::string_view content) {
  OutputFile(path).write(content);
}

}  // namespace perjoule::inline v0
