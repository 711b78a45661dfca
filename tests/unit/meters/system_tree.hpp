// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <fcntl.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>

#include "perjoule/meters/counter_meter.hpp"
#include "scratch.hpp"

/// A system's root, empty at first, which a test fills with the kernel's files.
class SystemTree {
 public:
  [[nodiscard]] std::string root() const { return scratch_.path().string(); }
  [[nodiscard]] std::string file(const std::string& path) const { return scratch_ / path; }

  /// Writes a file as sysfs shows it, with a new line at the end; makes missing folders.
  void put(const std::string& path, std::string_view content) const {
    std::filesystem::create_directories(std::filesystem::path(file(path)).parent_path());
    scratch::put_file(file(path), std::string(content) + '\n');
  }

  /// Removes a file, or a folder and its contents.
  void remove(const std::string& path) const { std::filesystem::remove_all(file(path)); }

  /// Writes the beginning of /proc/cpuinfo.
  /// @param family, model  of the CPU; the file shows them in decimal
  void put_cpu(const char* vendor, int family, int model) const {
    put("proc/cpuinfo", std::string("processor\t: 0\nvendor_id\t: ") + vendor + "\ncpu family\t: " +
                            std::to_string(family) + "\nmodel\t\t: " + std::to_string(model) +
                            "\nmodel name\t: A CPU of this test\nstepping\t: 4\n");
  }
  void put_package(int cpu, int package) const {
    put("sys/devices/system/cpu/cpu" + std::to_string(cpu) + "/topology/physical_package_id",
        std::to_string(package));
  }

  /// Writes a register of a CPU: /dev/cpu/N/msr is read at its number. The rest of the file is
  /// a hole.
  void put_register(int cpu, std::uint64_t number, std::uint64_t value,
                    const char* device = "msr") const {
    const std::string path = "dev/cpu/" + std::to_string(cpu) + "/" + device;
    std::filesystem::create_directories(std::filesystem::path(file(path)).parent_path());
    const int opened = open(file(path).c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    const ssize_t written = pwrite(opened, &value, sizeof value, static_cast<off_t>(number));
    close(opened);
    if (written != sizeof value) throw std::runtime_error("cannot write " + path);
  }

 private:
  scratch::Folder scratch_;
};

inline bool has(std::string_view text, std::string_view words) {
  return text.find(words) != std::string_view::npos;
}

/// Counts the files that this process has open.
inline std::size_t open_files() {
  return static_cast<std::size_t>(
      std::distance(std::filesystem::directory_iterator("/proc/self/fd"), {}));
}

/// Returns the energy between two readings as if each took no time and they were a tenth of a
/// second apart, so that it equals the counted energy to the last digit.
inline perjoule::WindowEnergy counted(const perjoule::CounterMeter& meter, perjoule::Reading before,
                                      perjoule::Reading after) {
  before.begin = before.end = {0};
  after.begin = after.end = {100'000'000};
  return meter.energy(before, after);
}

/// Runs `action` in a child process as a user without special rights. The folders of `root` are
/// opened to that user; its files keep their permissions.
/// @param action  returns an exit code, 0 to 99
/// @return that code; -1 if this process may not become that user
template <class Action>
int as_nobody(const std::string& root, Action action) {
  namespace fs = std::filesystem;
  const auto open_to_all = [](const fs::path& folder) {
    fs::permissions(folder, fs::perms::others_read | fs::perms::others_exec, fs::perm_options::add);
  };
  open_to_all(root);
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    if (entry.is_directory() && !entry.is_symlink()) open_to_all(entry.path());
  }
  constexpr int impossible = 100;
  std::fflush(nullptr);
  const pid_t child = fork();
  if (child == -1) throw std::runtime_error("no child process");
  if (child == 0) {
    if (geteuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0)) _exit(impossible);
    if (access(root.c_str(), R_OK | X_OK) != 0) _exit(impossible);
    _exit(action());
  }
  int status = 0;
  if (waitpid(child, &status, 0) != child || !WIFEXITED(status)) return 99;
  return WEXITSTATUS(status) == impossible ? -1 : WEXITSTATUS(status);
}
