// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <initializer_list>

#include "perjoule/core/buffer.hpp"
#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/line.hpp"
#include "perjoule/core/perf_event.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/counters/event_source.hpp"
#include "perjoule/counters/kernel_event.hpp"

namespace perjoule::inline v0 {

namespace detail {

/// Why the kernel would not count, and what mends it.
[[nodiscard]] PERJOULE_COLD inline text::Name why_no_event(int error_number) noexcept {
  switch (error_number) {
    case EACCES:
    case EPERM:
      return "the kernel keeps it from this user: run 'sudo sysctl kernel.perf_event_paranoid=1' "
             "(until the next boot), or give the program CAP_PERFMON";
    case ENOENT:
    case ENODEV:
    case EOPNOTSUPP:
    case EINVAL:
      return "this processor, or the virtual machine that it is, does not count it";
    case ENOSYS:
      return "this kernel has no perf events, or a sandbox hides them";
    default:
      return system_reason(error_number);
  }
}

[[nodiscard]] PERJOULE_COLD inline bool enable_perf_group(int leader) noexcept {
  constexpr unsigned long enable = _IO('$', 0);
  constexpr unsigned long whole_group = 1;
  return ioctl(leader, enable, whole_group) == 0;
}

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
  PERJOULE_COLD explicit KernelEvents(View<const char*> names, Of of = Of::process,
                                      const detail::PerfCalls& calls = {})
      : calls_(calls), of_(of) {
    if (names.size() > max_events) {
      detail::fail("too many events", text::format("%zu", names.size()).chars,
                   "name 16 of them or fewer");
    }
    description_.name = "kernel";
    description_.extent = of == Of::process ? "process" : "program";
    for (const char* const name : names) {
      const detail::KernelEvent known = detail::find_kernel_event(name);
      known_.push_back(known);
      Event event;
      event.name = name;
      event.kind = known.kind;
      event.is_hardware = known.from == From::perf && known.type != software;
      needs_usage_ = needs_usage_ || known.from != From::perf;
      if (known.from == From::task_clock) {
        event.unit = "s";
        event.per_count = 1e-9;
      }
      description_.events.push_back(event);
    }
    form_sets();
  }
  KernelEvents(const KernelEvents&) = delete;
  KernelEvents& operator=(const KernelEvents&) = delete;
  ~KernelEvents() { close(); }

  [[nodiscard]] const EventSourceDescription& description() const noexcept { return description_; }

  [[nodiscard]] PERJOULE_COLD bool open(std::size_t set) noexcept {
    close();
    if (of_ == Of::next_program) return open_set(set, 0) == 0;
    DIR* const threads = opendir("/proc/self/task");
    if (threads == nullptr) return open_set(set, 0) == 0 && enable();
    bool is_open = true;
    while (const dirent* const entry = readdir(threads)) {
      const int thread = atoi(entry->d_name);
      if (thread == 0) continue;  // "." and ".."
      const int why = open_set(set, thread);
      is_open = is_open && (why == 0 || why == ESRCH);  // it has ended meanwhile
    }
    closedir(threads);
    is_open = is_open && enable();
    if (!is_open) close();
    return is_open;
  }

  /// Opens all sets at once, which then share the registers by turns: for a program, which runs
  /// once and not pass by pass. For the next program they are opened again.
  [[nodiscard]] PERJOULE_COLD bool open_all() noexcept {
    close();
    int why = 0;
    for (std::size_t set = 0; set < description_.sets && why == 0; ++set) why = open_set(set, 0);
    if (why != 0) close();  // counts of a part of them would be read as those of all
    return why == 0;
  }

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

  PERJOULE_COLD void close() noexcept {
    for (const int file : files_) ::close(file);
    files_ = {};
    groups_ = {};
  }

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

  [[nodiscard]] PERJOULE_COLD int open_one(std::size_t i, int thread, int leader) const noexcept {
    constexpr std::uint64_t disabled = 1;
    constexpr std::uint64_t inherit = 1U << 1U;
    constexpr std::uint64_t user_mode_only = 1U << 5U | 1U << 6U;
    constexpr std::uint64_t enable_on_exec = 1U << 12U;
    constexpr std::uint64_t times_and_group = 1U | 1U << 1U | 1U << 3U;
    detail::PerfAttributes attributes;
    attributes.type = known_[i].type;
    attributes.config = known_[i].config;
    attributes.read_format = times_and_group;
    attributes.flags = inherit;
    if (leader == -1) attributes.flags |= disabled;
    if (leader == -1 && of_ == Of::next_program) attributes.flags |= enable_on_exec;
    if (description_.events[i].is_hardware) attributes.flags |= user_mode_only;
    return calls_.open(attributes, thread, -1, leader);
  }

  /// Tries which events the kernel gives, and which of them at once.
  PERJOULE_COLD void form_sets() {
    description_.sets = 1;
    int leader = -1;
    std::size_t set = 0;
    for (std::size_t i = 0; i < known_.size(); ++i) {
      if (known_[i].from != From::perf) continue;
      Event& event = description_.events[i];
      const bool is_together = event.is_hardware && leader != -1;
      int file = open_one(i, 0, is_together ? leader : -1);
      if (file == -1 && is_together) {  // not together with the others: in a set of its own?
        file = open_one(i, 0, -1);
        if (file != -1) {
          leader = -1;
          ++set;
        }
      }
      if (file == -1) {
        event.why_missing = detail::why_no_event(errno);
        continue;
      }
      files_.push_back(file);
      if (!event.is_hardware) continue;
      if (leader == -1) leader = file;
      event.set = set;
      description_.sets = set + 1;
    }
    close();
  }

  /// The errno of what can't be opened, or 0.
  [[nodiscard]] PERJOULE_COLD int open_set(std::size_t set, int thread) noexcept {
    const int why = open_group(set, true, thread);
    return why != 0 ? why : open_group(set, false, thread);
  }

  [[nodiscard]] PERJOULE_COLD int open_group(std::size_t set, bool is_hardware,
                                             int thread) noexcept {
    Group group;
    for (std::size_t i = 0; i < known_.size(); ++i) {
      if (!is_in_group(i, set, is_hardware)) continue;
      const int file = open_one(i, thread, group.leader);
      if (file == -1) return errno;
      files_.push_back(file);
      if (group.leader == -1) group.leader = file;
      group.events[group.size++] = i;
    }
    if (group.size != 0) groups_.push_back(group);
    return 0;
  }

  [[nodiscard]] PERJOULE_COLD bool enable() const noexcept {
    bool done = true;
    for (const Group& group : groups_) done = done && calls_.enable(group.leader);
    return done;
  }

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
