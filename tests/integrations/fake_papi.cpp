// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "fake_papi.hpp"

#include <papi.h>

#include <cstdio>
#include <cstring>
#include <map>

using namespace fake_papi;

namespace {

struct Set {
  int domain = 0;
  std::vector<std::size_t> events;
  bool runs = false;
  std::map<std::size_t, long long> moved;
  std::map<std::size_t, int> reads;
};
std::map<int, Set> sets;
int next_set = 1;
PAPI_component_info_t component;

constexpr int native = static_cast<int>(0x40000000U);

}  // namespace

extern "C" {

int PAPI_library_init(int version) { return version; }
int PAPI_is_initialized() { return PAPI_LOW_LEVEL_INITED; }
int PAPI_thread_init(unsigned long (*)()) { return PAPI_OK; }
char* PAPI_strerror(int code) {
  static char text[64];
  std::snprintf(text, sizeof text, "Fake reason %d", code);
  return text;
}
int PAPI_num_components() { return 1; }
const PAPI_component_info_t* PAPI_get_component_info(int) {
  std::strcpy(component.name, "perf_event");
  component.disabled = machine.component_disabled;
  std::strcpy(component.disabled_reason, machine.disabled_reason.c_str());
  return &component;
}
int PAPI_event_name_to_code(const char* name, int* code) {
  for (std::size_t i = 0; i < machine.events.size(); ++i) {
    if (machine.events[i].name != name) continue;
    *code = native + static_cast<int>(i);
    return PAPI_OK;
  }
  return PAPI_ENOEVNT;
}
int PAPI_get_event_component(int code) {
  return machine.events[static_cast<std::size_t>(code - native)].component;
}
int PAPI_get_event_info(int code, PAPI_event_info_t* info) {
  const FakeEvent& event = machine.events[static_cast<std::size_t>(code - native)];
  std::strcpy(info->units, event.units.c_str());
  std::strcpy(info->long_descr, event.description.c_str());
  return PAPI_OK;
}
int PAPI_get_opt(int, PAPI_option_t* option) {
  option->domain.domain = machine.domain;
  return PAPI_OK;
}
int PAPI_set_opt(int, PAPI_option_t*) { return machine.can_follow ? PAPI_OK : PAPI_ENOEVNT; }
int PAPI_set_cmp_domain(int domain, int) {
  machine.domain = domain;
  return PAPI_OK;
}
int PAPI_create_eventset(int* set) {
  *set = next_set++;
  sets[*set].domain = machine.domain;
  ++machine.sets_alive;
  return PAPI_OK;
}
int PAPI_assign_eventset_component(int, int) { return PAPI_OK; }
int PAPI_attach(int, unsigned long thread) {
  if (!machine.can_follow) return PAPI_ENOEVNT;
  machine.attached.push_back(thread);
  return PAPI_OK;
}
int PAPI_add_event(int set, int code) {
  const auto place = static_cast<std::size_t>(code - native);
  Set& own = sets[set];
  if (machine.events[place].component == 0 && own.events.size() >= machine.registers) {
    return PAPI_ECNFLCT;
  }
  own.events.push_back(place);
  return PAPI_OK;
}
int PAPI_remove_event(int set, int) {
  sets[set].events.pop_back();
  return PAPI_OK;
}
int PAPI_start(int set) {
  Set& own = sets[set];
  own.runs = true;
  own.moved = {};
  own.reads = {};
  machine.domains.push_back(own.domain);
  return PAPI_OK;
}
int PAPI_read(int set, long long* counts) {
  Set& own = sets[set];
  if (!own.runs) return PAPI_ENOTRUN;
  for (std::size_t i = 0; i < own.events.size(); ++i) {
    const std::size_t place = own.events[i];
    const FakeEvent& event = machine.events[place];
    if (own.reads[place]++ >= event.still_reads) own.moved[place] += event.per_read;
    counts[i] = own.moved[place] != 0 ? own.moved[place] + machine.work : event.absolute;
  }
  return PAPI_OK;
}
int PAPI_stop(int set, long long* counts) {
  const int code = counts == nullptr ? PAPI_OK : PAPI_read(set, counts);
  sets[set].runs = false;
  return code;
}
int PAPI_cleanup_eventset(int) { return PAPI_OK; }
int PAPI_destroy_eventset(int* set) {
  machine.sets_alive -= sets.erase(*set);
  *set = PAPI_NULL;
  return PAPI_OK;
}

}  // extern "C"
