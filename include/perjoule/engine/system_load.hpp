// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string>
#include <string_view>

#include "perjoule/core/config.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/engine/slices.hpp"
#include "perjoule/meters/meter.hpp"
#include "perjoule/units/quantity.hpp"

namespace perjoule::inline v0 {

/// The state of the whole machine at one moment. A value that could not be read is not finite.
struct SystemState {
  Seconds busy{detail::quiet_nan()};           ///< CPU time of all programs since boot
  Seconds steal{detail::quiet_nan()};          ///< CPU time that a hypervisor gave to other guests
  double temperature_c = detail::quiet_nan();  ///< of the CPU package. @unit degrees Celsius
  double frequency_hz = detail::quiet_nan();   ///< of the first core. @unit Hz
  double throttle_count =
      detail::quiet_nan();  ///< how often the CPU got too hot since boot. @unit none
};

/// The other activity of the machine between two moments. A value that is not known is not finite.
struct Interference {
  Seconds others_cpu{detail::quiet_nan()};      ///< CPU time of other programs
  Seconds steal{detail::quiet_nan()};           ///< CPU time that a hypervisor gave to other guests
  double temperature_c = detail::quiet_nan();   ///< at the end. @unit degrees Celsius
  double frequency_hz = detail::quiet_nan();    ///< at the end. @unit Hz
  double throttle_count = detail::quiet_nan();  ///< how often the CPU got too hot. @unit none
};

/// The files in which a machine reports its state. An empty path means that it is not reported.
struct SystemFiles {
  std::string stat;
  std::string temperature;
  std::string frequency;
  std::string throttle_count;
  /// Function that returns the usage of the calling thread so far; null if threads are never
  /// interrupted.
  ThreadUsage (*thread)() noexcept = nullptr;
};

namespace detail {

/// Parses the first line of /proc/stat.
/// @param stat     "cpu  user nice system idle iowait irq softirq steal guest guest_nice"
/// @param seconds  length of one count. @unit s
/// @source proc(5); guest time is part of user time
[[nodiscard]] SystemState parse_cpu_times(std::string_view stat, double seconds) noexcept;

/// Returns the number in a file of sysfs, times a factor. Not finite if it cannot be read.
/// @unit the unit of the factor
[[nodiscard]] double read_scaled(const std::string& path, double factor);

/// Finds the files in which this machine reports its state.
/// @param root  "" on a real machine; a copied tree in tests
[[nodiscard]] SystemFiles find_system_files(const std::string& root = "");

[[nodiscard]] SystemState read_system(const SystemFiles& files);

/// The machine and this process at one moment.
struct SystemSnapshot {
  Instant at;
  Instant process_cpu;  ///< CPU time of this process
  SystemState system;
};

[[nodiscard]] SystemSnapshot take_snapshot(const SystemFiles& files);

/// Returns the other activity of the machine between two snapshots.
/// @error others_cpu: rounded to about 30 ms, see others_cpu_share()
[[nodiscard]] Interference interference_between(const SystemSnapshot& before,
                                                const SystemSnapshot& after) noexcept;

/// Returns the share of other programs in the CPU time. It is relative to at least the time of one
/// core, so that a process that waits does not make every daemon look big. It is 0 below 30 ms,
/// since /proc/stat rounds each of its numbers to 10 ms.
/// @unit a share of 1; not finite if `others` is not
[[nodiscard]] double others_cpu_share(Seconds others, Seconds own, Seconds wall) noexcept;

/// Share above which the energy of other programs matters.
/// @unit a share of 1
inline constexpr double max_others_cpu_share = 0.02;

}  // namespace detail

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/engine/system_load-inl.hpp"
#endif
