// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "cli/child.hpp"

#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "perjoule/core/error.hpp"

extern char** environ;

namespace perjoule::cli {

namespace {

Seconds seconds(const timeval& time) {
  return Seconds(static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec));
}

}  // namespace

Child Child::start(const std::vector<std::string>& command, int standard_output) {
  std::vector<char*> arguments;
  for (const std::string& argument : command) {
    arguments.push_back(const_cast<char*>(argument.c_str()));
  }
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  if (standard_output != STDOUT_FILENO) {
    posix_spawn_file_actions_adddup2(&actions, standard_output, STDOUT_FILENO);
  }
  // perjoule survives an interrupt and a closed pipe; the program must not inherit that.
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t defaults;
  sigemptyset(&defaults);
  sigaddset(&defaults, SIGINT);
  sigaddset(&defaults, SIGTERM);
  sigaddset(&defaults, SIGPIPE);
  posix_spawnattr_setsigdefault(&attributes, &defaults);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
  pid_t pid = 0;
  const int why =
      posix_spawnp(&pid, arguments[0], &actions, &attributes, arguments.data(), environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  if (why != 0) {
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
  int status = 0;
  rusage used{};
  while (wait4(pid_, &status, 0, &used) == -1 && errno == EINTR) {
  }
  ChildUsage usage;
  usage.exit_code = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  usage.cpu = seconds(used.ru_utime) + seconds(used.ru_stime);
  usage.peak_memory = Bytes(1024.0 * static_cast<double>(used.ru_maxrss));
  usage.context_switches = used.ru_nvcsw + used.ru_nivcsw;
  return usage;
}

}  // namespace perjoule::cli
