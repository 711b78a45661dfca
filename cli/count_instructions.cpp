// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "cli/count_instructions.hpp"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string_view>

#include "cli/child.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/text.hpp"

namespace perjoule::cli {
namespace {

/// A new folder, which is removed with all its files.
class ScratchFolder {
 public:
  ScratchFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "perjoule-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) {
      throw Error("no folder for valgrind's output", pattern, "free some space, or set TMPDIR");
    }
    path = pattern;
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  ~ScratchFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
  }
  std::filesystem::path path;
};

/// Returns the count of one process: its file ends with "summary: COUNT".
std::uint64_t count_in(const std::filesystem::path& file) {
  std::ifstream stream(file);
  constexpr std::string_view head = "summary: ";
  std::uint64_t count = 0;
  for (std::string line; std::getline(stream, line);) {
    if (line.starts_with(head)) {
      (void)text::parse_integer(std::string_view(line).substr(head.size()), count);
    }
  }
  return count;
}

/// @throws Error if there is none
Child start_valgrind(const std::vector<std::string>& words) {
  try {
    return Child::start(words, STDERR_FILENO);
  } catch (const CannotStart&) {
    throw Error("instructions cannot be counted", "valgrind is not installed",
                "install it, as with apt-get install valgrind");
  }
}

}  // namespace

void expect_valgrind() {
  const int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
  try {
    (void)Child::start({"valgrind", "--version"}, nowhere).wait();
  } catch (const CannotStart&) {
    close(nowhere);
    (void)start_valgrind({"valgrind", "--version"});
  }
  close(nowhere);
}

double count_instructions(const std::vector<std::string>& command) {
  const ScratchFolder folder;
  std::vector<std::string> words = {"valgrind",
                                    "--tool=cachegrind",
                                    "--cache-sim=no",
                                    "--trace-children=yes",
                                    "--cachegrind-out-file=" + (folder.path / "out.%p").string(),
                                    "--log-file=" + (folder.path / "log.%p").string()};
  words.insert(words.end(), command.begin(), command.end());
  Child child = start_valgrind(words);
  const int exit_code = child.wait().exit_code;
  double all = 0.0;
  for (const auto& file : std::filesystem::directory_iterator(folder.path)) {
    if (!file.path().filename().string().starts_with("out.")) continue;
    all += static_cast<double>(count_in(file.path()));
  }
  if (exit_code != 0 || all == 0.0) {
    throw Error(
        "instructions cannot be counted",
        text::format("under valgrind, '{}' ended with exit code {}", command.back(), exit_code),
        "run it under valgrind by hand to see why");
  }
  return all;
}

}  // namespace perjoule::cli
