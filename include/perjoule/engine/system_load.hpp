// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <sys/resource.h>

#include <cstddef>
#include <cstdint>

#include "perjoule/core/config.hpp"
#include "perjoule/core/line.hpp"
#include "perjoule/core/math.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/meters/meter.hpp"
#include "perjoule/units/quantity.hpp"

namespace perjoule::inline v0 {

/// What the kernel keeps of a thread.
struct ThreadUsage {
  std::uint64_t preemptions = 0;         ///< how often the CPU was taken from it
  std::uint64_t voluntary_switches = 0;  ///< how often it gave the CPU away, to wait for something
  Seconds cpu{0.0};                      ///< that it had; 0 where nobody knows

  friend ThreadUsage operator-(const ThreadUsage& later, const ThreadUsage& earlier) noexcept {
    return {later.preemptions - earlier.preemptions,
            later.voluntary_switches - earlier.voluntary_switches, later.cpu - earlier.cpu};
  }
};

/// Pieces of windows, some of which were left alone.
struct Pieces {
  std::size_t all = 0;
  std::size_t interrupted = 0;
  ThreadUsage usage = {};  ///< of all of them
  Seconds taken{0.0};      ///< by all of them
  Seconds clean{0.0};      ///< time of those left alone, weighted
  Items clean_items{0.0};  ///< items in those, with the same weights
};

namespace detail {

/// How long a slice should be: long enough that looking costs nothing, short enough that most are
/// left alone on a machine that is busy with something else (85 % of 1 ms, 28 % of 10 ms). Half a
/// microsecond each makes 0.025 % of a window.
/// @unit s
inline constexpr Seconds slice_length{2e-3};

/// How often the kernel has taken the CPU from this thread, and how long that had it.
[[nodiscard]] inline ThreadUsage thread_usage() noexcept {
  rusage usage{};
  getrusage(RUSAGE_THREAD, &usage);
  // The CPU time in it is as old as the last tick of the kernel's timer, up to 4 ms; the clock's is
  // of now.
  return {static_cast<std::uint64_t>(usage.ru_nivcsw), static_cast<std::uint64_t>(usage.ru_nvcsw),
          SystemClock::thread_cpu() - Instant{}};
}

/// Whether a thread that waited for nothing lacked the CPU all the same: the kernel counts neither
/// what a hypervisor took nor what devices' interrupts did as one. Giving the CPU away, to wait for
/// a GPU or for helpers of its own, is part of the work.
[[nodiscard]] inline bool is_robbed(Seconds taken, const ThreadUsage& usage) noexcept {
  constexpr double most = 1.02;  // the timer's own interrupts take a thousandth
  return usage.voluntary_switches == 0 && usage.cpu > Seconds(0.0) && taken > usage.cpu * most;
}

/// One slice more. An interrupted one is left out: waiting for the CPU is not the model's time, and
/// the caches are cold afterwards.
///
/// Long slices are interrupted more often than short ones, and leaving them out would make the mean
/// too short. So each slice that was left alone stands for those like it that were not: with r
/// interruptions a second of CPU time, one of length d is left alone with probability exp(-r d).
///
/// @param usage  of the thread, in this slice
/// @source Horvitz and Thompson, A Generalization of Sampling Without Replacement (1952)
inline void add_slice(Pieces& slices, Seconds taken, const ThreadUsage& usage,
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
    weight = math::exponential(expected < most ? expected : most);
  }
  slices.clean += weight * taken;
  slices.clean_items += Items(weight * static_cast<double>(items));
}

/// All slices since `earlier` are left out: the CPU got too hot and slowed down.
inline void exclude_since(Pieces& slices, const Pieces& earlier) noexcept {
  slices.interrupted = earlier.interrupted + (slices.all - earlier.all);
  slices.clean = earlier.clean;
  slices.clean_items = earlier.clean_items;
}

}  // namespace detail

/// The whole machine at one moment. What could not be read is not finite.
struct SystemState {
  Seconds busy{detail::quiet_nan()};           ///< CPU time of all programs since boot
  Seconds steal{detail::quiet_nan()};          ///< that a hypervisor gave to other guests
  double temperature_c = detail::quiet_nan();  ///< of the CPU package. @unit degrees Celsius
  double frequency_hz = detail::quiet_nan();   ///< of the first core. @unit Hz
  double throttle_count =
      detail::quiet_nan();  ///< how often the CPU got too hot since boot. @unit none
};

/// What went on in the machine beside this process, between two moments. What is not known is not
/// finite.
struct Interference {
  Seconds others_cpu{detail::quiet_nan()};      ///< CPU time of other programs
  Seconds steal{detail::quiet_nan()};           ///< CPU time that a hypervisor gave to other guests
  double temperature_c = detail::quiet_nan();   ///< in the end. @unit degrees Celsius
  double frequency_hz = detail::quiet_nan();    ///< in the end. @unit Hz
  double throttle_count = detail::quiet_nan();  ///< how often the CPU got too hot. @unit none
};

/// Where a machine tells its state. Empty: nowhere.
struct SystemFiles {
  text::Name stat;
  text::Name temperature;
  text::Name frequency;
  text::Name throttle_count;
  /// Of the calling thread, so far.
  ThreadUsage (*thread)() noexcept = nullptr;
};

namespace detail {

/// Reads the first line of /proc/stat.
/// @param stat     "cpu  user nice system idle iowait irq softirq steal guest guest_nice"
/// @param seconds  that one count stands for. @unit s
/// @source proc(5); guest time is part of user time
[[nodiscard]] SystemState parse_cpu_times(const char* stat, double seconds) noexcept;

/// A whole number in a file of sysfs, times a factor; not finite where it can't be read.
/// @unit that of factor
[[nodiscard]] double read_scaled(const text::Name& path, double factor) noexcept;

/// @param root  "" on a machine; a copied tree in tests
[[nodiscard]] SystemFiles find_system_files(const char* root = "") noexcept;

[[nodiscard]] SystemState read_system(const SystemFiles& files) noexcept;

/// The machine, and what of it was this process, at one moment.
struct SystemSnapshot {
  Instant at;
  Instant process_cpu;  ///< CPU time of this process
  SystemState system;
};

[[nodiscard]] SystemSnapshot take_snapshot(const SystemFiles& files) noexcept;

/// @error others: rounded to about 30 ms, see others_cpu_share; not finite where it can't be known
[[nodiscard]] Interference interference_between(const SystemSnapshot& before,
                                                const SystemSnapshot& after) noexcept;

/// What part of the CPU time was not ours. It is taken of one core at least, so that a process that
/// waits does not make every daemon look big; and it is 0 below 30 ms, since /proc/stat rounds each
/// of its numbers to 10 ms.
/// @unit a share of 1; not finite where `others` is not
[[nodiscard]] constexpr double others_cpu_share(Seconds others, Seconds own,
                                                Seconds wall) noexcept {
  if (!is_finite(others.si())) return quiet_nan();
  if (others < Seconds(0.03)) return 0.0;
  const Seconds all = own + others;
  return others / (all > wall ? all : wall);
}

/// Above this, somebody else's joules are in the sum.
/// @unit a share of 1
inline constexpr double max_others_cpu_share = 0.02;

}  // namespace detail

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/engine/system_load-inl.hpp"
#endif
