// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <stdlib.h>
#include <unistd.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>

#include "scratch.hpp"

/// A system's root with a folder in the format of /sys/class/powercap, whose counters move when a
/// test says so. It has no CPU: nothing else is found below it.
class PowercapTree {
 public:
  /// 2^32 - 1 units of 61.03515625 uJ, as on a server's package.
  static constexpr std::uint64_t range = 262143328850;

  PowercapTree() : root_(scratch_.path() / "sys/class/powercap") {
    std::filesystem::create_directories(root_);
  }

  /// Root of the system.
  [[nodiscard]] std::string root() const { return scratch_.path().string(); }
  /// Folder of the zones.
  [[nodiscard]] std::string folder() const { return root_.string(); }
  [[nodiscard]] std::filesystem::path file(const std::string& zone, const char* name) const {
    return root_ / zone / name;
  }

  /// @param place  below the root: "intel-rapl:0", or nested "intel-rapl/intel-rapl:0"
  void add_zone(const std::string& place, const std::string& name, std::uint64_t energy_uj) const {
    std::filesystem::create_directories(root_ / place);
    write(place, "name", name);
    write(place, "max_energy_range_uj", std::to_string(range));
    set_energy(place, energy_uj);
  }

  /// Sets a counter, in the file that a meter may hold open.
  void set_energy(const std::string& place, std::uint64_t energy_uj) const {
    write(place, "energy_uj", std::to_string(energy_uj));
  }

  /// Writes a file as sysfs shows it, with a new line at the end.
  void write(const std::string& place, const char* name, const std::string& content) const {
    std::ofstream(file(place, name)) << content << '\n';
  }

  /// Empties a zone's counter, as if its driver were gone.
  void vanish(const std::string& place) const {
    std::ofstream(file(place, "energy_uj"), std::ios::trunc);
  }

 private:
  scratch::Folder scratch_;
  std::filesystem::path root_;
};

/// Sets an environment variable, and restores its old value at the end of the scope.
class EnvironmentVariable {
 public:
  EnvironmentVariable(const char* name, const std::string& value) : name_(name) {
    if (const char* const before = ::getenv(name)) {
      was_set_ = true;
      before_ = before;
    }
    ::setenv(name, value.c_str(), 1);
  }
  EnvironmentVariable(const EnvironmentVariable&) = delete;
  EnvironmentVariable& operator=(const EnvironmentVariable&) = delete;
  ~EnvironmentVariable() { was_set_ ? ::setenv(name_, before_.c_str(), 1) : ::unsetenv(name_); }

 private:
  const char* name_;
  bool was_set_ = false;
  std::string before_;
};
