// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <fcntl.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <initializer_list>

#include "perjoule/core/buffer.hpp"
#include "perjoule/core/config.hpp"
#include "perjoule/core/few.hpp"
#include "perjoule/core/line.hpp"
#include "perjoule/core/perf_event.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/counters/event_source.hpp"

namespace perjoule::inline v0::detail {

/// An event by the name that perf gives it.
struct KernelEvent {
  enum class Source : std::uint8_t {
    perf,
    task_clock,
    minor_faults,
    major_faults,
    faults,
    switches
  };
  const char* name;
  const char* alias;  ///< another name of it, or null
  Source source;
  std::uint32_t type = 0;    ///< for perf: 0 hardware, 1 software, 3 cache
  std::uint64_t config = 0;  ///< the same
  EventKind kind = EventKind::other;
};

/// @unit none; a code of perf_event_open: cache | operation << 8 | 1 for misses << 16
constexpr std::uint64_t cache_event(std::uint64_t cache, std::uint64_t operation, bool misses) {
  return cache | operation << 8U | (misses ? std::uint64_t{1} << 16U : 0);
}

/// @source linux/perf_event.h; the software ones from getrusage(2), which no permission is needed
/// for
inline constexpr KernelEvent kernel_events[] = {
    {"task-clock", "cpu-clock", KernelEvent::Source::task_clock},
    {"page-faults", "faults", KernelEvent::Source::faults},
    {"minor-faults", nullptr, KernelEvent::Source::minor_faults},
    {"major-faults", nullptr, KernelEvent::Source::major_faults},
    {"context-switches", "cs", KernelEvent::Source::switches},
    {"cpu-migrations", "migrations", KernelEvent::Source::perf, 1, 4},
    {"instructions", nullptr, KernelEvent::Source::perf, 0, 1, EventKind::instructions},
    {"cycles", "cpu-cycles", KernelEvent::Source::perf, 0, 0, EventKind::cycles},
    {"ref-cycles", nullptr, KernelEvent::Source::perf, 0, 9},
    {"branches", "branch-instructions", KernelEvent::Source::perf, 0, 4},
    {"branch-misses", nullptr, KernelEvent::Source::perf, 0, 5},
    {"cache-references", nullptr, KernelEvent::Source::perf, 0, 2},
    {"cache-misses", nullptr, KernelEvent::Source::perf, 0, 3},
    {"stalled-cycles-frontend", nullptr, KernelEvent::Source::perf, 0, 7},
    {"stalled-cycles-backend", nullptr, KernelEvent::Source::perf, 0, 8},
    {"L1-dcache-loads", nullptr, KernelEvent::Source::perf, 3, cache_event(0, 0, false)},
    {"L1-dcache-load-misses", nullptr, KernelEvent::Source::perf, 3, cache_event(0, 0, true)},
    {"LLC-loads", nullptr, KernelEvent::Source::perf, 3, cache_event(2, 0, false)},
    {"LLC-load-misses", nullptr, KernelEvent::Source::perf, 3, cache_event(2, 0, true),
     EventKind::last_level_misses},
    {"LLC-store-misses", nullptr, KernelEvent::Source::perf, 3, cache_event(2, 1, true)},
    {"dTLB-loads", nullptr, KernelEvent::Source::perf, 3, cache_event(3, 0, false)},
    {"dTLB-load-misses", nullptr, KernelEvent::Source::perf, 3, cache_event(3, 0, true)},
    {"iTLB-load-misses", nullptr, KernelEvent::Source::perf, 3, cache_event(4, 0, true)},
};

[[nodiscard]] text::Long kernel_event_names() noexcept;

/// @throws Error for a name that perf does not know
[[nodiscard]] KernelEvent find_kernel_event(const char* name);

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

namespace detail {

/// Why the kernel would not count, and what mends it.
[[nodiscard]] text::Name event_error_message(int error_number) noexcept;

[[nodiscard]] bool enable_perf_group(int leader) noexcept;

/// What is asked of the kernel; something else in tests.
struct PerfCalls {
  int (*open)(const PerfAttributes& attributes, int process, int cpu, int group) = &open_perf_event;
  bool (*enable)(int leader) = &enable_perf_group;
};

}  // namespace detail

/// Events that the kernel counts, by their names in perf: hardware ones through perf events, in
/// user mode only; software ones from getrusage, which need no permission.
///
/// Hardware events count for all threads that the process has when they are opened, and for those
/// that these start. Events that don't fit into the processor's registers at once are in several
/// sets. One that can't be counted here is missing, with the reason.
/// @error  none while an event has a register; see docs/reference/formulas.md#events where it has
///         one for a part of the time
/// @source perf_event_open(2), getrusage(2)
class KernelEvents {
 public:
  /// Whose events.
  enum class Target : std::uint8_t {
    process,       ///< all threads of this one
    next_program,  ///< what this thread starts next, from its exec on, with all that it starts
  };

