// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "perjoule/units/quantity.hpp"

namespace perjoule::cli {

/// What a finished program used, with all of its own children that it waited for.
struct ChildUsage {
  int exit_code = 0;  ///< as of a shell: 128 + the signal if one ended it
  Seconds cpu{0.0};
  Bytes peak_memory{0.0};  ///< largest resident set of one process
  long context_switches = 0;
};

/// A program that runs. Its standard output goes to a file descriptor of ours.
class Child {
 public:
  /// @throws CannotStart if there is no such program, or it may not be run
  static Child start(const std::vector<std::string>& command, int standard_output);

  /// Whether it is still running.
  [[nodiscard]] bool is_running() const;

  /// Waits until it ends. A signal to us does not end the wait: the program decides.
  ChildUsage wait();

 private:
  explicit Child(pid_t pid) : pid_(pid) {}
  pid_t pid_;
};

/// Why a program can't be started.
struct CannotStart {
  int exit_code;  ///< 127 if there is no such program, 126 if it may not be run, as of a shell
  std::string message;
};

}  // namespace perjoule::cli
