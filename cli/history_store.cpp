// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "cli/history_store.hpp"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "perjoule/core/error.hpp"
#include "perjoule/core/file.hpp"
#include "perjoule/core/file_descriptor.hpp"
#include "perjoule/core/printable.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/core/write_file.hpp"

namespace perjoule::cli {
namespace {

using detail::FileDescriptor;

constexpr std::string_view parts[] = {"runs", "accepted", "anchors"};

/// What a file of a history may have. An item of a test set takes a few bytes of it.
constexpr std::size_t max_file_size = std::size_t{1} << 26U;

constexpr std::string_view draft_begin = ".perjoule-";
constexpr std::string_view draft_end = ".part";

/// Returns a name that nobody can guess, so that nobody can prepare something of that name.
std::string random_draft_name() {
  unsigned char bytes[8];
  if (getrandom(bytes, sizeof bytes, 0) != sizeof bytes) {
    detail::fail("cannot draw a random number", detail::errno_message(errno), "try again");
  }
  std::string name(draft_begin);
  for (const unsigned char byte : bytes) {
    name += "0123456789abcdef"[byte >> 4U];
    name += "0123456789abcdef"[byte & 15U];
  }
  return name.append(draft_end);
}

std::string quoted_path(std::string_view path) { return text::printable(path); }

[[noreturn]] void fail_to_write(const std::string& path, int error_number) {
  detail::fail("cannot write the file",
               text::format("{}: {}", quoted_path(path), detail::errno_message(error_number)),
               "mend that, then run again (no part of the file was left behind)");
}

bool write_draft(int draft, std::string_view content) {
  return detail::write_all(draft, content) && fsync(draft) == 0;
}

/// Gives a draft its name, unless something has it already.
bool rename_draft(int folder, const std::string& draft, const std::string& name) {
  if (renameat2(folder, draft.c_str(), folder, name.c_str(), RENAME_NOREPLACE) == 0) return true;
  if (errno != EINVAL && errno != ENOSYS) return false;
  // Some file systems, such as NFS, know no such renaming.
  if (linkat(folder, draft.c_str(), folder, name.c_str(), 0) == -1) return false;
  unlinkat(folder, draft.c_str(), 0);
  return true;
}

/// Writes by way of a draft without a name, which leaves nothing behind, whatever ends this
/// program. Returns 0 or an error number; ENOTSUP where the file system knows no such files.
int write_by_unnamed_draft(int folder, const std::string& name, std::string_view content) {
  const FileDescriptor draft(openat(folder, ".", O_TMPFILE | O_WRONLY | O_CLOEXEC, 0666));
  if (!draft.is_open()) {
    return errno == EISDIR || errno == ENOENT || errno == EINVAL ? ENOTSUP : errno;
  }
  if (!write_draft(draft.get(), content)) return errno;
  const std::string own = text::format("/proc/self/fd/{}", draft.get());
  if (linkat(AT_FDCWD, own.c_str(), folder, name.c_str(), AT_SYMLINK_FOLLOW) == 0) return 0;
  return errno == ENOENT ? ENOTSUP : errno;  // without /proc
}

int write_by_named_draft(int folder, const std::string& name, std::string_view content) {
  const std::string named = random_draft_name();
  const FileDescriptor draft(
      openat(folder, named.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666));
  if (!draft.is_open()) return errno;
  if (write_draft(draft.get(), content) && rename_draft(folder, named, name)) return 0;
  const int why = errno;
  unlinkat(folder, named.c_str(), 0);
  return why;
}

/// @throws Error if there is something that is no folder
bool is_folder(const std::string& path) {
  struct stat found {};
  if (stat(path.c_str(), &found) == -1) {
    if (errno == ENOENT) return false;
    detail::fail("cannot look at a folder",
                 text::format("{}: {}", quoted_path(path), detail::errno_message(errno)),
                 "mend that, or name another with --history");
  }
  if (S_ISDIR(found.st_mode)) return true;
  detail::fail("a history is a folder", quoted_path(path) + " is none",
               "name another with --history");
}

void make_folder(const std::string& path) {
  if (is_folder(path)) return;
  detail::create_parent_directories(path);
  if (mkdir(path.c_str(), 0777) == 0 || errno == EEXIST) return;
  detail::fail("cannot make a folder",
               text::format("{}: {}", quoted_path(path), detail::errno_message(errno)),
               "mend that, or name another with --history");
}

/// Returns a time as one number, which only has to differ from that of another time: that of the
/// year 9999 does not fit in nanoseconds.
std::int64_t nanoseconds(const timespec& time) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(time.tv_sec) * 1'000'000'000U +
                                   static_cast<std::uint64_t>(time.tv_nsec));
}

