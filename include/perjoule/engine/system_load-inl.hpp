// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <unistd.h>

#include <algorithm>
#include <optional>

#include "perjoule/core/config.hpp"
#include "perjoule/core/file.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/engine/system_load.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE SystemState parse_cpu_times(std::string_view stat, double seconds) noexcept {
  if (!stat.starts_with("cpu ")) return {};
  stat.remove_prefix(4);
  double fields[8];
  for (double& field : fields) {
    const std::optional<double> number = take_number(stat);
    if (!number || !is_finite(*number) || *number < 0.0 || *number > 1e18) return {};
    field = *number;
  }
  const auto& [user, nice, system, idle, iowait, irq, softirq, steal] = fields;
  SystemState state;
  state.busy = Seconds((user + nice + system + irq + softirq) * seconds);
  state.steal = Seconds(steal * seconds);
  return state;
}

PERJOULE_INLINE double read_scaled(const std::string& path, double factor) {
  if (path.empty()) return quiet_nan();
  const std::string content = read_file(path).value_or("");
  std::string_view digits = content;
  const std::optional<double> number = take_number(digits);
  const double scaled = number ? *number * factor : quiet_nan();
  return is_finite(scaled) ? scaled : quiet_nan();
}

PERJOULE_INLINE SystemFiles find_system_files(const std::string& root) {
  SystemFiles files;
  files.stat = root + "/proc/stat";
  const std::string cpu = root + "/sys/devices/system/cpu/cpu0";
  files.frequency = cpu + "/cpufreq/scaling_cur_freq";
  files.throttle_count = cpu + "/thermal_throttle/package_throttle_count";
  files.thread = &thread_usage;
  for (std::size_t i = 0; files.temperature.empty(); ++i) {
    const std::string zone = text::format("{}/sys/class/thermal/thermal_zone{}", root, i);
    const std::optional<std::string> type = read_file(zone + "/type");
    if (!type) break;
    for (const char* const of_a_cpu :
         {"x86_pkg_temp", "cpu-thermal", "cpu_thermal", "k10temp", "soc"}) {
      if (type->starts_with(of_a_cpu)) files.temperature = zone + "/temp";
    }
  }
  return files;
}

PERJOULE_INLINE SystemState read_system(const SystemFiles& files) {
  SystemState state;
  if (!files.stat.empty()) {
    constexpr std::size_t first_line = 512;  // for all CPUs; one line per CPU follows
    state = parse_cpu_times(read_beginning(files.stat, first_line).value_or(""),
                            1.0 / static_cast<double>(sysconf(_SC_CLK_TCK)));
  }
  state.temperature_c = read_scaled(files.temperature, 1e-3);
  state.frequency_hz = read_scaled(files.frequency, 1e3);
  state.throttle_count = read_scaled(files.throttle_count, 1.0);
  return state;
}

PERJOULE_INLINE SystemSnapshot take_snapshot(const SystemFiles& files) {
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

PERJOULE_INLINE double others_cpu_share(Seconds others, Seconds own, Seconds wall) noexcept {
  if (!is_finite(others.si())) return quiet_nan();
  if (others < Seconds(0.03)) return 0.0;
  return others / std::max(own + others, wall);
}

}  // namespace perjoule::inline v0::detail
