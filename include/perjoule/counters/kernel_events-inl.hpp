// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/counters/kernel_events.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE text::Long kernel_event_names() noexcept {
  text::Long names;
  for (const KernelEvent& event : kernel_events) {
    names = text::format("%s%s%s", names.chars, names.empty() ? "" : ", ", event.name);
  }
  return names;
}

PERJOULE_INLINE KernelEvent find_kernel_event(const char* name) {
  for (const KernelEvent& event : kernel_events) {
    const bool is_alias = event.alias != nullptr && strcmp(event.alias, name) == 0;
    if (is_alias || strcmp(event.name, name) == 0) return event;
  }
  char* end = nullptr;
  const bool is_raw = *name == 'r' && name[1 + strspn(name + 1, "0123456789abcdefABCDEF")] == '\0';
  const std::uint64_t raw = is_raw ? strtoull(name + 1, &end, 16) : 0;
  if (!is_raw || end == name + 1) {
    fail("no event of that name", name,
         text::format("name some of %s, or a raw code such as r01c0", kernel_event_names().chars)
             .chars);
  }
  return {"raw", nullptr, KernelEvent::Source::perf, 4, raw};
}

PERJOULE_INLINE text::Name event_error_message(int error_number) noexcept {
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

PERJOULE_INLINE KernelEvents::KernelEvents(View<const char*> names, Target target,
                                           const detail::PerfCalls& calls)
    : calls_(calls), target_(target) {
  if (names.size() > max_events) {
    detail::fail("too many events", text::format("%zu", names.size()).chars,
                 "name 16 of them or fewer");
  }
  description_.name = "kernel";
  description_.extent = target == Target::process ? "process" : "program";
  for (const char* const name : names) {
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
    description_.events.push_back(event);
  }
  form_sets();
}

PERJOULE_INLINE bool KernelEvents::open(std::size_t set) noexcept {
  close();
  if (target_ == Target::next_program) return open_set(set, 0) == 0;
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

PERJOULE_INLINE bool KernelEvents::open_all() noexcept {
  close();
  int why = 0;
  for (std::size_t set = 0; set < description_.sets && why == 0; ++set) why = open_set(set, 0);
  if (why != 0) close();  // counts of a part of them would be read as those of all
  return why == 0;
}

PERJOULE_INLINE void KernelEvents::close() noexcept {
  for (const int file : files_) ::close(file);
  files_ = {};
  groups_ = {};
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
    if (file == -1 && is_together) {  // not together with the others: in a set of its own?
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
    files_.push_back(file);
    if (!event.is_hardware) continue;
    if (leader == -1) leader = file;
    event.set = set;
    description_.sets = set + 1;
  }
  close();
}

PERJOULE_INLINE int KernelEvents::open_set(std::size_t set, int thread) noexcept {
  const int why = open_group(set, true, thread);
  return why != 0 ? why : open_group(set, false, thread);
}

PERJOULE_INLINE int KernelEvents::open_group(std::size_t set, bool is_hardware,
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

PERJOULE_INLINE bool KernelEvents::enable() const noexcept {
  bool done = true;
  for (const Group& group : groups_) done = done && calls_.enable(group.leader);
  return done;
}

}  // namespace perjoule::inline v0
