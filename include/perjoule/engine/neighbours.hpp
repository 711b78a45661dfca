// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cstddef>

#include "perjoule/core/config.hpp"
#include "perjoule/core/file.hpp"
#include "perjoule/core/line.hpp"
#include "perjoule/core/missing.hpp"
#include "perjoule/engine/pieces.hpp"
#include "perjoule/meters/clock.hpp"
#include "perjoule/units/names.hpp"

namespace perjoule::inline v0 {

/// The whole machine at one moment. What could not be read is not finite.
struct SystemState {
  Seconds busy{detail::no_number()};           ///< CPU time of all programs since boot
  Seconds steal{detail::no_number()};          ///< that a hypervisor gave to other guests
  double temperature_c = detail::no_number();  ///< of the CPU package. @unit degrees Celsius
  double frequency_hz = detail::no_number();   ///< of the first core. @unit Hz
  double throttled = detail::no_number();  ///< how often the CPU got too hot since boot. @unit none
};

/// What went on in the machine beside this process, between two moments. What is not known is not
/// finite.
struct Beside {
  Seconds others{detail::no_number()};         ///< CPU time of other programs
  Seconds steal{detail::no_number()};          ///< CPU time that a hypervisor gave to other guests
  double temperature_c = detail::no_number();  ///< in the end. @unit degrees Celsius
  double frequency_hz = detail::no_number();   ///< in the end. @unit Hz
  double throttled = detail::no_number();      ///< how often the CPU got too hot. @unit none
};

/// Where a machine tells its state. Empty: nowhere.
struct SystemFiles {
  text::Name stat;
  text::Name temperature;
  text::Name frequency;
  text::Name throttled;
  /// Of the calling thread, so far.
  ThreadUsage (*thread)() noexcept = nullptr;
};

namespace detail {

/// Reads the first line of /proc/stat.
/// @param stat     "cpu  user nice system idle iowait irq softirq steal guest guest_nice"
/// @param seconds  that one count stands for. @unit s
/// @source proc(5); guest time is part of user time
[[nodiscard]] PERJOULE_COLD inline SystemState parse_cpu_times(const char* stat,
                                                               double seconds) noexcept {
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

/// A whole number in a file of sysfs, times a factor; not finite where it can't be read.
/// @unit that of factor
[[nodiscard]] PERJOULE_COLD inline double read_scaled(const text::Name& path,
                                                      double factor) noexcept {
  char content[64];
  if (path.empty() || read_small_file(path.c_str(), content, sizeof content) <= 0) {
    return no_number();
  }
  char* end = content;
  const double number = strtod(content, &end);
  return end == content ? no_number() : number * factor;
}

/// @param root  "" on a machine; a copied tree in tests
[[nodiscard]] PERJOULE_COLD inline SystemFiles find_system_files(const char* root = "") noexcept {
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

[[nodiscard]] PERJOULE_COLD inline SystemState read_system(const SystemFiles& files) noexcept {
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

/// The machine, and what of it was this process, at one moment.
struct Look {
  Instant at;
  Instant own;  ///< CPU time of this process
  SystemState system;
};

[[nodiscard]] PERJOULE_COLD inline Look look_around(const SystemFiles& files) noexcept {
  Look look;
  look.own = SystemClock::process_cpu();
  look.system = read_system(files);
  look.at = SystemClock::now();
  return look;
}

/// @error others: rounded to about 30 ms, see others_share; not finite where it can't be known
[[nodiscard]] PERJOULE_COLD inline Beside beside(const Look& before, const Look& after) noexcept {
  const SystemState& last = after.system;
  return {last.busy - before.system.busy - (after.own - before.own),
          last.steal - before.system.steal, last.temperature_c, last.frequency_hz,
          last.throttled - before.system.throttled};
}

/// What part of the CPU time was not ours. It is taken of one core at least, so that a process that
/// waits does not make every daemon look big; and it is 0 below 30 ms, since /proc/stat rounds each
/// of its numbers to 10 ms.
/// @unit a share of 1; not finite where `others` is not
[[nodiscard]] constexpr double others_share(Seconds others, Seconds own, Seconds wall) noexcept {
  if (!is_finite(others.si())) return no_number();
  if (others < Seconds(0.03)) return 0.0;
  const Seconds all = own + others;
  return others / (all > wall ? all : wall);
}

/// Above this, somebody else's joules are in the sum.
/// @unit a share of 1
inline constexpr double most_others = 0.02;

}  // namespace detail

}  // namespace perjoule::inline v0
