// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <dirent.h>
#include <fcntl.h>
#include <papi.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "perjoule/core/error.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/counters/event_source.hpp"

namespace perjoule::inline v0 {

namespace detail {

/// @throws Error if PAPI can't be started
inline void start_papi() {
  const int found = PAPI_library_init(PAPI_VER_CURRENT);
  if (found != PAPI_VER_CURRENT) {
    fail("PAPI can't be started",
         found > 0 ? "its library is of another version than its header" : PAPI_strerror(found),
         "build with the headers of the libpapi that is installed");
  }
  if (PAPI_is_initialized() == PAPI_THREAD_LEVEL_INITED) return;
  (void)PAPI_thread_init([] { return static_cast<unsigned long>(pthread_self()); });
}

/// Returns PAPI's message, for use in the middle of a sentence.
[[nodiscard]] inline std::string papi_reason(int code) {
  std::string reason = PAPI_strerror(code);
  if (!reason.empty() && reason[0] >= 'A' && reason[0] <= 'Z') reason[0] ^= ' ';
  return reason;
}

/// Returns why a component of PAPI counts nothing; empty if it does count.
[[nodiscard]] inline std::string why_no_component(std::string_view name) {
  for (int i = 0; i < PAPI_num_components(); ++i) {
    const PAPI_component_info_t* const component = PAPI_get_component_info(i);
    if (component == nullptr || component->name != name) continue;
    if (component->disabled == PAPI_OK) return {};
    return *component->disabled_reason == '\0' ? papi_reason(component->disabled)
                                               : std::string(component->disabled_reason);
  }
  return text::format("this PAPI has no component {}", name);
}

[[nodiscard]] inline EventKind kind_of_preset(std::string_view name) noexcept {
  static constexpr struct {
    std::string_view name;
    EventKind kind;
  } kinds[] = {
      {"PAPI_TOT_INS", EventKind::instructions},     {"PAPI_TOT_CYC", EventKind::cycles},
      {"PAPI_L3_TCM", EventKind::last_level_misses}, {"PAPI_FP_OPS", EventKind::operations},
      {"PAPI_SP_OPS", EventKind::single_operations}, {"PAPI_DP_OPS", EventKind::double_operations}};
  for (const auto& known : kinds) {
    if (known.name == name) return known.kind;
  }
  return EventKind::other;
}

/// Makes an empty set for events of one component.
/// @param domain  PAPI_DOM_USER or PAPI_DOM_ALL. It is set through the component's default, since
///                setting it for a set needs a hardware event, which not every machine has
[[nodiscard]] inline int create_papi_set(int component, int domain, int& set) noexcept {
  PAPI_option_t before{};
  before.domain.def_cidx = component;
  const bool is_known = PAPI_get_opt(PAPI_DEFDOM, &before) == PAPI_OK;
  set = PAPI_NULL;
  (void)PAPI_set_cmp_domain(domain, component);
  int code = PAPI_create_eventset(&set);
  if (code == PAPI_OK) code = PAPI_assign_eventset_component(set, component);
  if (is_known) (void)PAPI_set_cmp_domain(before.domain.domain, component);
  return code;
}

/// Makes a set count for an existing thread, and for the threads that it starts later.
[[nodiscard]] inline int follow_thread(int set, int thread) noexcept {
  PAPI_option_t option{};
  option.inherit.eventset = set;
  option.inherit.inherit = PAPI_INHERIT_ALL;
  const int code = PAPI_set_opt(PAPI_INHERIT, &option);
  if (code != PAPI_OK || thread == static_cast<int>(gettid())) return code;
  return PAPI_attach(set, static_cast<unsigned long>(thread));
}

inline void destroy_papi_set(int set) noexcept {
  if (set == PAPI_NULL) return;
  (void)PAPI_stop(set, nullptr);
  (void)PAPI_cleanup_eventset(set);
  (void)PAPI_destroy_eventset(&set);
}

}  // namespace detail

/// Events that PAPI counts: presets such as PAPI_TOT_INS in user mode, and native events by their
/// names. The kernel's software events among them ("perf::PAGE-FAULTS") include what the kernel
/// does itself.
///
/// They count for all threads that the process has when they are opened, and for those that these
/// start. If PAPI can't do that, as without any hardware event, they count for the calling thread
/// alone, and the description says so. Events that don't fit together are in several sets, and
/// nothing is multiplexed. An event that can't be counted here is missing, with PAPI's own reason.
/// @source PAPI's low-level interface
class PapiEvents {
 public:
  /// @throws Error for a name that PAPI does not know, and if PAPI can't be started
  PapiEvents(std::initializer_list<std::string> names) : PapiEvents(View<std::string>(names)) {}
  /// @throws Error for a name that PAPI does not know, and if PAPI can't be started
  explicit PapiEvents(View<std::string> names) {
    detail::start_papi();
    for (const std::string& name : names) add(name);
    counts_.resize(names.size());
    form_sets();
    follows_threads_ = can_follow_threads();
    description_.name = "papi";
    description_.extent = follows_threads_ ? EventExtent::process : EventExtent::calling_thread;
  }
  PapiEvents(const PapiEvents&) = delete;
  PapiEvents& operator=(const PapiEvents&) = delete;
  ~PapiEvents() { close(); }

