// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <errno.h>
#include <sys/resource.h>
#include <time.h>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/file.hpp"
#include "perjoule/core/file_descriptor.hpp"
#include "perjoule/core/perf_event.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/counters/kernel_events.hpp"

namespace perjoule::inline v0::detail {

/// An event, with the name that perf gives it.
struct KernelEvent {
  enum class Source : std::uint8_t {
    perf,
    task_clock,
    minor_faults,
    major_faults,
    faults,
    switches
  };
  std::string_view name;
  std::string_view alias;  ///< another name for it, or empty
  Source source;
  std::uint32_t type = 0;    ///< for perf: 0 hardware, 1 software, 3 cache
  std::uint64_t config = 0;  ///< for perf: the code
  EventKind kind = EventKind::other;
};

/// Returns a code for perf_event_open: cache | operation << 8 | 1 for misses << 16.
/// @unit none
constexpr std::uint64_t cache_event(std::uint64_t cache, std::uint64_t operation, bool misses) {
  return cache | operation << 8U | (misses ? std::uint64_t{1} << 16U : 0);
}

/// The events that are known by name.
/// @source linux/perf_event.h; software events except cpu-migrations from getrusage(2), which needs
///         no permission
inline constexpr KernelEvent kernel_events[] = {
    {"task-clock", "cpu-clock", KernelEvent::Source::task_clock},
    {"page-faults", "faults", KernelEvent::Source::faults},
    {"minor-faults", "", KernelEvent::Source::minor_faults},
    {"major-faults", "", KernelEvent::Source::major_faults},
    {"context-switches", "cs", KernelEvent::Source::switches},
    {"cpu-migrations", "migrations", KernelEvent::Source::perf, 1, 4},
    {"instructions", "", KernelEvent::Source::perf, 0, 1, EventKind::instructions},
    {"cycles", "cpu-cycles", KernelEvent::Source::perf, 0, 0, EventKind::cycles},
    {"ref-cycles", "", KernelEvent::Source::perf, 0, 9},
    {"branches", "branch-instructions", KernelEvent::Source::perf, 0, 4},
    {"branch-misses", "", KernelEvent::Source::perf, 0, 5},
    {"cache-references", "", KernelEvent::Source::perf, 0, 2},
    {"cache-misses", "", KernelEvent::Source::perf, 0, 3},
    {"stalled-cycles-frontend", "", KernelEvent::Source::perf, 0, 7},
    {"stalled-cycles-backend", "", KernelEvent::Source::perf, 0, 8},
    {"L1-dcache-loads", "", KernelEvent::Source::perf, 3, cache_event(0, 0, false)},
    {"L1-dcache-load-misses", "", KernelEvent::Source::perf, 3, cache_event(0, 0, true)},
    {"LLC-loads", "", KernelEvent::Source::perf, 3, cache_event(2, 0, false)},
    {"LLC-load-misses", "", KernelEvent::Source::perf, 3, cache_event(2, 0, true),
     EventKind::last_level_misses},
    {"LLC-store-misses", "", KernelEvent::Source::perf, 3, cache_event(2, 1, true)},
    {"dTLB-loads", "", KernelEvent::Source::perf, 3, cache_event(3, 0, false)},
    {"dTLB-load-misses", "", KernelEvent::Source::perf, 3, cache_event(3, 0, true)},
    {"iTLB-load-misses", "", KernelEvent::Source::perf, 3, cache_event(4, 0, true)},
};

PERJOULE_INLINE std::vector<std::string_view> kernel_event_names() {
  std::vector<std::string_view> names;
  for (const KernelEvent& event : kernel_events) names.push_back(event.name);
  return names;
}

/// Returns the event with this name.
/// @throws Error for a name that perf does not know
PERJOULE_INLINE KernelEvent find_kernel_event(std::string_view name) {
  for (const KernelEvent& event : kernel_events) {
    if (event.name == name || (!event.alias.empty() && event.alias == name)) return event;
  }
  std::uint64_t raw = 0;
  const auto [end, problem] =
      std::from_chars(name.begin() + (name.starts_with('r') ? 1 : 0), name.end(), raw, 16);
  if (!name.starts_with('r') || problem != std::errc{} || end != name.end()) {
    std::string names;
    for (const std::string_view known : kernel_event_names()) names += std::string(known) + ", ";
    fail("no event of that name", name,
         text::format("name some of {}or a raw code such as r01c0", names));
  }
  return {"raw", "", KernelEvent::Source::perf, 4, raw};
}

/// Returns the reason why the kernel cannot count an event, and the fix.
PERJOULE_INLINE std::string event_error_message(int error_number) {
  switch (error_number) {
    case EACCES:
    case EPERM:
      return "the kernel keeps it from this user: run 'sudo sysctl kernel.perf_event_paranoid=1' "
             "(until the next boot), or give the program CAP_PERFMON";
    case ENOENT:
    case ENODEV:
    case EOPNOTSUPP:
    case EINVAL:
      return "this processor or virtual machine offers no such counter";
    case ENOSYS:
      return "this kernel has no perf events, or a sandbox hides them";
    default:
      return errno_message(error_number);
  }
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

/// What an object owns.
struct KernelEvents::State {
  using Source = detail::KernelEvent::Source;
  static constexpr std::uint32_t software = 1;

  /// Events of one thread that are counted together and read at once. Events that need no register
  /// form a separate group, which never has to wait for its turn.
  struct Group {
    int leader = -1;
    std::vector<std::size_t> events;
  };

  State(View<std::string> names, Target whose, const detail::PerfCalls& perf);

  [[nodiscard]] bool open(std::size_t set);
  [[nodiscard]] bool open_all();
  [[nodiscard]] bool read(EventReading& reading) noexcept;
  void close() noexcept;

  [[nodiscard]] bool is_in_group(std::size_t i, std::size_t set, bool is_hardware) const noexcept {
    const Event& event = description.events[i];
    return known[i].source == Source::perf && event.why_missing.empty() && event.set == set &&
           event.is_hardware == is_hardware;
  }

  [[nodiscard]] int open_one(std::size_t i, int thread, int leader) const noexcept;

  /// Finds out which events the kernel counts, and which of them together.
  void form_sets();

  /// Returns 0, or the errno of an event that cannot be opened.
  [[nodiscard]] int open_set(std::size_t set, int thread);

  [[nodiscard]] int open_group(std::size_t set, bool is_hardware, int thread);

  [[nodiscard]] bool enable() const noexcept;

  [[nodiscard]] bool read_usage(EventReading& reading) const noexcept;
  [[nodiscard]] std::uint64_t count_of(Source source, const rusage& usage) const noexcept;
  /// @unit ns
  [[nodiscard]] std::uint64_t cpu_time(const rusage& usage) const noexcept;

  EventSourceDescription description;
  std::vector<detail::KernelEvent> known;
  detail::PerfCalls calls;
  Target target;
  bool needs_usage = false;
  std::vector<detail::FileDescriptor> files;
  std::vector<Group> groups;
  std::vector<std::uint64_t> numbers;  ///< buffer for the values of the largest group
};

PERJOULE_INLINE KernelEvents::State::State(View<std::string> names, Target whose,
                                           const detail::PerfCalls& perf)
    : calls(perf), target(whose) {
  description.name = "kernel";
  description.extent = target == Target::process ? EventExtent::process : EventExtent::program;
  for (const std::string& name : names) {
    const detail::KernelEvent found = detail::find_kernel_event(name);
    known.push_back(found);
    Event event;
    event.name = name;
    event.kind = found.kind;
    event.is_hardware = found.source == Source::perf && found.type != software;
    needs_usage = needs_usage || found.source != Source::perf;
    if (found.source == Source::task_clock) {
      event.unit = "s";
      event.per_count = 1e-9;
    }
    description.events.push_back(std::move(event));
  }
  form_sets();
}

PERJOULE_INLINE bool KernelEvents::State::open(std::size_t set) {
  close();
  if (target == Target::next_program) return open_set(set, 0) == 0;
  const std::vector<std::uint64_t> threads = detail::numbers_in_directory("/proc/self/task", "");
  if (threads.empty()) return open_set(set, 0) == 0 && enable();
  bool is_open = true;
  for (const std::uint64_t thread : threads) {
    const int why = open_set(set, static_cast<int>(thread));
    is_open = is_open && (why == 0 || why == ESRCH);  // ESRCH: the thread has ended meanwhile
  }
  is_open = is_open && enable();
  if (!is_open) close();
  return is_open;
}

PERJOULE_INLINE bool KernelEvents::State::open_all() {
  close();
  int why = 0;
  for (std::size_t set = 0; set < description.sets && why == 0; ++set) why = open_set(set, 0);
  if (why != 0) close();  // the counts of some sets would be mistaken for all
  return why == 0;
}

PERJOULE_INLINE bool KernelEvents::State::read(EventReading& reading) noexcept {
  reading.resize(known.size());
  for (std::size_t i = 0; i < known.size(); ++i) {
    reading.counts[i] = reading.enabled[i] = reading.running[i] = 0;
  }
  for (const Group& group : groups) {
    // The number of events, the time enabled, the time running, and the counts.
    if (!detail::read_perf_event(group.leader, numbers.data(), 3 + group.events.size())) {
      return false;
    }
    for (std::size_t place = 0; place < group.events.size(); ++place) {
      const std::size_t event = group.events[place];
      reading.counts[event] += numbers[3 + place];
      reading.enabled[event] += numbers[1];
      reading.running[event] += numbers[2];
    }
  }
  return read_usage(reading);
}

PERJOULE_INLINE void KernelEvents::State::close() noexcept {
  files.clear();
  groups.clear();
}

PERJOULE_INLINE int KernelEvents::State::open_one(std::size_t i, int thread,
                                                  int leader) const noexcept {
  constexpr std::uint64_t disabled = 1;
  constexpr std::uint64_t inherit = 1U << 1U;
  constexpr std::uint64_t user_mode_only = 1U << 5U | 1U << 6U;
  constexpr std::uint64_t enable_on_exec = 1U << 12U;
  constexpr std::uint64_t times_and_group = 1U | 1U << 1U | 1U << 3U;
  detail::PerfAttributes attributes;
  attributes.type = known[i].type;
  attributes.config = known[i].config;
  attributes.read_format = times_and_group;
  attributes.flags = inherit;
  if (leader == -1) attributes.flags |= disabled;
  if (leader == -1 && target == Target::next_program) attributes.flags |= enable_on_exec;
  if (description.events[i].is_hardware) attributes.flags |= user_mode_only;
  return calls.open(attributes, thread, -1, leader);
}

PERJOULE_INLINE void KernelEvents::State::form_sets() {
  description.sets = 1;
  int leader = -1;
  std::size_t set = 0;
  for (std::size_t i = 0; i < known.size(); ++i) {
    if (known[i].source != Source::perf) continue;
    Event& event = description.events[i];
    const bool is_together = event.is_hardware && leader != -1;
    int file = open_one(i, 0, is_together ? leader : -1);
    if (file == -1 && is_together) {  // not together with the others: in a separate set?
      file = open_one(i, 0, -1);
      if (file != -1) {
        leader = -1;
        ++set;
      }
    }
    if (file == -1) {
      event.why_missing = detail::event_error_message(errno);
      continue;
    }
    files.emplace_back(file);
    if (!event.is_hardware) continue;
    if (leader == -1) leader = file;
    event.set = set;
    description.sets = set + 1;
  }
  close();
}

PERJOULE_INLINE int KernelEvents::State::open_set(std::size_t set, int thread) {
  const int why = open_group(set, true, thread);
  return why != 0 ? why : open_group(set, false, thread);
}

PERJOULE_INLINE int KernelEvents::State::open_group(std::size_t set, bool is_hardware, int thread) {
  Group group;
  for (std::size_t i = 0; i < known.size(); ++i) {
    if (!is_in_group(i, set, is_hardware)) continue;
    const int file = open_one(i, thread, group.leader);
    if (file == -1) return errno;
    files.emplace_back(file);
    if (group.leader == -1) group.leader = file;
    group.events.push_back(i);
  }
  if (group.events.empty()) return 0;
  numbers.resize(std::max(numbers.size(), 3 + group.events.size()));
  groups.push_back(std::move(group));
  return 0;
}

PERJOULE_INLINE bool KernelEvents::State::enable() const noexcept {
  return std::all_of(groups.begin(), groups.end(),
                     [&](const Group& group) { return calls.enable(group.leader); });
}

PERJOULE_INLINE bool KernelEvents::State::read_usage(EventReading& reading) const noexcept {
  if (!needs_usage) return true;
  rusage usage{};
  const auto whose = target == Target::process ? RUSAGE_SELF : RUSAGE_CHILDREN;
  if (getrusage(whose, &usage) != 0) return false;
  for (std::size_t i = 0; i < known.size(); ++i) {
    reading.counts[i] += count_of(known[i].source, usage);
  }
  return true;
}

PERJOULE_INLINE std::uint64_t KernelEvents::State::count_of(Source source,
                                                            const rusage& usage) const noexcept {
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

PERJOULE_INLINE std::uint64_t KernelEvents::State::cpu_time(const rusage& usage) const noexcept {
  timespec own{};
  if (target == Target::process && clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &own) == 0) {
    return static_cast<std::uint64_t>(own.tv_sec) * 1'000'000'000U +
           static_cast<std::uint64_t>(own.tv_nsec);
  }
  const auto us = [](const timeval& time) {
    return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000U +
           static_cast<std::uint64_t>(time.tv_usec);
  };
  return 1000U * (us(usage.ru_utime) + us(usage.ru_stime));
}

PERJOULE_INLINE KernelEvents::KernelEvents(std::initializer_list<std::string_view> names,
                                           Target target)
    : KernelEvents(std::vector<std::string>(names.begin(), names.end()), target) {}

PERJOULE_INLINE KernelEvents::KernelEvents(View<std::string> names, Target target)
    : KernelEvents(names, target, {}) {}

PERJOULE_INLINE KernelEvents::KernelEvents(View<std::string> names, Target target,
                                           const detail::PerfCalls& calls)
    : state_(new State(names, target, calls)) {}

PERJOULE_INLINE KernelEvents::~KernelEvents() { delete state_; }

PERJOULE_INLINE const EventSourceDescription& KernelEvents::description() const noexcept {
  return state_->description;
}

PERJOULE_INLINE bool KernelEvents::open(std::size_t set) { return state_->open(set); }

PERJOULE_INLINE bool KernelEvents::open_all() { return state_->open_all(); }

PERJOULE_INLINE bool KernelEvents::read(EventReading& reading) noexcept {
  return state_->read(reading);
}

PERJOULE_INLINE void KernelEvents::close() noexcept { state_->close(); }

}  // namespace perjoule::inline v0
