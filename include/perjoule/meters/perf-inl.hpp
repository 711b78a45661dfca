// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <cstddef>
#include <utility>

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/file.hpp"
#include "perjoule/core/line.hpp"
#include "perjoule/meters/meter.hpp"
#include "perjoule/meters/perf.hpp"
#include "perjoule/meters/rapl.hpp"
#include "perjoule/units/quantity.hpp"
#include "perjoule/units/scope.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE int open_machine_event(std::uint32_t type, std::uint64_t config, int cpu) noexcept {
  return open_perf_event({.type = type, .config = config}, -1, cpu, -1);
}

PERJOULE_INLINE Cpus parse_cpus(const char* list) noexcept {
  Cpus cpus;
  while (*list >= '0' && *list <= '9') {
    char* end = nullptr;
    long first = strtol(list, &end, 10);
    const long last = *end == '-' ? strtol(end + 1, &end, 10) : first;
    for (; first <= last && cpus.size() < Cpus::capacity(); ++first) {
      cpus.push_back(static_cast<int>(first));
    }
    list = *end == ',' ? end + 1 : end;
  }
  return cpus;
}

PERJOULE_INLINE void drop_duplicate_dies(const char* root, Cpus& cpus) noexcept {
  char info[4096];
  (void)read_small_file(text::format("%s/proc/cpuinfo", root).chars, info, sizeof info);
  const text::Name vendor = parse_field(info, "vendor_id");
  if (!(vendor == "AuthenticAMD") && !(vendor == "HygonGenuine")) return;
  Cpus kept;
  for (const int cpu : cpus) {
    bool known = false;
    for (const int other : kept) known = known || package_of(root, other) == package_of(root, cpu);
    if (!known) kept.push_back(cpu);
  }
  cpus = kept;
}

PERJOULE_INLINE bool describe_perf_event(const char* pmu, const char* event, std::uint64_t& config,
                                         Joules& scale) noexcept {
  const auto read = [&](const char* suffix) {
    char content[64];
    const text::Long path = text::format("%s/events/%s%s", pmu, event, suffix);
    (void)read_small_file(path.c_str(), content, sizeof content);
    return text::Short(content);
  };
  const text::Short code = read("");
  if (!starts_with(code.chars, "event=")) return false;
  config = strtoull(code.chars + 6, nullptr, 0);
  char* end = nullptr;
  scale = Joules(parse_double(read(".scale").chars, &end));
  return read(".unit") == "Joules" && scale > Joules(0.0);
}

PERJOULE_INLINE int add_perf_events(CounterMeter& meter, const char* pmu, const char* event,
                                    const char* zone_name, std::uint32_t type, const Cpus& cpus,
                                    PerfOpener open) noexcept {
  std::uint64_t config = 0;
  Zone zone;
  if (!describe_perf_event(pmu, event, config, zone.per_count)) return ENOENT;
  // The kernel adds up 64 bits of counts much finer than the hardware's, which is 61 uJ on most.
  zone.modulus = never_wraps;
  zone.resolution = Joules(61e-6);
  zone.update_period = rapl_period;
  for (std::size_t i = 0; i < cpus.size(); ++i) {
    const int file = open(type, config, cpus[i]);
    if (file == -1) return errno == ENOENT ? ENODEV : errno;  // it was described
    zone.name = text::format(zone_name, i).chars;
    zone.id = text::format("%s@cpu%d", event, cpus[i]).chars;
    if (!meter.add(zone, {&read_perf, file})) return E2BIG;
  }
  return 0;
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE Probe<CounterMeter> open_perf(const char* root, detail::PerfOpener open) noexcept {
  const text::Long pmu = text::format("%s/sys/bus/event_source/devices/power", root);
  std::uint64_t type = 0;
  const text::Long problem = detail::read_number(pmu.chars, "type", type);
  if (!problem.empty()) {
    return {problem.chars, "run on bare metal with an Intel or AMD CPU ('modprobe rapl')"};
  }
  char list[256];
  (void)detail::read_small_file(text::format("%s/cpumask", pmu.chars).chars, list, sizeof list);
  detail::Cpus cpus = detail::parse_cpus(list);
  detail::drop_duplicate_dies(root, cpus);
  CounterMeter meter("rapl-perf", pmu.chars,
                     "the whole package is counted, other programs' share included");
  Scope& scope = meter.description().scope;
  const auto add = [&](const char* event, const char* name) {
    return detail::add_perf_events(meter, pmu.chars, event, name, static_cast<std::uint32_t>(type),
                                   cpus, open);
  };
  int why = cpus.empty() ? ENOENT : 0;
  if (why == 0) {
    // One counter of the whole machine, which is shown at each package.
    detail::Cpus first;
    first.push_back(cpus[0]);
    const detail::Cpus all = std::exchange(cpus, first);
    why = add("energy-psys", "psys");
    scope = Scope::psys;
    cpus = all;
  }
  if (why == ENOENT && !cpus.empty()) {
    scope = Scope::package;
    why = add("energy-pkg", "package-%zu");
    const int memory = why == 0 ? add("energy-ram", "dram-%zu") : ENOENT;
    if (memory == 0) scope = Scope::package_dram;
    if (memory != ENOENT) why = memory;
  }
  if (why == EACCES || why == EPERM) {
    return {"the kernel keeps its power events from this user",
            "run 'sudo sysctl kernel.perf_event_paranoid=0' (until the next boot), or give the "
            "program CAP_PERFMON: docs/how-to/permissions.md",
            ProbeState::forbidden};
  }
  if (why != 0) {
    return {text::format("%s: %s", pmu.chars, detail::errno_message(why).chars).chars,
            "report the kernel version and the events in that folder", ProbeState::broken};
  }
  meter.measure_update_periods();
  // The kernel looks at the 32 bits of the hardware as often as 200 W need it, not more.
  meter.poll_for_wraps(Seconds(60.0));
  return meter;
}

}  // namespace perjoule::inline v0
