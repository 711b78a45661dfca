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
#include "perjoule/counters/kernel_event.hpp"

namespace perjoule::inline v0 {

namespace detail {

/// Why the kernel would not count, and what mends it.
[[nodiscard]] text::Name why_no_event(int error_number) noexcept;

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
  enum class Of : std::uint8_t {
    process,       ///< all threads of this one
    next_program,  ///< what this thread starts next, from its exec on, with all that it starts
  };

  /// @throws Error for a name that there is not, or more than 16
  KernelEvents(std::initializer_list<const char*> names, Of of = Of::process)
      : KernelEvents(View<const char*>(names), of) {}
  /// @throws Error for a name that there is not, or more than 16
  explicit KernelEvents(View<const char*> names, Of of = Of::process,
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
  using From = detail::KernelEvent::From;
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
    return known_[i].from == From::perf && event.why_missing.empty() && event.set == set &&
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
    if (getrusage(of_ == Of::process ? RUSAGE_SELF : RUSAGE_CHILDREN, &usage) != 0) return false;
    for (std::size_t i = 0; i < known_.size(); ++i) {
      reading.counts[i] += count_of(known_[i].from, usage);
    }
    return true;
  }

  [[nodiscard]] std::uint64_t count_of(From from, const rusage& usage) const noexcept {
    const auto faults = static_cast<std::uint64_t>(usage.ru_minflt);
    const auto slow_faults = static_cast<std::uint64_t>(usage.ru_majflt);
    switch (from) {
      case From::task_clock:
        return cpu_time(usage);
      case From::minor_faults:
        return faults;
      case From::major_faults:
        return slow_faults;
      case From::faults:
        return faults + slow_faults;
      case From::switches:
        return static_cast<std::uint64_t>(usage.ru_nvcsw + usage.ru_nivcsw);
      case From::perf:
        break;
    }
    return 0;
  }

  /// @unit ns
  [[nodiscard]] std::uint64_t cpu_time(const rusage& usage) const noexcept {
    timespec own{};
    if (of_ == Of::process && clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &own) == 0) {
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
  Of of_;
  bool needs_usage_ = false;
  Buffer<int> files_;
  Buffer<Group> groups_;
};

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/counters/kernel_events-inl.hpp"
#endif
