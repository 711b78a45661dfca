// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <cstddef>
#include <cstdint>
#include <utility>

#include "perjoule/core/config.hpp"
#include "perjoule/core/file.hpp"
#include "perjoule/core/perf_event.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/meters/counter_meter.hpp"
#include "perjoule/meters/powercap.hpp"
#include "perjoule/meters/probe.hpp"
#include "perjoule/meters/zones.hpp"

namespace perjoule::inline v0 {

namespace detail {

/// Opens an event of the kernel that counts for one CPU and all programs: a file, or -1 with errno.
using PerfOpener = int (*)(std::uint32_t type, std::uint64_t config, int cpu);

[[nodiscard]] PERJOULE_COLD inline int open_machine_event(std::uint32_t type, std::uint64_t config,
                                                          int cpu) noexcept {
  return open_perf_event({.type = type, .config = config}, -1, cpu, -1);
}

[[nodiscard]] inline bool read_perf(const CounterSource& source, std::uint64_t& count) noexcept {
  return read_perf_event(source.file, &count, 1);
}

/// The CPUs of a list such as "0,18" or "0-1,4".
using Cpus = Few<int, 64>;
[[nodiscard]] PERJOULE_COLD inline Cpus parse_cpus(const char* list) noexcept {
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

/// Leaves one CPU of each package where the dies of one show one counter: older kernels list each
/// die of AMD's Zen 1 and 2.
PERJOULE_COLD inline void drop_mirrored_dies(const char* root, Cpus& cpus) noexcept {
  char info[4096];
  (void)read_small_file(text::format("%s/proc/cpuinfo", root).chars, info, sizeof info);
  const text::Name vendor = field_of(info, "vendor_id");
  if (!(vendor == "AuthenticAMD") && !(vendor == "HygonGenuine")) return;
  Cpus kept;
  for (const int cpu : cpus) {
    bool known = false;
    for (const int other : kept) known = known || package_of(root, other) == package_of(root, cpu);
    if (!known) kept.push_back(cpu);
  }
  cpus = kept;
}

/// An event of the power PMU, as its files describe it. False where it has none of that name.
[[nodiscard]] PERJOULE_COLD inline bool describe_perf_event(const char* pmu, const char* event,
                                                            std::uint64_t& config,
                                                            Joules& scale) noexcept {
  const auto read = [&](const char* suffix) {
    char content[64];
    const text::Long path = text::format("%s/events/%s%s", pmu, event, suffix);
    (void)read_small_file(path.c_str(), content, sizeof content);
    return text::Short(content);
  };
  const text::Short code = read("");
  if (!begins(code.chars, "event=")) return false;
  config = strtoull(code.chars + 6, nullptr, 0);
  char* end = nullptr;
  scale = Joules(to_number(read(".scale").chars, &end));
  return read(".unit") == "Joules" && scale > Joules(0.0);
}

/// Adds an event of each package. 0, or the errno of the one that can't be opened.
[[nodiscard]] PERJOULE_COLD inline int add_perf_events(CounterMeter& meter, const char* pmu,
                                                       const char* event, const char* zone_name,
                                                       std::uint32_t type, const Cpus& cpus,
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

}  // namespace detail

/// Reads RAPL through the kernel's `power` events: the counters that powercap shows, with the unit
/// of memory as it is and without a file for each. One reader a package.
/// @param root  of the system, as in open_powercap
/// @param open  what opens an event; another one in tests
/// @error as open_powercap
/// @source Linux arch/x86/events/rapl.c
[[nodiscard]] PERJOULE_COLD inline Probe<CounterMeter> open_perf(
    const char* root = "", detail::PerfOpener open = &detail::open_machine_event) noexcept {
  const text::Long pmu = text::format("%s/sys/bus/event_source/devices/power", root);
  std::uint64_t type = 0;
  const text::Long problem = detail::read_number(pmu.chars, "type", type);
  if (!problem.empty()) {
    return {problem.chars, "run on bare metal with an Intel or AMD CPU ('modprobe rapl')"};
  }
  char list[256];
  (void)detail::read_small_file(text::format("%s/cpumask", pmu.chars).chars, list, sizeof list);
  detail::Cpus cpus = detail::parse_cpus(list);
  detail::drop_mirrored_dies(root, cpus);
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
    return {text::format("%s: %s", pmu.chars, detail::system_reason(why).chars).chars,
            "report the kernel version and the events in that folder", ProbeState::broken};
  }
  meter.measure_update_periods();
  // The kernel looks at the 32 bits of the hardware as often as 200 W need it, not more.
  meter.watch_wraps(Seconds(60.0));
  return meter;
}

}  // namespace perjoule::inline v0
