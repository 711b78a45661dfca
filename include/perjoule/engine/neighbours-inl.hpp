// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cstddef>

#include "perjoule/core/config.hpp"
#include "perjoule/core/file.hpp"
#include "perjoule/engine/neighbours.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE SystemState parse_cpu_times(const char* stat, double seconds) noexcept {
  if (strncmp(stat, "cpu ", 4) != 0) return {};
  double fields[8];
  char* at = const_cast<char*>(stat) + 4;
  for (double& field : fields) {
    char* const begin = at;
    field = strtod(begin, &at);
    if (at == begin) return {};
  }
  const auto& [user, nice, system, idle, iowait, irq, softirq, steal] = fields;
  SystemState state;
  state.busy = Seconds((user + nice + system + irq + softirq) * seconds);
  state.steal = Seconds(steal * seconds);
  return state;
}

PERJOULE_INLINE double read_scaled(const text::Name& path, double factor) noexcept {
  char content[64];
  if (path.empty() || read_small_file(path.c_str(), content, sizeof content) <= 0) {
    return no_number();
  }
  char* end = content;
  const double number = strtod(content, &end);
  return end == content ? no_number() : number * factor;
}

PERJOULE_INLINE SystemFiles find_system_files(const char* root) noexcept {
  SystemFiles files;
  files.stat = text::format("%s/proc/stat", root).chars;
  files.frequency =
      text::format("%s/sys/devices/system/cpu/cpu0/cpufreq/scaling_cur_freq", root).chars;
  files.throttled =
      text::format("%s/sys/devices/system/cpu/cpu0/thermal_throttle/package_throttle_count", root)
          .chars;
  files.thread = &thread_usage;
  for (std::size_t i = 0; i < 32 && files.temperature.empty(); ++i) {
    const text::Long zone = text::format("%s/sys/class/thermal/thermal_zone%zu", root, i);
    char type[64];
    if (read_small_file(text::format("%s/type", zone.chars).chars, type, sizeof type) < 0) break;
    for (const char* of_a_cpu : {"x86_pkg_temp", "cpu-thermal", "cpu_thermal", "k10temp", "soc"}) {
      if (strncmp(type, of_a_cpu, strlen(of_a_cpu)) != 0) continue;
      files.temperature = text::format("%s/temp", zone.chars).chars;
    }
  }
  return files;
}

PERJOULE_INLINE SystemState read_system(const SystemFiles& files) noexcept {
  SystemState state;
  char stat[512];
  if (!files.stat.empty() && read_small_file(files.stat.c_str(), stat, sizeof stat) > 0) {
    state = parse_cpu_times(stat, 1.0 / static_cast<double>(sysconf(_SC_CLK_TCK)));
  }
  state.temperature_c = read_scaled(files.temperature, 1e-3);
  state.frequency_hz = read_scaled(files.frequency, 1e3);
  state.throttled = read_scaled(files.throttled, 1.0);
  return state;
}

PERJOULE_INLINE Look look_around(const SystemFiles& files) noexcept {
  Look look;
  look.own = SystemClock::process_cpu();
  look.system = read_system(files);
  look.at = SystemClock::now();
  return look;
}

PERJOULE_INLINE Beside beside(const Look& before, const Look& after) noexcept {
  const SystemState& last = after.system;
  return {last.busy - before.system.busy - (after.own - before.own),
          last.steal - before.system.steal, last.temperature_c, last.frequency_hz,
          last.throttled - before.system.throttled};
}

}  // namespace perjoule::inline v0::detail
