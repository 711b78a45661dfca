// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <unistd.h>

#include <utility>

#include "perjoule/core/version.hpp"

namespace perjoule::inline v0::detail {

/// Owns an open file and closes it on destruction.
class FileDescriptor {
 public:
  FileDescriptor() = default;
  /// @param file  result of open(2); -1: none
  explicit FileDescriptor(int file) noexcept : file_(file) {}
  FileDescriptor(FileDescriptor&& other) noexcept : file_(std::exchange(other.file_, -1)) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept {
    std::swap(file_, other.file_);
    return *this;
  }
  ~FileDescriptor() {
    if (is_open()) close(file_);
  }

  [[nodiscard]] bool is_open() const noexcept { return file_ != -1; }
  [[nodiscard]] int get() const noexcept { return file_; }

 private:
  int file_ = -1;
};

}  // namespace perjoule::inline v0::detail