  /// @throws Error for a name that there is not, or more than 16
  KernelEvents(std::initializer_list<const char*> names, Target target = Target::process)
      : KernelEvents(View<const char*>(names), target) {}
  /// @throws Error for a name that there is not, or more than 16
  explicit KernelEvents(View<const char*> names, Target target = Target::process,
                        const detail::PerfCalls& calls = {});
  KernelEvents(const KernelEvents&) = delete;
  KernelEvents& operator=(const KernelEvents&) = delete;
  ~KernelEvents() { close(); }

  [[nodiscard]] const EventSourceDescription& description() const noexcept { return description_; }

  [[nodiscard]] bool open(std::size_t set) noexcept;

  /// Opens all sets at once, which then share the registers by turns: for a program, which runs
  /// once and not pass by pass. For the next program they are opened again.
  [[nodiscard]] bool open_all() noexcept;

  [[nodiscard]] bool read(EventReading& reading) noexcept {
    for (std::size_t i = 0; i < known_.size(); ++i) {
      reading.counts[i] = reading.enabled[i] = reading.running[i] = 0;
    }
    for (const Group& group : groups_) {
      std::uint64_t numbers[3 + max_events];  // how many, time enabled, time running, counts
      if (!detail::read_perf_event(group.leader, numbers, 3 + group.size)) return false;
      for (std::size_t place = 0; place < group.size; ++place) {
        const std::size_t event = group.events[place];
        reading.counts[event] += numbers[3 + place];
        reading.enabled[event] += numbers[1];
        reading.running[event] += numbers[2];
      }
    }
    return read_usage(reading);
  }

  void close() noexcept;

 private:
  using Source = detail::KernelEvent::Source;
  static constexpr std::uint32_t software = 1;

  /// Events of one thread that are counted together, and read at once. Those that need no register
  /// are in one of their own, which never has to wait for its turn.
  struct Group {
    int leader = -1;
    std::size_t size = 0;
    std::size_t events[max_events] = {};
  };

  [[nodiscard]] bool is_in_group(std::size_t i, std::size_t set, bool is_hardware) const noexcept {
    const Event& event = description_.events[i];
    return known_[i].source == Source::perf && event.why_missing.empty() && event.set == set &&
           event.is_hardware == is_hardware;
  }

  [[nodiscard]] int open_one(std::size_t i, int thread, int leader) const noexcept;

  /// Tries which events the kernel gives, and which of them at once.
  void form_sets();

  /// The errno of what can't be opened, or 0.
  [[nodiscard]] int open_set(std::size_t set, int thread) noexcept;

  [[nodiscard]] int open_group(std::size_t set, bool is_hardware, int thread) noexcept;

  [[nodiscard]] bool enable() const noexcept;

  [[nodiscard]] bool read_usage(EventReading& reading) const noexcept {
    if (!needs_usage_) return true;
    rusage usage{};
    if (getrusage(target_ == Target::process ? RUSAGE_SELF : RUSAGE_CHILDREN, &usage) != 0)
      return false;
    for (std::size_t i = 0; i < known_.size(); ++i) {
      reading.counts[i] += count_of(known_[i].source, usage);
    }
    return true;
  }

  [[nodiscard]] std::uint64_t count_of(Source source, const rusage& usage) const noexcept {
    const auto faults = static_cast<std::uint64_t>(usage.ru_minflt);
    const auto slow_faults = static_cast<std::uint64_t>(usage.ru_majflt);
    switch (source) {
      case Source::task_clock:
        return cpu_time(usage);
      case Source::minor_faults:
        return faults;
      case Source::major_faults:
        return slow_faults;
      case Source::faults:
        return faults + slow_faults;
      case Source::switches:
        return static_cast<std::uint64_t>(usage.ru_nvcsw + usage.ru_nivcsw);
      case Source::perf:
        break;
    }
    return 0;
  }

  /// @unit ns
  [[nodiscard]] std::uint64_t cpu_time(const rusage& usage) const noexcept {
    timespec own{};
    if (target_ == Target::process && clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &own) == 0) {
      return static_cast<std::uint64_t>(own.tv_sec) * 1'000'000'000U +
             static_cast<std::uint64_t>(own.tv_nsec);
    }
    const auto us = [](const timeval& time) {
      return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000U +
             static_cast<std::uint64_t>(time.tv_usec);
    };
    return 1000U * (us(usage.ru_utime) + us(usage.ru_stime));
  }

  EventSourceDescription description_;
  Few<detail::KernelEvent, max_events> known_;
  detail::PerfCalls calls_;
  Target target_;
  bool needs_usage_ = false;
  Buffer<int> files_;
  Buffer<Group> groups_;
};

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/counters/kernel_events-inl.hpp"
#endif
