// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "cli/child.hpp"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "cli/interrupts.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/file_descriptor.hpp"

namespace perjoule::cli {

namespace {

Seconds seconds(const timeval& time) {
  return Seconds(static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec));
}

/// What the forked process does until it is the command. Only functions that may be called after a
/// fork of a process with threads are used.
[[noreturn]] void become(char* const* arguments, int standard_output, int report_to,
                         const DelayedInterrupts& delayed) {
  // perjoule survives an interrupt and a closed pipe; the program must not inherit that.
  signal(SIGPIPE, SIG_DFL);
  delayed.restore_in_command();
  if (standard_output == STDOUT_FILENO || dup2(standard_output, STDOUT_FILENO) != -1) {
    execvp(arguments[0], arguments);
  }
  const int why = errno;
  (void)!::write(report_to, &why, sizeof why);
  _exit(127);
}

void add(ChildUsage& usage, const rusage& used) {
  usage.cpu += seconds(used.ru_utime) + seconds(used.ru_stime);
  usage.peak_memory =
      std::max(usage.peak_memory, Bytes(1024.0 * static_cast<double>(used.ru_maxrss)));
  usage.context_switches += used.ru_nvcsw + used.ru_nivcsw;
}

/// Adds what processes have used that the command left behind and that have ended, and tells
/// whether others still run. They are children of perjoule since their parent ended (start()).
void reap_orphans(ChildUsage& usage) {
  rusage used{};
  pid_t ended = 0;
  while ((ended = wait4(-1, nullptr, WNOHANG, &used)) > 0) add(usage, used);
  usage.left_some_running = ended == 0;
}

}  // namespace

// The kernel's peak of a program's memory begins with what the process held before it became the
// program. A fork holds only what perjoule has written to, some 0.3 MB; posix_spawn() would share
// all of perjoule with it.
Child Child::start(const std::vector<std::string>& command, int standard_output) {
  std::vector<char*> arguments;
  for (const std::string& argument : command) {
    arguments.push_back(const_cast<char*>(argument.c_str()));
  }
  arguments.push_back(nullptr);
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  ChildUsage earlier;  // of what another run left behind
  reap_orphans(earlier);
  int ends[2] = {-1, -1};
  if (pipe2(ends, O_CLOEXEC) == -1) {
    throw CannotStart{126, "cannot run " + command[0] + ": " + detail::errno_message(errno)};
  }
  const detail::FileDescriptor from(ends[0]);
  detail::FileDescriptor to(ends[1]);
  pid_t pid = -1;
  int why = 0;
  {
    const DelayedInterrupts delayed;
    pid = fork();
    if (pid == 0) become(arguments.data(), standard_output, to.get(), delayed);
    why = errno;
    if (pid != -1) pass_interrupts_to(pid);
  }
  to = {};
  const bool has_failed =
      pid == -1 || ::read(from.get(), &why, sizeof why) == static_cast<ssize_t>(sizeof why);
  if (has_failed) {
    pass_interrupts_to(0);
    if (pid != -1) waitpid(pid, nullptr, 0);
    throw CannotStart{why == ENOENT ? 127 : 126,
                      "cannot run " + command[0] + ": " + detail::errno_message(why)};
  }
  return Child(pid);
}

bool Child::is_running() const {
  siginfo_t info{};
  return waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
         info.si_pid == 0;
}

ChildUsage Child::wait() {
  siginfo_t info{};
  while (waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOWAIT) == -1 && errno == EINTR) {
  }
  pass_interrupts_to(0);  // before its number can be that of another process
  int status = 0;
  rusage used{};
  while (wait4(pid_, &status, 0, &used) == -1 && errno == EINTR) {
  }
  ChildUsage usage;
  usage.exit_code = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  add(usage, used);
  return usage;
}

void Child::add_orphans(ChildUsage& usage) {
  // One that has closed its output, which the command waited for, may still be about to end.
  const timespec pause{0, 1'000'000};
  for (int attempt = 0; attempt < 20; ++attempt) {
    reap_orphans(usage);
    if (!usage.left_some_running) return;
    nanosleep(&pause, nullptr);
  }
}

}  // namespace perjoule::cli
