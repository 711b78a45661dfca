// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/core/file.hpp"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstddef>
#include <filesystem>
#include <initializer_list>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>

#include "catch.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/write_file.hpp"
#include "scratch.hpp"

using scratch::content_of;
using scratch::put_file;

namespace {

/// The message of the Error that writing throws; empty when it throws none.
std::string message_of_writing(const std::string& path, std::string_view content) {
  try {
    perjoule::write_file(path, content);
  } catch (const perjoule::Error& error) {
    return error.what();
  }
  return {};
}

/// A disk that is full after this many bytes of a file, as seen from this process.
class FullDisk {
 public:
  explicit FullDisk(rlim_t bytes) : before_signal_(signal(SIGXFSZ, SIG_IGN)) {
    getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit full{bytes, before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &full);
  }
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;
  ~FullDisk() {
    setrlimit(RLIMIT_FSIZE, &before_);
    signal(SIGXFSZ, before_signal_);
  }

 private:
  void (*before_signal_)(int);
  rlimit before_{};
};

/// Root may write everywhere, so a test of permissions runs as "nobody".
class NotRoot {
 public:
  NotRoot() {
    if (was_root_ && seteuid(65534) != 0) throw std::runtime_error("cannot become nobody");
  }
  NotRoot(const NotRoot&) = delete;
  NotRoot& operator=(const NotRoot&) = delete;
  ~NotRoot() {
    if (was_root_ && seteuid(0) != 0) abort();
  }