/// Returns the names in a folder; none if there is no such folder.
std::vector<std::string> names_in(const std::string& folder) {
  if (!is_folder(folder)) return {};
  if (access(folder.c_str(), R_OK | X_OK) == -1) {
    detail::fail("cannot read a folder",
                 text::format("{}: {}", quoted_path(folder), detail::errno_message(errno)),
                 "get the right to read it: 'chmod u+rx' by its owner");
  }
  return detail::list_directory(folder);
}

}  // namespace

std::string read_regular_file(const std::string& path) {
  const FileDescriptor file(
      ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW));
  struct stat found {};
  if (!file.is_open() || fstat(file.get(), &found) == -1) {
    throw Refusal{"", errno == ELOOP ? "it is a link" : detail::errno_message(errno)};
  }
  if (!S_ISREG(found.st_mode)) throw Refusal{"", "it is no regular file"};
  std::string content;
  for (;;) {
    constexpr std::size_t step = std::size_t{1} << 18U;
    const std::size_t before = content.size();
    if (before > max_file_size) throw Refusal{"", "it has more than 64 MiB"};
    // One read for most files, and one of a byte that finds their end.
    const auto rest = static_cast<std::size_t>(found.st_size) + 1;
    if (before == 0) content.reserve(std::min(rest, max_file_size));
    content.resize(content.capacity() > before ? content.capacity() : before + step);
    const ssize_t n = ::read(file.get(), content.data() + before, content.size() - before);
    const int why = errno;
    content.resize(before + static_cast<std::size_t>(std::max<ssize_t>(n, 0)));
    if (n == 0) return content;
    if (n == -1 && why != EINTR) throw Refusal{"", detail::errno_message(why)};
  }
}

bool write_new_file(const std::string& folder, const std::string& name, std::string_view content) {
  const FileDescriptor at(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!at.is_open()) fail_to_write(folder + '/' + name, errno);
  int why = write_by_unnamed_draft(at.get(), name, content);
  if (why == ENOTSUP) why = write_by_named_draft(at.get(), name, content);
  if (why == EEXIST) return false;
  if (why != 0) fail_to_write(folder + '/' + name, why);
  // The name survives a power cut only once the folder is on the disk, too. Some file systems
  // refuse to sync a folder; the file itself is complete in any case.
  fsync(at.get());
  return true;
}

HistoryStore HistoryStore::open(const std::string& folder) {
  if (is_folder(folder)) return HistoryStore(folder);
  detail::fail("there is no history", quoted_path(folder),
               "begin one with 'perjoule history add', or name another with --history");
}

HistoryStore HistoryStore::create(const std::string& folder) {
  make_folder(folder);
  HistoryStore store(folder);
  for (const std::string_view part : parts) make_folder(store.path_of(part));
  store.write_gitignore();
  return store;
}

std::string HistoryStore::path_of(std::string_view name) const {
  return text::format("{}/{}", folder_, name);
}

std::vector<RunFile> HistoryStore::run_files(std::vector<HistoryProblem>& problems) const {
  std::vector<RunFile> files;
  for (const std::string& name : names_in(path_of("runs"))) {
    if (name.starts_with('.')) continue;
    const std::string path = path_of("runs/" + name);
    struct stat found {};
    if (lstat(path.c_str(), &found) == -1) {
      if (errno != ENOENT) problems.push_back({path, detail::errno_message(errno)});
    } else if (!S_ISREG(found.st_mode)) {
      problems.push_back({path, S_ISDIR(found.st_mode)   ? "it is a folder"
                                : S_ISLNK(found.st_mode) ? "it is a link"
                                                         : "it is no regular file"});
    } else if (!name.ends_with(".json")) {
      problems.push_back({path, "it is no run file: their names end in .json"});
    } else {
      files.push_back(
          {name, static_cast<std::uint64_t>(found.st_size), nanoseconds(found.st_mtim)});
    }
  }
  return files;
}

Night HistoryStore::read_run(const std::string& name) const {
  std::vector<std::string> ignored;
  return read_night(read_regular_file(path_of("runs/" + name)), name, ignored);
}