  [[nodiscard]] const EventSourceDescription& description() const noexcept { return description_; }

  [[nodiscard]] bool open(std::size_t set) noexcept {
    close();
    for (std::size_t i = 0; i < known_.size(); ++i) {
      const Event& event = description_.events[i];
      if (event.set == set && event.why_missing.empty()) counted_.push_back(i);
    }
    const int own = static_cast<int>(gettid());
    bool is_open = open_for(own) == PAPI_OK;
    DIR* const threads = follows_threads_ ? opendir("/proc/self/task") : nullptr;
    while (const dirent* const entry = threads == nullptr ? nullptr : readdir(threads)) {
      const int thread = atoi(entry->d_name);
      if (thread == 0 || thread == own || open_for(thread) == PAPI_OK) continue;
      const std::string place = text::format("/proc/self/task/{}", thread);
      is_open = is_open && access(place.c_str(), F_OK) != 0;  // it has ended in the meantime
    }
    if (threads != nullptr) closedir(threads);
    if (!is_open) close();
    return is_open;
  }

  [[nodiscard]] bool read(EventReading& reading) noexcept {
    reading.resize(known_.size());
    ++readings_;
    for (const std::size_t event : counted_) {
      reading.counts[event] = 0;
      reading.enabled[event] = reading.running[event] = readings_;  // nothing is multiplexed
    }
    for (const int set : running_) {
      if (PAPI_read(set, counts_.data()) != PAPI_OK) return false;
      auto count = counts_.begin();
      for (const std::size_t event : counted_) {
        reading.counts[event] += static_cast<std::uint64_t>(*count++);
      }
    }
    return true;
  }

  void close() noexcept {
    for (const int set : running_) detail::destroy_papi_set(set);
    running_.clear();
    counted_.clear();
  }

 private:
  /// Properties of an event in PAPI.
  struct Known {
    int code = 0;
    int component = 0;
    int domain = PAPI_DOM_USER;
  };

  void add(const std::string& name) {
    Event event;
    Known known;
    event.name = name;
    event.kind = detail::kind_of_preset(name);
    const int found = PAPI_event_name_to_code(name.c_str(), &known.code);
    if (found != PAPI_OK) {
      // Native events are unknown if nothing counts them.
      event.why_missing = detail::why_no_component("perf_event");
      if (name.starts_with("PAPI_") || event.why_missing.empty()) {
        detail::fail("PAPI has no event of that name", name,
                     "papi_avail and papi_native_avail (Debian: papi-tools) list those it has");
      }
    } else {
      describe(event, known);
    }
    description_.events.push_back(event);
    known_.push_back(known);
  }

