// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include <cstdint>
#include <string_view>

#include "perjoule/core/config.hpp"
#include "perjoule/core/file.hpp"
#include "perjoule/engine/environment.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE text::Short fnv1a_hex(const char* content) noexcept {
  std::uint64_t hash = 0xCBF2'9CE4'8422'2325U;
  for (; *content != '\0'; ++content) {
    hash = (hash ^ static_cast<unsigned char>(*content)) * 0x100'0000'01B3U;
  }
  text::Short digits;
  for (std::size_t i = 16; i-- > 0; hash >>= 4U) digits.chars[i] = "0123456789abcdef"[hash & 15U];
  return digits;
}

PERJOULE_INLINE Machine read_machine(const char* root) noexcept {
  char content[4096];
  const auto read = [&](const char* path) -> const char* {
    return read_small_file(text::format("%s%s", root, path).chars, content, sizeof content) == -1
               ? ""
               : content;
  };
  Machine machine;
  const char* const cpuinfo = read("/proc/cpuinfo");
  machine.processor = parse_field(cpuinfo, "model name");
  if (machine.processor.empty())
    machine.processor = parse_field(cpuinfo, "CPU part");  // 64-bit Arm
  // Its nominal clock is left out: two machines of one model have one name.
  char* const clock = strstr(machine.processor.chars, " @ ");
  if (clock != nullptr) *clock = '\0';
  const double kib = strtod(parse_field(read("/proc/meminfo"), "MemTotal").chars, nullptr);
  machine.memory = Bytes(1024.0 * kib);
  machine.governor = read("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor");
  const long online = sysconf(_SC_NPROCESSORS_ONLN);
  machine.cores = online > 0 ? static_cast<std::size_t>(online) : 0;
  utsname system{};
  if (uname(&system) == 0) {
    machine.kernel = text::format("%s %s %s", system.sysname, system.release, system.machine).chars;
  }
  // Memory in whole GiB: the kernel keeps a little more or less of it for itself at each boot.
  machine.key = fnv1a_hex(text::format("%s|%zu|%zu", machine.processor.chars, machine.cores,
                                       static_cast<std::size_t>(kib / 1048576.0 + 0.5))
                              .chars);
  return machine;
}

PERJOULE_INLINE text::Short read_git_commit(text::Long folder) noexcept {
  constexpr std::size_t digits = 40;
  char content[65536];
  for (;;) {
    const text::Long git = text::format("%s/.git", folder.chars);
    const text::Long head = text::format("%s/HEAD", git.chars);
    if (read_small_file(head.c_str(), content, sizeof content) > 0) {
      if (strncmp(content, "ref: ", 5) != 0) return content;
      const text::Long branch = content + 5;
      const text::Long loose = text::format("%s/%s", git.chars, branch.chars);
      if (read_small_file(loose.c_str(), content, sizeof content) > 0) return content;
      const text::Long packed = text::format("%s/packed-refs", git.chars);
      if (read_small_file(packed.c_str(), content, sizeof content - 1) < 0) return {};
      strcat(content, "\n");  // which reading cut off the last line
      const char* const at = strstr(content, text::format(" %s\n", branch.chars).chars);
      if (at == nullptr || at < content + digits) return {};
      return std::string_view(at - digits, digits);
    }
    // A work tree or a submodule has a file there, and its commit is kept elsewhere: not known.
    if (read_small_file(git.c_str(), content, sizeof content) > 0) return {};
    char* const slash = strrchr(folder.chars, '/');
    if (slash == nullptr) return {};
    *slash = '\0';
  }
}

PERJOULE_INLINE text::Long redacted_command(const char* arguments, std::size_t size) noexcept {
  text::Long command;
  bool hide_next = false;
  for (const char* end = arguments + size; arguments < end; arguments += strlen(arguments) + 1) {
    const char* const equals = strchr(arguments, '=');
    bool secret = false;
    if (*arguments == '-' || equals != nullptr) {
      const text::Name option =
          equals == nullptr
              ? std::string_view(arguments)
              : std::string_view(arguments, static_cast<std::size_t>(equals - arguments));
      for (const char* word : {"key", "token", "secret", "pass", "auth"}) {
        secret = secret || strcasestr(option.chars, word) != nullptr;
      }
    }
    const char* shown = arguments;
    int option_size = 0;
    if (hide_next || (secret && equals != nullptr)) {
      shown = "<redacted>";
    } else if (equals == nullptr) {
      shown = base_name(arguments);
    } else {
      shown = base_name(equals + 1);
    }
    if (equals != nullptr && !hide_next) option_size = static_cast<int>(equals + 1 - arguments);
    command = text::format("%s%s%.*s%s", command.chars, command.empty() ? "" : " ", option_size,
                           arguments, shown);
    hide_next = secret && equals == nullptr;
  }
  return command;
}

PERJOULE_INLINE Run read_run() noexcept {
  Run run;
  const time_t now = time(nullptr);
  tm utc{};
  gmtime_r(&now, &utc);
  strftime(run.utc.chars, sizeof run.utc.chars, "%Y-%m-%dT%H:%M:%SZ", &utc);
  char content[4096];
  const ssize_t size = read_small_file("/proc/self/cmdline", content, sizeof content);
  run.command = redacted_command(content, size > 0 ? static_cast<std::size_t>(size) : 0);

  // The boot and the start of a process name it among all others, without a draw of chance: so two
  // sessions of one process belong to one run. The start is the 20th field behind the name.
  text::Short boot;
  (void)read_small_file("/proc/sys/kernel/random/boot_id", boot.chars, sizeof boot.chars);
  (void)read_small_file("/proc/self/stat", content, sizeof content);
  const char* start = strrchr(content, ')');
  for (int field = 0; field < 20 && start != nullptr; ++field) start = strchr(start + 1, ' ');
  const text::Short started =
      start == nullptr ? run.utc.view() : std::string_view(start + 1, strcspn(start + 1, " "));
  run.id = fnv1a_hex(
      text::format("%s|%d|%s", boot.chars, static_cast<int>(getpid()), started.chars).chars);
  char* const folder = realpath(".", nullptr);
  if (folder != nullptr) run.commit = read_git_commit(folder);
  free(folder);
  return run;
}

}  // namespace perjoule::inline v0::detail
