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

#include "catch.hpp"
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

/// A disk that is full after so many bytes of a file, as seen from this process.
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

/// Root may write everywhere, so a test of permissions becomes "nobody" for its length.
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
                       ": permission denied; mend that or choose another place, then run again "
                       "(no part of the file was left behind)");
  CHECK(content_of(folder / "out.json") == "older");
  CHECK(folder.entries() == 1U);
}

TEST_CASE("a small file is read without its last new line", "[core][file]") {
  const scratch::Folder folder;
  char content[64];
  put_file(folder / "one", "123\n");
  CHECK(perjoule::detail::read_small_file((folder / "one").c_str(), content, sizeof content) == 3);
  CHECK(std::string(content) == "123");
  put_file(folder / "two", "a\nb\n\n");
  CHECK(perjoule::detail::read_small_file((folder / "two").c_str(), content, sizeof content) == 4);
  CHECK(std::string(content) == "a\nb\n");
  put_file(folder / "none", "");
  CHECK(perjoule::detail::read_small_file((folder / "none").c_str(), content, sizeof content) == 0);
  CHECK(std::string(content).empty());
}

TEST_CASE("of a file that is too large the beginning is read", "[core][file]") {
  const scratch::Folder folder;
  char content[9];
  content[8] = '!';
  put_file(folder / "large", "0123456789");
  CHECK(perjoule::detail::read_small_file((folder / "large").c_str(), content, 8) == 7);
  CHECK(std::string(content) == "0123456");
  CHECK(content[8] == '!');
}

TEST_CASE("a file that cannot be read says why in errno and gives an empty text", "[core][file]") {
  const scratch::Folder folder;
  char content[8] = "old";
  errno = 0;
  CHECK(perjoule::detail::read_small_file((folder / "no").c_str(), content, sizeof content) == -1);
  CHECK(errno == ENOENT);
  CHECK(std::string(content).empty());
  errno = 0;
  CHECK(perjoule::detail::read_small_file(folder.path().c_str(), content, sizeof content) == -1);
  CHECK(errno == EISDIR);
}

TEST_CASE("the base name is the last part of a path", "[core][file]") {
  CHECK(std::string(perjoule::detail::base_name("/home/ada/mlp.int8")) == "mlp.int8");
  CHECK(std::string(perjoule::detail::base_name("mlp.int8")) == "mlp.int8");
  CHECK(std::string(perjoule::detail::base_name("ada/")).empty());
}

namespace {

/// What reading a small file into so much room leaves there.
std::string read_into(std::size_t room, const std::string& path, ssize_t expected_size) {
  std::string content(room + 1, '#');
  CHECK(perjoule::detail::read_small_file(path.c_str(), content.data(), room) == expected_size);
  CHECK(content[room] == '#');  // nothing is written beyond the room
  return content.c_str();
}

/// How many files this process has open.
std::size_t open_files() {
  const std::filesystem::directory_iterator all("/proc/self/fd");
  return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

}  // namespace

TEST_CASE("a small file is read whole, without the new line at its end", "[core][file]") {
  const scratch::Folder folder;
  put_file(folder / "energy_uj", "262143\n");
  CHECK(read_into(64, folder / "energy_uj", 6) == "262143");
  put_file(folder / "two", "a\nb\n\n");
  CHECK(read_into(64, folder / "two", 4) == "a\nb\n");
  put_file(folder / "new line", "\n");
  CHECK(read_into(64, folder / "new line", 0).empty());
  put_file(folder / "one", "7");
  CHECK(read_into(64, folder / "one", 1) == "7");
  put_file(folder / "empty", "");
  CHECK(read_into(64, folder / "empty", 0).empty());
}

TEST_CASE("of a file that is larger than the room its beginning is read", "[core][file]") {
  const scratch::Folder folder;
  put_file(folder / "nine", "123456789");
  CHECK(read_into(10, folder / "nine", 9) == "123456789");
  CHECK(read_into(9, folder / "nine", 8) == "12345678");
  CHECK(read_into(2, folder / "nine", 1) == "1");
}

namespace {

/// What is read into so much room from a pipe that is filled piece by piece; with a signal every
/// two milliseconds where `signal_period` is 2000 us.
std::string read_from_pipe(std::size_t room, std::initializer_list<const char*> pieces,
                           ssize_t expected_size, suseconds_t signal_period = 0) {
  const scratch::Folder folder;
  const std::string pipe_file = folder / "pipe";
  REQUIRE(mkfifo(pipe_file.c_str(), 0600) == 0);
  int ready[2];
  REQUIRE(pipe(ready) == 0);
  const pid_t child = fork();
  REQUIRE(child != -1);
  if (child == 0) {
    const int end = open(pipe_file.c_str(), O_RDWR);  // which does not wait for a reader
    if (write(ready[1], "r", 1) != 1) _exit(1);
    for (const char* piece : pieces) {
      usleep(20'000);
      if (write(end, piece, strlen(piece)) == -1) _exit(1);
    }
    usleep(20'000);
    _exit(0);
  }
  char told = 0;
  CHECK(read(ready[0], &told, 1) == 1);
  const itimerval often{{0, signal_period}, {0, signal_period}};
  setitimer(ITIMER_REAL, &often, nullptr);
  std::string content = read_into(room, pipe_file, expected_size);
  const itimerval never{};
  setitimer(ITIMER_REAL, &never, nullptr);
  waitpid(child, nullptr, 0);
  close(ready[0]);
  close(ready[1]);
  return content;
}

}  // namespace

TEST_CASE("a file that comes in pieces is read to its end", "[core][file]") {
  CHECK(read_from_pipe(64, {"12", "3", "45"}, 5) == "12345");
}

TEST_CASE("a signal does not end the reading of a file", "[core][file]") {
  struct sigaction quiet {};  // no SA_RESTART: a read that waits ends with EINTR
  struct sigaction before {};
  quiet.sa_handler = [](int) {};
  sigaction(SIGALRM, &quiet, &before);
  CHECK(read_from_pipe(64, {"12", "3", "45"}, 5, 2000) == "12345");
  sigaction(SIGALRM, &before, nullptr);
}

TEST_CASE("a file that comes in pieces fills the room and no more", "[core][file]") {
  CHECK(read_from_pipe(5, {"123", "456"}, 4) == "1234");
}

TEST_CASE("why a small file cannot be read stays in errno", "[core][file]") {
  const scratch::Folder folder;
  char content[8] = "older";
  CHECK(perjoule::detail::read_small_file((folder / "none").c_str(), content, sizeof content) ==
        -1);
  CHECK(errno == ENOENT);
  CHECK(content[0] == '\0');
  CHECK(perjoule::detail::read_small_file(folder.path().c_str(), content, sizeof content) == -1);
  CHECK(errno == EISDIR);
}

TEST_CASE("no file is left open", "[core][file]") {
  const scratch::Folder folder;
  const std::size_t before = open_files();
  perjoule::write_file(folder / "a/out.json", "{}");
  CHECK(read_into(8, folder / "a/out.json", 2) == "{}");
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

TEST_CASE("a path of 992 characters is written, one of 993 is refused", "[core][file]") {
  const scratch::Folder folder;
  const std::size_t taken = folder.path().string().size() + strlen("out.json");
  const std::string longest = folder.path().string() + std::string(992 - taken, '/') + "out.json";
  CHECK(message_of_writing(longest, "{}").empty());
  CHECK(content_of(folder / "out.json") == "{}");
  CHECK(holds(message_of_writing(longest + "x", "{}"), "more than 992 characters"));
}