  static void describe(Event& event, Known& known) {
    known.component = PAPI_get_event_component(known.code);
    PAPI_event_info_t info{};
    if (known.component < 0) known.component = 0;
    if (PAPI_get_event_info(known.code, &info) != PAPI_OK) return;
    // libpfm describes the kernel's own events by their names in the kernel's headers.
    const std::string_view description = info.long_descr;
    if (!description.starts_with("PERF_COUNT_SW_")) return;
    event.is_hardware = false;
    known.domain = PAPI_DOM_ALL;  // a context switch happens in the kernel
    if (description.find("_CLOCK") == description.npos) return;
    event.unit = std::string(1, 's');  // for = "s" g++ 12 warns of an overlap at -O3
    event.per_count = 1e-9;
  }

  /// Finds out which events PAPI counts here, and which of them at the same time.
  void form_sets() {
    std::size_t sets = 0;
    int trial = PAPI_NULL;
    Known last;
    for (std::size_t i = 0; i < known_.size(); ++i) {
      Event& event = description_.events[i];
      if (!event.why_missing.empty()) continue;
      const Known& known = known_[i];
      const bool is_alike = known.component == last.component && known.domain == last.domain;
      if (trial != PAPI_NULL && is_alike && add_and_try(trial, known.code) == PAPI_OK) {
        event.set = sets - 1;
        continue;
      }
      int alone = PAPI_NULL;
      int code = detail::create_papi_set(known.component, known.domain, alone);
      if (code == PAPI_OK) code = add_and_try(alone, known.code);
      if (code != PAPI_OK) {
        detail::destroy_papi_set(alone);
        event.why_missing = detail::papi_reason(code);
        continue;
      }
      if (trial != PAPI_NULL) detail::destroy_papi_set(trial);
      trial = alone;
      last = known;
      event.set = sets++;
    }
    if (trial != PAPI_NULL) detail::destroy_papi_set(trial);
    description_.sets = sets == 0 ? 1 : sets;
  }

  /// Adds an event to a set, and leaves the set as it was if the event can't be counted in it.
  [[nodiscard]] static int add_and_try(int set, int event) noexcept {
    int code = PAPI_add_event(set, event);
    if (code != PAPI_OK) return code;
    code = PAPI_start(set);
    if (code == PAPI_OK) code = PAPI_stop(set, nullptr);
    if (code != PAPI_OK) (void)PAPI_remove_event(set, event);
    return code;
  }

  /// Returns whether sets can count for other threads. PAPI first asks for a hardware event, even
  /// if only software events are wanted.
  [[nodiscard]] bool can_follow_threads() const noexcept {
    for (std::size_t i = 0; i < known_.size(); ++i) {
      if (!description_.events[i].why_missing.empty()) continue;
      int trial = PAPI_NULL;
      const bool can =
          detail::create_papi_set(known_[i].component, known_[i].domain, trial) == PAPI_OK &&
          detail::follow_thread(trial, static_cast<int>(gettid())) == PAPI_OK;
      detail::destroy_papi_set(trial);
      if (!can) return false;
    }
    return true;
  }

  [[nodiscard]] int open_for(int thread) noexcept {
    if (counted_.empty()) return PAPI_OK;  // none of it can be counted here
    const Known& first = known_[counted_[0]];
    int opened = PAPI_NULL;
    int code = detail::create_papi_set(first.component, first.domain, opened);
    if (code == PAPI_OK && follows_threads_) code = detail::follow_thread(opened, thread);
    for (const std::size_t event : counted_) {
      if (code == PAPI_OK) code = PAPI_add_event(opened, known_[event].code);
    }
    if (code == PAPI_OK) code = PAPI_start(opened);
    if (code == PAPI_OK) {
      running_.push_back(opened);
    } else {
      detail::destroy_papi_set(opened);
    }
    return code;
  }

  EventSourceDescription description_;
  std::vector<Known> known_;
  std::vector<int> running_;          ///< a PAPI set for each thread
  std::vector<std::size_t> counted_;  ///< events of each of these sets, in order
  bool follows_threads_ = false;
  std::uint64_t readings_ = 0;
  std::vector<long long> counts_;  ///< buffer for the counts of a set
};

}  // namespace perjoule::inline v0
