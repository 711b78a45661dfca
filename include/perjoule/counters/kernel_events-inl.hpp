// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <errno.h>
#include <sys/ioctl.h>
#include <time.h>

#include <algorithm>
#include <charconv>
#include <system_error>
#include <utility>

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/file.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/counters/kernel_events.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE std::string kernel_event_names() {
  std::string names;
  for (const KernelEvent& event : kernel_events) {
    if (!names.empty()) names += ", ";
    names += event.name;
  }
  return names;
}

PERJOULE_INLINE KernelEvent find_kernel_event(std::string_view name) {
  for (const KernelEvent& event : kernel_events) {
    if (event.name == name || (!event.alias.empty() && event.alias == name)) return event;
  }
  std::uint64_t raw = 0;
  const auto [end, problem] =
      std::from_chars(name.begin() + (name.starts_with('r') ? 1 : 0), name.end(), raw, 16);
  if (!name.starts_with('r') || problem != std::errc{} || end != name.end()) {
    fail("no event of that name", name,
         text::format("name some of {}, or a raw code such as r01c0", kernel_event_names()));
  }
  return {"raw", "", KernelEvent::Source::perf, 4, raw};
}

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
      return "this processor, or the virtual machine that it is, does not count it";
    case ENOSYS:
      return "this kernel has no perf events, or a sandbox hides them";
    default:
      return errno_message(error_number);
  }
}

PERJOULE_INLINE bool enable_perf_group(int leader) noexcept {
  constexpr unsigned long enable = _IO('$', 0);
  constexpr unsigned long whole_group = 1;
  return ioctl(leader, enable, whole_group) == 0;
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE KernelEvents::KernelEvents(std::initializer_list<std::string_view> names,
                                           Target target)
    : KernelEvents(std::vector<std::string>(names.begin(), names.end()), target) {}

PERJOULE_INLINE KernelEvents::KernelEvents(View<std::string> names, Target target,
                                           const detail::PerfCalls& calls)
    : calls_(calls), target_(target) {
  description_.name = "kernel";
  description_.extent = target == Target::process ? EventExtent::process : EventExtent::program;
  for (const std::string& name : names) {
    const detail::KernelEvent known = detail::find_kernel_event(name);
    known_.push_back(known);
    Event event;
    event.name = name;
    event.kind = known.kind;
    event.is_hardware = known.source == Source::perf && known.type != software;
    needs_usage_ = needs_usage_ || known.source != Source::perf;
    if (known.source == Source::task_clock) {
      event.unit = "s";
      event.per_count = 1e-9;
    }
    description_.events.push_back(std::move(event));
  }
  form_sets();
}

PERJOULE_INLINE bool KernelEvents::open(std::size_t set) {
  close();
  if (target_ == Target::next_program) return open_set(set, 0) == 0;
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

PERJOULE_INLINE bool KernelEvents::open_all() {
  close();
  int why = 0;
  for (std::size_t set = 0; set < description_.sets && why == 0; ++set) why = open_set(set, 0);
  if (why != 0) close();  // the counts of some sets would be mistaken for all
  return why == 0;
}

PERJOULE_INLINE bool KernelEvents::read(EventReading& reading) noexcept {
  reading.resize(known_.size());
  for (std::size_t i = 0; i < known_.size(); ++i) {
    reading.counts[i] = reading.enabled[i] = reading.running[i] = 0;
  }
  for (const Group& group : groups_) {
    // The number of events, the time enabled, the time running, and the counts.
    if (!detail::read_perf_event(group.leader, numbers_.data(), 3 + group.events.size())) {
      return false;
    }
    for (std::size_t place = 0; place < group.events.size(); ++place) {
      const std::size_t event = group.events[place];
      reading.counts[event] += numbers_[3 + place];
      reading.enabled[event] += numbers_[1];
      reading.running[event] += numbers_[2];
    }
  }
  return read_usage(reading);
}

PERJOULE_INLINE void KernelEvents::close() noexcept {
  files_.clear();
  groups_.clear();
}

PERJOULE_INLINE int KernelEvents::open_one(std::size_t i, int thread, int leader) const noexcept {
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
  if (leader == -1 && target_ == Target::next_program) attributes.flags |= enable_on_exec;
  if (description_.events[i].is_hardware) attributes.flags |= user_mode_only;
  return calls_.open(attributes, thread, -1, leader);
}

PERJOULE_INLINE void KernelEvents::form_sets() {
  description_.sets = 1;
  int leader = -1;
  std::size_t set = 0;
  for (std::size_t i = 0; i < known_.size(); ++i) {
    if (known_[i].source != Source::perf) continue;
    Event& event = description_.events[i];
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
    files_.emplace_back(file);
    if (!event.is_hardware) continue;
    if (leader == -1) leader = file;
    event.set = set;
    description_.sets = set + 1;
  }
  close();
}

PERJOULE_INLINE int KernelEvents::open_set(std::size_t set, int thread) {
  const int why = open_group(set, true, thread);
  return why != 0 ? why : open_group(set, false, thread);
}

PERJOULE_INLINE int KernelEvents::open_group(std::size_t set, bool is_hardware, int thread) {
  Group group;
  for (std::size_t i = 0; i < known_.size(); ++i) {
    if (!is_in_group(i, set, is_hardware)) continue;
    const int file = open_one(i, thread, group.leader);
    if (file == -1) return errno;
    files_.emplace_back(file);
    if (group.leader == -1) group.leader = file;
    group.events.push_back(i);
  }
  if (group.events.empty()) return 0;
  numbers_.resize(std::max(numbers_.size(), 3 + group.events.size()));
  groups_.push_back(std::move(group));
  return 0;
}

PERJOULE_INLINE bool KernelEvents::enable() const noexcept {
  return std::all_of(groups_.begin(), groups_.end(),
                     [&](const Group& group) { return calls_.enable(group.leader); });
}

PERJOULE_INLINE bool KernelEvents::read_usage(EventReading& reading) const noexcept {
  if (!needs_usage_) return true;
  rusage usage{};
  const auto whose = target_ == Target::process ? RUSAGE_SELF : RUSAGE_CHILDREN;
  if (getrusage(whose, &usage) != 0) return false;
  for (std::size_t i = 0; i < known_.size(); ++i) {
    reading.counts[i] += count_of(known_[i].source, usage);
  }
  return true;
}

PERJOULE_INLINE std::uint64_t KernelEvents::count_of(Source source,
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

PERJOULE_INLINE std::uint64_t KernelEvents::cpu_time(const rusage& usage) const noexcept {
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

}  // namespace perjoule::inline v0
