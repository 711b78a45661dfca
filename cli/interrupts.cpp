// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "cli/interrupts.hpp"

#include <errno.h>

#include <atomic>

namespace perjoule::cli {

namespace {

constexpr std::array<int, 3> signals = {SIGHUP, SIGINT, SIGTERM};

volatile sig_atomic_t interrupt = 0;
std::atomic<pid_t> receiver = 0;

void note_interrupt(int which, siginfo_t* info, void*) {
  interrupt = which;
  const pid_t command = receiver;
  const bool is_from_kernel = info->si_code > 0;  // as for a key of the terminal
  if (command == 0 || is_from_kernel) return;
  const int before = errno;
  (void)kill(command, which);
  errno = before;
}

bool is_ignored(const struct sigaction& action) {
  return (action.sa_flags & SA_SIGINFO) == 0 && action.sa_handler == SIG_IGN;
}

}  // namespace

InterruptHandler::InterruptHandler() {
  interrupt = 0;
  struct sigaction ours {};
  ours.sa_sigaction = &note_interrupt;
  ours.sa_flags = SA_SIGINFO;
  for (std::size_t i = 0; i < signals.size(); ++i) {
    sigaction(signals[i], nullptr, &before_[i]);
    if (!is_ignored(before_[i])) sigaction(signals[i], &ours, nullptr);
  }
}

InterruptHandler::~InterruptHandler() {
  for (std::size_t i = 0; i < signals.size(); ++i) sigaction(signals[i], &before_[i], nullptr);
}

int interrupting_signal() noexcept { return interrupt; }

void pass_interrupts_to(pid_t command) noexcept { receiver = command; }

DelayedInterrupts::DelayedInterrupts() noexcept {
  sigset_t delayed;
  sigemptyset(&delayed);
  for (const int which : signals) sigaddset(&delayed, which);
  sigprocmask(SIG_BLOCK, &delayed, &before_);
}

DelayedInterrupts::~DelayedInterrupts() { sigprocmask(SIG_SETMASK, &before_, nullptr); }

void DelayedInterrupts::restore_in_command() const noexcept {
  for (const int which : signals) {
    struct sigaction now {};
    sigaction(which, nullptr, &now);
    if (!is_ignored(now)) signal(which, SIG_DFL);
  }
  sigprocmask(SIG_SETMASK, &before_, nullptr);
}

}  // namespace perjoule::cli
