// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "perjoule/units/quantity.hpp"

namespace perjoule::cli {

/// Resources used by a finished program and by all of its descendants that have ended.
struct ChildUsage {
  int exit_code = 0;  ///< as a shell reports it: 128 + the signal if one ended it
  Seconds cpu{0.0};
  Bytes peak_memory{0.0};  ///< largest resident set of one process
  long context_switches = 0;
  bool left_some_running = false;  ///< descendants that it did not wait for
};

/// A running program. Its standard output goes to a given file descriptor.
class Child {
 public:
  /// @throws CannotStart if there is no such program, or it may not be run
  static Child start(const std::vector<std::string>& command, int standard_output);

  /// Returns whether the program is still running.
  [[nodiscard]] bool is_running() const;

  /// Waits until the program ends. A signal to perjoule does not end the wait: the program, which
  /// gets it as well, decides (InterruptHandler).
  ChildUsage wait();

  /// Adds what processes have used that the program left behind and that have ended since, and
  /// tells whether others still run.
  static void add_orphans(ChildUsage& usage);

 private:
  explicit Child(pid_t pid) : pid_(pid) {}
  pid_t pid_;
};

/// Thrown if a program can't be started.
struct CannotStart {
  int exit_code;  ///< as in a shell: 127 if there is no such program, 126 if it may not be run
  std::string message;
};

}  // namespace perjoule::cli