 private:
  bool was_root_ = geteuid() == 0;
};

bool holds(const std::string& whole, std::string_view part) {
  return whole.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a file is written byte for byte", "[core][file]") {
  const scratch::Folder folder;
  const std::string content("a\0b\r\n\xFF", 6);
  perjoule::write_file(folder / "out.json", content);
  CHECK(content_of(folder / "out.json") == content);
  CHECK(folder.entries() == 1U);
}

TEST_CASE("a large and an empty file are written whole", "[core][file]") {
  const scratch::Folder folder;
  const std::string large(3'000'000, 'x');
  perjoule::write_file(folder / "large", large);
  perjoule::write_file(folder / "empty", "");
  CHECK(content_of(folder / "large") == large);
  CHECK(std::filesystem::file_size(folder / "empty") == 0U);
  CHECK(folder.entries() == 2U);
}

TEST_CASE("folders that are missing are made", "[core][file]") {
  const scratch::Folder folder;
  perjoule::write_file(folder / "a/b/c/out.json", "{}");
  CHECK(content_of(folder / "a/b/c/out.json") == "{}");
  CHECK(folder.entries() == 4U);
}

TEST_CASE("a path without a folder is a file of the current one", "[core][file]") {
  const scratch::Folder folder;
  const std::filesystem::path before = std::filesystem::current_path();
  std::filesystem::current_path(folder.path());
  const std::string message = message_of_writing("out.json", "{}");
  const std::string of_short_name = message_of_writing("a/out.json", "{}");
  std::filesystem::current_path(before);
  CHECK(message.empty());
  CHECK(of_short_name.empty());
  CHECK(content_of(folder / "out.json") == "{}");
  CHECK(content_of(folder / "a/out.json") == "{}");
  CHECK(folder.entries() == 3U);
}

TEST_CASE("an older file is replaced, with nothing of it left over", "[core][file]") {
  const scratch::Folder folder;
  put_file(folder / "out.json", "a much longer older content");
  perjoule::write_file(folder / "out.json", "new");
  CHECK(content_of(folder / "out.json") == "new");
  CHECK(folder.entries() == 1U);
}

TEST_CASE("a reader who has the older file open keeps all of it", "[core][file]") {
  const scratch::Folder folder;
  put_file(folder / "out.json", "older");
  const int reader = open((folder / "out.json").c_str(), O_RDONLY | O_CLOEXEC);
  REQUIRE(reader != -1);
  perjoule::write_file(folder / "out.json", "newer");
  char seen[16] = {};
  const ssize_t size = read(reader, seen, sizeof seen);
  close(reader);
  CHECK(size == 5);
  CHECK(std::string(seen) == "older");
  CHECK(content_of(folder / "out.json") == "newer");
}

TEST_CASE("a full disk leaves neither a file nor a part of one", "[core][file]") {
  const scratch::Folder folder;
  std::string message;
  {
    const FullDisk full(4096);
    message = message_of_writing(folder / "out.json", std::string(100'000, 'x'));
  }
  CHECK(holds(message, "perjoule: cannot write the file: "));
  CHECK(holds(message, folder / "out.json"));
  CHECK(holds(message, "file too large; "));
  CHECK(holds(message, "choose another place, then run again"));
  CHECK(folder.entries() == 0U);
}

TEST_CASE("a full disk leaves an older file as it was", "[core][file]") {
  const scratch::Folder folder;
  put_file(folder / "out.json", "older");
  std::string message;
  {
    const FullDisk full(4096);
    message = message_of_writing(folder / "out.json", std::string(100'000, 'x'));
  }
  CHECK_FALSE(message.empty());
  CHECK(content_of(folder / "out.json") == "older");
  CHECK(folder.entries() == 1U);
}

TEST_CASE("a path that is a folder is refused and the folder stays", "[core][file]") {
  const scratch::Folder folder;
  std::filesystem::create_directory(folder / "out");
  put_file(folder / "out/kept", "kept");
  const std::string message = message_of_writing(folder / "out", "{}");
  CHECK(holds(message, folder / "out"));
  CHECK(holds(message, "is a directory; "));
  CHECK(content_of(folder / "out/kept") == "kept");
  CHECK(folder.entries() == 2U);
}

TEST_CASE("a path that ends in a slash is refused", "[core][file]") {
  const scratch::Folder folder;
  CHECK(holds(message_of_writing(folder / "out/", "{}"), "cannot write the file"));
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder.path())) {
    CHECK(entry.is_directory());
  }
}

TEST_CASE("a path below a file is refused and the file stays", "[core][file]") {
  const scratch::Folder folder;
  put_file(folder / "file", "kept");
  const std::string message = message_of_writing(folder / "file/out.json", "{}");
  CHECK(holds(message, "not a directory; "));
  CHECK(content_of(folder / "file") == "kept");
  CHECK(folder.entries() == 1U);
}

TEST_CASE("a folder without the right to write is named with the reason", "[core][file]") {
  const scratch::Folder folder;
  put_file(folder / "out.json", "older");
  std::string message;
  {
    REQUIRE(chmod(folder.path().c_str(), 0555) == 0);
    const NotRoot nobody;
    message = message_of_writing(folder / "out.json", "{}");
  }
  REQUIRE(chmod(folder.path().c_str(), 0755) == 0);
  CHECK(message == "perjoule: cannot write the file: " + (folder / "out.json") +
                       ": permission denied; mend that or choose another place; nothing was "
                       "written");
  CHECK(content_of(folder / "out.json") == "older");
  CHECK(folder.entries() == 1U);
}

namespace {

/// Counts the files that this process has open.
std::size_t open_files() {
  const std::filesystem::directory_iterator all("/proc/self/fd");
  return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

}  // namespace

TEST_CASE("a small file is read whole, without the new line at its end", "[core][file]") {
  const scratch::Folder folder;
  const auto read_back = [&](const std::string& content) {
    put_file(folder / "file", content);
    return perjoule::detail::read_file(folder / "file");
  };
  CHECK(read_back("262143\n") == "262143");
  CHECK(read_back("a\nb\n\n") == "a\nb\n");
  CHECK(read_back("\n") == "");
  CHECK(read_back("7") == "7");
  CHECK(read_back("") == "");
  const std::string large(100'000, 'x');
  CHECK(read_back(large) == large);
}

TEST_CASE("of a file that is larger than asked for the beginning is read", "[core][file]") {
  const scratch::Folder folder;
  put_file(folder / "nine", "123456789");
  CHECK(perjoule::detail::read_beginning(folder / "nine", 9) == "123456789");
  CHECK(perjoule::detail::read_beginning(folder / "nine", 8) == "12345678");
  CHECK(perjoule::detail::read_beginning(folder / "nine", 1) == "1");
}

TEST_CASE("a file that is too large to be read whole is refused, and not cut", "[core][file]") {
  const scratch::Folder folder;
  std::string large(std::size_t{1} << 26U, 'x');
  put_file(folder / "large", large);
  errno = 0;
  CHECK_FALSE(perjoule::detail::read_file(folder / "large").has_value());
  CHECK(errno == EFBIG);
  CHECK(perjoule::detail::read_beginning(folder / "large", 3) == "xxx");
  large.resize(large.size() / 2);
  put_file(folder / "large", large);
  CHECK(perjoule::detail::read_file(folder / "large") == large);
}

TEST_CASE("a file that the kernel gives in pieces is read to its end", "[core][file]") {
  const auto maps = perjoule::detail::read_file("/proc/self/smaps");  // a page at a time
  REQUIRE(maps.has_value());
  CHECK(maps->size() > 8192);
  CHECK(maps->find("VmFlags", maps->rfind("Rss:")) != std::string::npos);
}

TEST_CASE("a pipe that nobody writes to is not waited for", "[core][file]") {
  const scratch::Folder folder;
  REQUIRE(mkfifo((folder / "pipe").c_str(), 0600) == 0);
  errno = 0;
  CHECK_FALSE(perjoule::detail::read_file(folder / "pipe").has_value());
  CHECK(errno == EINVAL);
  CHECK_FALSE(perjoule::detail::read_file("/dev/zero").has_value());
}

TEST_CASE("why a small file cannot be read stays in errno", "[core][file]") {
  const scratch::Folder folder;
  errno = 0;
  CHECK_FALSE(perjoule::detail::read_file(folder / "none").has_value());
  CHECK(errno == ENOENT);
  CHECK_FALSE(perjoule::detail::read_file(folder.path().string()).has_value());
  CHECK(errno == EISDIR);
}

TEST_CASE("the value of a field stands behind its colon", "[core][file]") {
  const std::string file = "vendor_id\t: GenuineIntel\nmodel\t\t: 85\nempty:\nlast : end";
  CHECK(perjoule::detail::parse_field(file, "vendor_id") == "GenuineIntel");
  CHECK(perjoule::detail::parse_field(file, "model") == "85");
  CHECK(perjoule::detail::parse_field(file, "last") == "end");
  CHECK(perjoule::detail::parse_field(file, "empty").empty());
  CHECK(perjoule::detail::parse_field(file, "none").empty());
  CHECK(perjoule::detail::parse_field("", "none").empty());
  CHECK(perjoule::detail::parse_field("ends:", "ends").empty());
  CHECK(perjoule::detail::parse_field("no colon", "no").empty());
}

TEST_CASE("a number is taken off the text that begins with it", "[core][file]") {
  std::string_view text = " 12.5 -3e2 x";
  CHECK(perjoule::detail::take_number(text) == 12.5);
  CHECK(text == " -3e2 x");
  CHECK(perjoule::detail::take_number(text) == -300.0);
  CHECK_FALSE(perjoule::detail::take_number(text).has_value());
  CHECK(text == " x");
  std::string_view nothing;
  CHECK_FALSE(perjoule::detail::take_number(nothing).has_value());
}

TEST_CASE("the base name is the last part of a path", "[core][file]") {
  CHECK(perjoule::detail::base_name("/home/ada/mlp.int8") == "mlp.int8");
  CHECK(perjoule::detail::base_name("mlp.int8") == "mlp.int8");
  CHECK(perjoule::detail::base_name("ada/").empty());
}

TEST_CASE("no file is left open", "[core][file]") {
  const scratch::Folder folder;
  const std::size_t before = open_files();
  perjoule::write_file(folder / "a/out.json", "{}");
  CHECK(perjoule::detail::read_file(folder / "a/out.json") == "{}");
  CHECK_THROWS_AS(perjoule::write_file((folder / "a").c_str(), "{}"), perjoule::Error);
  CHECK(open_files() == before);
}

TEST_CASE("others may read what is written, as the user's mask says", "[core][file]") {
  const scratch::Folder folder;
  const mode_t before = umask(022);
  perjoule::write_file(folder / "a/out.json", "{}");
  umask(before);
  struct stat status {};
  REQUIRE(stat((folder / "a/out.json").c_str(), &status) == 0);
  CHECK((status.st_mode & 0777U) == 0644U);
  REQUIRE(stat((folder / "a").c_str(), &status) == 0);
  CHECK((status.st_mode & 0777U) == 0755U);
}

TEST_CASE("a device and a pipe get the content and stay what they are", "[core][file]") {
  CHECK(message_of_writing("/dev/null", "{}").empty());
  CHECK(std::filesystem::is_character_file("/dev/null"));
  CHECK(holds(message_of_writing("/dev/full", "{}"), "no space left on device"));
  CHECK(std::filesystem::is_character_file("/dev/full"));
  const scratch::Folder folder;
  const std::string pipe = folder / "pipe";
  REQUIRE(mkfifo(pipe.c_str(), 0600) == 0);
  CHECK(holds(message_of_writing(pipe, "{}"), "nobody reads from it"));
  const int reader = open(pipe.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  CHECK(message_of_writing(pipe, "content").empty());
  char seen[16] = {};
  CHECK(read(reader, seen, sizeof seen) == 7);
  close(reader);
  CHECK(std::string(seen) == "content");
  CHECK(std::filesystem::is_fifo(pipe));
  CHECK(folder.entries() == 1U);
}

TEST_CASE("a link stays a link, and its file is written", "[core][file]") {
  const scratch::Folder folder;
  std::filesystem::create_directories(folder / "data");
  put_file(folder / "data/out.json", "older");
  std::filesystem::create_symlink("data/out.json", folder / "link");
  CHECK(message_of_writing(folder / "link", "newer").empty());
  CHECK(std::filesystem::is_symlink(folder / "link"));
  CHECK(content_of(folder / "data/out.json") == "newer");
  CHECK(folder.entries() == 3U);
  std::filesystem::create_symlink("nowhere", folder / "dangling");
  CHECK(holds(message_of_writing(folder / "dangling", "{}"), "the link leads nowhere"));
  CHECK_FALSE(std::filesystem::exists(folder / "nowhere"));
}

TEST_CASE("an older file keeps its mode, and a read-only one its content", "[core][file]") {
  const scratch::Folder folder;
  put_file(folder / "out.json", "older");
  REQUIRE(chmod((folder / "out.json").c_str(), 0600) == 0);
  perjoule::write_file(folder / "out.json", "newer");
  struct stat status {};
  REQUIRE(stat((folder / "out.json").c_str(), &status) == 0);
  CHECK((status.st_mode & 0777U) == 0600U);
  REQUIRE(chmod((folder / "out.json").c_str(), 0444) == 0);
  CHECK(holds(message_of_writing(folder / "out.json", "third"), "it is read-only"));  // root, too
  CHECK(content_of(folder / "out.json") == "newer");
}

TEST_CASE("an output that is given up leaves nothing behind", "[core][file]") {
  const scratch::Folder folder;
  { const perjoule::OutputFile output(folder / "a/out.json"); }
  CHECK(folder.entries() == 1U);  // the folder
}

TEST_CASE("two writers of one file do not mix", "[core][file]") {
  const scratch::Folder folder;
  const std::string path = folder / "out.json";
  const auto write = [&](char c) {
    for (int i = 0; i < 200; ++i) perjoule::write_file(path, std::string(20'000, c));
  };
  std::thread first(write, 'a');
  std::thread second(write, 'b');
  for (int i = 0; i < 200; ++i) {
    const std::string seen = content_of(path);
    if (seen.empty()) continue;  // not there yet
    REQUIRE(seen == std::string(20'000, seen[0]));
  }
  first.join();
  second.join();
  CHECK(folder.entries() == 1U);
}

TEST_CASE("a path is as long as the system allows", "[core][file]") {
  const scratch::Folder folder;
  const std::string start = folder.path().string();
  CHECK(message_of_writing(start + std::string(3'000, '/') + "out.json", "{}").empty());
  CHECK(content_of(folder / "out.json") == "{}");
  const std::string longest(255, 'y');
  CHECK(message_of_writing(folder / longest, "{}").empty());
  CHECK(content_of(folder / longest) == "{}");
  const std::string name(300, 'x');
  CHECK(holds(message_of_writing(folder / name, "{}"), name + ": file name too long"));
}
