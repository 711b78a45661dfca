// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <sys/resource.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "perjoule/core/config.hpp"
#include "perjoule/core/math.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/meters/meter.hpp"
#include "perjoule/units/quantity.hpp"

namespace perjoule::inline v0 {

/// What the kernel knows of a thread.
struct ThreadUsage {
  std::uint64_t preemptions = 0;         ///< how often the CPU was taken from it
  std::uint64_t voluntary_switches = 0;  ///< how often it gave the CPU away, to wait for something
  Seconds cpu{0.0};                      ///< CPU time that it had; 0 where nobody knows

  friend ThreadUsage operator-(const ThreadUsage& later, const ThreadUsage& earlier) noexcept {
    return {later.preemptions - earlier.preemptions,
            later.voluntary_switches - earlier.voluntary_switches, later.cpu - earlier.cpu};
  }
};

/// The slices of windows, of which something interrupted some.
struct Slices {
  std::size_t all = 0;
  std::size_t interrupted = 0;
  ThreadUsage usage = {};  ///< of all of them
  Seconds taken{0.0};      ///< by all of them
  Seconds clean{0.0};      ///< time of the uninterrupted ones, weighted
  Items clean_items{0.0};  ///< items in those, with the same weights
};

namespace detail {

/// How long a slice should be: long enough that looking after each costs nothing (half a
/// microsecond, 0.025 % of a window), and short enough that nothing interrupts most of them on a
/// machine that is busy with something else (85 % of those of 1 ms, 28 % of 10 ms).
/// @unit s
inline constexpr Seconds slice_length{2e-3};

/// How often the kernel has taken the CPU from this thread, and how long the thread had it.
[[nodiscard]] inline ThreadUsage thread_usage() noexcept {
  rusage usage{};
  getrusage(RUSAGE_THREAD, &usage);
  // The CPU time in `usage` is that of the kernel's last timer tick, up to 4 ms ago; the clock's is
  // current.
  return {static_cast<std::uint64_t>(usage.ru_nivcsw), static_cast<std::uint64_t>(usage.ru_nvcsw),
          SystemClock::thread_cpu() - Instant{}};
}

/// Whether a thread that waited for nothing lacked the CPU all the same. The kernel counts as a
/// preemption neither what a hypervisor takes nor what the interrupts of devices do. Giving the CPU
/// away, to wait for a GPU or for threads of its own, is part of the work.
[[nodiscard]] inline bool is_robbed(Seconds taken, const ThreadUsage& usage) noexcept {
  constexpr double most = 1.02;  // the timer's own interrupts take a thousandth
  return usage.voluntary_switches == 0 && usage.cpu > Seconds(0.0) && taken > usage.cpu * most;
}

/// Adds a slice. An interrupted one is left out: waiting for the CPU is not the model's time, and
/// the caches are cold afterwards.
///
/// Long slices are interrupted more often than short ones, and leaving them out would make the mean
/// too short. So each uninterrupted slice stands for those like it that were interrupted: with r
/// interruptions a second of CPU time, nothing interrupts one of length d with probability exp(-r
/// d).
///
/// @param usage  of the thread, in this slice
/// @source Horvitz and Thompson, A Generalization of Sampling Without Replacement (1952)
inline void add_slice(Slices& slices, Seconds taken, const ThreadUsage& usage,
                      std::uint64_t items) noexcept {
  const bool preempted = usage.preemptions == 0 && is_robbed(taken, usage);
  ++slices.all;
  slices.taken += taken;
  slices.usage.preemptions += preempted ? 1 : usage.preemptions;
  slices.usage.cpu += usage.cpu;
  if (preempted || usage.preemptions != 0) {
    ++slices.interrupted;
    return;
  }
  double weight = 1.0;
  if (slices.usage.preemptions != 0) {
    const double expected =
        static_cast<double>(slices.usage.preemptions) * (usage.cpu / slices.usage.cpu);
    constexpr double most = 3.0;  // one slice stands for twenty at the most
    weight = std::exp(std::min(expected, most));
  }
  slices.clean += weight * taken;
  slices.clean_items += Items(weight * static_cast<double>(items));
}

/// Leaves out all slices since `earlier`: the CPU got too hot and slowed down.
inline void exclude_since(Slices& slices, const Slices& earlier) noexcept {
  slices.interrupted = earlier.interrupted + (slices.all - earlier.all);
  slices.clean = earlier.clean;
  slices.clean_items = earlier.clean_items;
}

}  // namespace detail

/// The state of the whole machine at one moment. What could not be read is not finite.
struct SystemState {
  Seconds busy{detail::quiet_nan()};           ///< CPU time of all programs since boot
  Seconds steal{detail::quiet_nan()};          ///< that a hypervisor gave to other guests
  double temperature_c = detail::quiet_nan();  ///< of the CPU package. @unit degrees Celsius
  double frequency_hz = detail::quiet_nan();   ///< of the first core. @unit Hz
  double throttle_count =
      detail::quiet_nan();  ///< how often the CPU got too hot since boot. @unit none
};

/// What else the machine did between two moments. What is not known is not finite.
struct Interference {
  Seconds others_cpu{detail::quiet_nan()};      ///< CPU time of other programs
  Seconds steal{detail::quiet_nan()};           ///< CPU time that a hypervisor gave to other guests
  double temperature_c = detail::quiet_nan();   ///< at the end. @unit degrees Celsius
  double frequency_hz = detail::quiet_nan();    ///< at the end. @unit Hz
  double throttle_count = detail::quiet_nan();  ///< how often the CPU got too hot. @unit none
};

/// The files in which a machine tells its state. An empty path: nowhere.
struct SystemFiles {
  std::string stat;
  std::string temperature;
  std::string frequency;
  std::string throttle_count;
  /// What tells the usage of the calling thread so far; null where a thread is never interrupted.
  ThreadUsage (*thread)() noexcept = nullptr;
};

namespace detail {

/// Reads the first line of /proc/stat.
/// @param stat     "cpu  user nice system idle iowait irq softirq steal guest guest_nice"
/// @param seconds  that one count stands for. @unit s
/// @source proc(5); guest time is part of user time
[[nodiscard]] SystemState parse_cpu_times(std::string_view stat, double seconds) noexcept;

/// The number in a file of sysfs, times a factor; not finite where it can't be read.
/// @unit that of the factor
[[nodiscard]] double read_scaled(const std::string& path, double factor);

/// Finds where this machine tells its state.
/// @param root  "" on a machine; a copied tree in tests
[[nodiscard]] SystemFiles find_system_files(const std::string& root = "");

[[nodiscard]] SystemState read_system(const SystemFiles& files);

/// The machine and this process at one moment.
struct SystemSnapshot {
  Instant at;
  Instant process_cpu;  ///< CPU time of this process
  SystemState system;
};

[[nodiscard]] SystemSnapshot take_snapshot(const SystemFiles& files);

/// What else the machine did between two snapshots.
/// @error others_cpu: rounded to about 30 ms, see others_cpu_share()
[[nodiscard]] Interference interference_between(const SystemSnapshot& before,
                                                const SystemSnapshot& after) noexcept;

/// The share of other programs in the CPU time. It is a share of at least one core's time, so that
/// a process that waits does not make every daemon look big; and it is 0 below 30 ms, since
/// /proc/stat rounds each of its numbers to 10 ms.
/// @unit a share of 1; not finite where `others` is not
[[nodiscard]] constexpr double others_cpu_share(Seconds others, Seconds own,
                                                Seconds wall) noexcept {
  if (!is_finite(others.si())) return quiet_nan();
  if (others < Seconds(0.03)) return 0.0;
  return others / std::max(own + others, wall);
}

/// Above this share, the energy of other programs matters.
/// @unit a share of 1
inline constexpr double max_others_cpu_share = 0.02;

}  // namespace detail

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/engine/system_load-inl.hpp"
#endif