Night HistoryStore::read_qualities(const std::string& name) const {
  std::vector<std::string> ignored;
  const std::string content = read_regular_file(path_of("runs/" + name));
  NightText text = split_night(content, name, ignored);
  for (const std::string_view line : text.lines) {
    if (line.find("\"quality\"") == line.npos) continue;
    text.night.series.push_back(read_series(line, ignored));
    text.night.series.back().machine = text.night.machine();
  }
  return std::move(text.night);
}

template <class Document>
std::vector<Document> HistoryStore::documents(std::string_view part,
                                              std::vector<HistoryProblem>& problems) const {
  std::vector<Document> all;
  for (const std::string& name : names_in(path_of(part))) {
    if (name.starts_with('.')) continue;
    const std::string path = path_of(text::format("{}/{}", part, name));
    try {
      all.push_back(cli::read<Document>(read_regular_file(path), name));
    } catch (const Refusal& refusal) {
      problems.push_back({path, why(refusal)});
    }
  }
  return all;
}

std::vector<Acceptance> HistoryStore::acceptances(std::vector<HistoryProblem>& problems) const {
  return documents<Acceptance>("accepted", problems);
}

std::vector<Anchor> HistoryStore::anchors(std::vector<HistoryProblem>& problems) const {
  return documents<Anchor>("anchors", problems);
}

bool HistoryStore::add(std::string_view part, const std::string& name,
                       std::string_view content) const {
  const std::string folder = path_of(part);
  if (content.size() > max_file_size) {
    detail::fail(
        "a file of a history has at most 64 MiB",
        text::format("{}/{} would have {} bytes", quoted_path(folder), name, content.size()),
        "add the benchmarks in several calls, or let metrics drop their items "
        "(PerItem::drop)");
  }
  if (write_new_file(folder, name, content)) return true;
  const std::string path = folder + '/' + name;
  std::string other;
  try {
    if (read_regular_file(path) == content) return false;
    other = "it has another content";
  } catch (const Refusal& refusal) {
    other = why(refusal);
  }
  detail::fail("something else has the name of this file", quoted_path(path) + ": " + other,
               "look at it with 'perjoule history verify', and move it away");
}

bool HistoryStore::add(Night& night) const {
  const std::string content = write_night(night);
  return add("runs", file_name(night), content);
}

bool HistoryStore::add(Acceptance& acceptance) const {
  const std::string content = write(acceptance);
  return add("accepted", file_name(acceptance), content);
}

bool HistoryStore::add(Anchor& anchor) const {
  const std::string content = write(anchor);
  return add("anchors", file_name(anchor), content);
}

void HistoryStore::replace_cache(const std::string& name, std::string_view content) const noexcept {
  const FileDescriptor at(::open(folder_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!at.is_open()) return;
  const std::string draft = random_draft_name();
  const FileDescriptor file(
      openat(at.get(), draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666));
  if (!file.is_open()) return;
  if (detail::write_all(file.get(), content) &&
      renameat(at.get(), draft.c_str(), at.get(), name.c_str()) == 0) {
    return;
  }
  unlinkat(at.get(), draft.c_str(), 0);
}

void HistoryStore::write_gitignore() const {
  struct stat found {};
  if (lstat(path_of(".gitignore").c_str(), &found) == 0) return;
  static_cast<void>(
      write_new_file(folder_, ".gitignore", "cache.sqlite\ncache.sqlite-*\n.perjoule-*.part\n"));
}

std::vector<std::string> HistoryStore::old_drafts() const {
  std::vector<std::string> old;
  for (const std::string_view part : {"", "runs/", "accepted/", "anchors/"}) {
    for (const std::string& name : names_in(path_of(part))) {
      if (!name.starts_with(draft_begin) || !name.ends_with(draft_end)) continue;
      const std::string draft = std::string(part) + name;
      struct stat found {};
      const bool is_file = lstat(path_of(draft).c_str(), &found) == 0 && S_ISREG(found.st_mode);
      if (is_file && time(nullptr) - found.st_mtime > 3600) old.push_back(draft);
    }
  }
  return old;
}

void HistoryStore::remove(const std::vector<std::string>& names) const {
  for (const std::string& name : names) {
    const std::string path = path_of(name);
    if (unlink(path.c_str()) == 0 || errno == ENOENT) continue;
    detail::fail("cannot delete a file",
                 text::format("{}: {}", quoted_path(path), detail::errno_message(errno)),
                 "get the right to write to its folder");
  }
  const FileDescriptor runs(::open(path_of("runs").c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (runs.is_open()) fsync(runs.get());
}

}  // namespace perjoule::cli
