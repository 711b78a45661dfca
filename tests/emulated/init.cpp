// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The first process of the emulated machine: lets all users count events, runs /program with its
// own arguments, reports how that ended, and powers off.
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>

namespace {

void write_to(const char* path, const char* text) {
  const int file = open(path, O_WRONLY);
  if (file < 0 || write(file, text, std::strlen(text)) < 0) {
    std::perror(path);
  }
  close(file);
}

void mount_at(const char* kind, const char* path) {
  mkdir(path, 0755);
  if (mount(kind, path, kind, 0, nullptr) != 0) {
    std::perror(path);
  }
}

/// Makes the console pass on each byte as it is, without adding a carriage return to a line.
void make_console_plain() {
  termios console{};
  if (tcgetattr(STDOUT_FILENO, &console) == 0) {
    console.c_oflag &= ~static_cast<tcflag_t>(OPOST);
    tcsetattr(STDOUT_FILENO, TCSANOW, &console);
  }
}

/// Returns the exit code as a shell reports it: 128 plus the number for a signal.
int exit_code_of(char** arguments) {
  const pid_t program = fork();
  if (program == 0) {
    execv("/program", arguments);
    std::perror("/program");
    _exit(127);
  }
  int status = 0;
  waitpid(program, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace

int main(int, char** arguments) {
  static char name[] = "/program";
  arguments[0] = name;
  make_console_plain();
  mount_at("devtmpfs", "/dev");
  mount_at("proc", "/proc");
  mount_at("sysfs", "/sys");
  mount_at("tmpfs", "/tmp");
  // Messages of the kernel would mix with those of the program.
  write_to("/proc/sys/kernel/printk", "1");
  // Debian's default of 3 refuses events, and PAPI then offers none.
  write_to("/proc/sys/kernel/perf_event_paranoid", "-1");
  // Lets counters be read without a system call; kernels before 5.17 don't have this.
  if (access("/proc/sys/kernel/perf_user_access", F_OK) == 0) {
    write_to("/proc/sys/kernel/perf_user_access", "1");
  }
  // `machine` cuts out the program's own output by these marks.
  std::printf("\n[program begins]\n");
  std::fflush(stdout);
  const int code = exit_code_of(arguments);
  std::printf("\n[program ended with %d]\n", code);
  std::fflush(stdout);
  tcdrain(STDOUT_FILENO);
  reboot(RB_POWER_OFF);
}
