// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "perjoule/core/config.hpp"
#include "perjoule/core/file.hpp"
#include "perjoule/engine/system_load.hpp"

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
    return quiet_nan();
  }
  char* end = content;
  const double number = strtod(content, &end);
  return end == content ? quiet_nan() : number * factor;
}

PERJOULE_INLINE SystemFiles find_system_files(const char* root) noexcept {
  SystemFiles files;
  files.stat = text::format("%s/proc/stat", root).chars;
  files.frequency =
      text::format("%s/sys/devices/system/cpu/cpu0/cpufreq/scaling_cur_freq", root).chars;
  files.throttle_count =
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
  state.throttle_count = read_scaled(files.throttle_count, 1.0);
  return state;
}

PERJOULE_INLINE SystemSnapshot take_snapshot(const SystemFiles& files) noexcept {
  SystemSnapshot snapshot;
  snapshot.process_cpu = SystemClock::process_cpu();
  snapshot.system = read_system(files);
  snapshot.at = SystemClock::now();
  return snapshot;
}

PERJOULE_INLINE Interference interference_between(const SystemSnapshot& before,
                                                  const SystemSnapshot& after) noexcept {
  const SystemState& last = after.system;
  return {last.busy - before.system.busy - (after.process_cpu - before.process_cpu),
          last.steal - before.system.steal, last.temperature_c, last.frequency_hz,
          last.throttle_count - before.system.throttle_count};
}

}  // namespace perjoule::inline v0::detail
