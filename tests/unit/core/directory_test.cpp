// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include <fcntl.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "catch.hpp"
#include "perjoule/core/file.hpp"
#include "perjoule/core/file_descriptor.hpp"
#include "scratch.hpp"

using namespace perjoule;

TEST_CASE("the names in a folder come in order, without those of itself and its parent", "[core]") {
  const scratch::Folder folder;
  for (const char* name : {"b", "a", ".hidden"}) scratch::put_file(folder / name, "");
  std::filesystem::create_directory(folder / "c");
  CHECK(detail::list_directory(folder.path().string()) ==
        std::vector<std::string>{".hidden", "a", "b", "c"});
  CHECK(detail::list_directory(folder / "nowhere").empty());
}

TEST_CASE("numbers in names come in the order of numbers", "[core]") {
  using Numbers = std::vector<std::uint64_t>;
  const scratch::Folder folder;
  for (const char* name : {"cpu10", "cpu2", "cpu0", "cpufreq", "cpu", "xcpu3", "cpu4_input"}) {
    scratch::put_file(folder / name, "");
  }
  const std::string path = folder.path().string();
  CHECK(detail::numbers_in_directory(path, "cpu") == Numbers{0, 2, 10});
  CHECK(detail::numbers_in_directory(path, "cpu", "_input") == Numbers{4});
  CHECK(detail::numbers_in_directory(path, "energy").empty());
  CHECK(detail::numbers_in_directory(folder / "nowhere", "cpu").empty());
}

TEST_CASE("a file is closed once, by its last owner", "[core]") {
  const auto is_open = [](int file) { return fcntl(file, F_GETFD) != -1; };
  detail::FileDescriptor none;
  CHECK_FALSE(none.is_open());
  int file = -1;
  {
    detail::FileDescriptor first(open("/dev/null", O_RDONLY | O_CLOEXEC));
    REQUIRE(first.is_open());
    file = first.get();
    detail::FileDescriptor second(std::move(first));
    CHECK(second.get() == file);
    none = std::move(second);
  }
  CHECK(none.get() == file);
  CHECK(is_open(file));
  none = detail::FileDescriptor();
  CHECK_FALSE(is_open(file));
}
