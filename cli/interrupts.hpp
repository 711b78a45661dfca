// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <signal.h>
#include <sys/types.h>

#include <array>

namespace perjoule::cli {

/// While it lives, SIGHUP, SIGINT and SIGTERM do not end perjoule: they end the command that runs,
/// and then the measurement. A terminal sends them to the command as well; those that a process
/// sends to perjoule alone, as `kill` and batch systems do, are passed on. What was ignored before,
/// as under nohup, stays ignored.
class InterruptHandler {
 public:
  InterruptHandler();
  InterruptHandler(const InterruptHandler&) = delete;
  InterruptHandler& operator=(const InterruptHandler&) = delete;
  ~InterruptHandler();

 private:
  std::array<struct sigaction, 3> before_{};
};

/// Returns the signal that came since the last InterruptHandler was made; 0: none.
[[nodiscard]] int interrupting_signal() noexcept;

/// Tells whether such a signal came.
[[nodiscard]] inline bool was_interrupted() noexcept { return interrupting_signal() != 0; }

/// Sets the process that signals are passed on to. 0: none.
void pass_interrupts_to(pid_t command) noexcept;

/// Delays the signals of an InterruptHandler until it is known whom to pass them on to.
class DelayedInterrupts {
 public:
  DelayedInterrupts() noexcept;
  DelayedInterrupts(const DelayedInterrupts&) = delete;
  DelayedInterrupts& operator=(const DelayedInterrupts&) = delete;
  ~DelayedInterrupts();

  /// Gives a forked process, which is about to become the command, the signals that perjoule itself
  /// was started with.
  void restore_in_command() const noexcept;

 private:
  sigset_t before_;
};

}  // namespace perjoule::cli
