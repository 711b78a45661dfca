// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <errno.h>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <memory>
#include <system_error>

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/file.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/core/perf_event.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/meters/cpu_model.hpp"
#include "perjoule/meters/perf.hpp"
#include "perjoule/meters/rapl.hpp"
#include "perjoule/units/scope.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE int open_machine_event(std::uint32_t type, std::uint64_t config, int cpu) noexcept {
  return open_perf_event({.type = type, .config = config}, -1, cpu, -1);
}

PERJOULE_INLINE bool PerfEventFile::read(std::uint64_t& count) noexcept {
  return read_perf_event(file_.get(), &count, 1);
}

PERJOULE_INLINE std::vector<int> parse_cpus(std::string_view list) {
  constexpr int most = 1 << 16;  // kernels are built for 8192 at most
  std::vector<int> cpus;
  const auto take_cpu = [&](int& cpu) {
    const auto [end, problem] = std::from_chars(list.begin(), list.end(), cpu);
    const bool is_next = cpu >= 0 && cpu < most && (cpus.empty() || cpu > cpus.back());
    if (problem != std::errc{} || !is_next) return false;
    list.remove_prefix(static_cast<std::size_t>(end - list.begin()));
    return true;
  };
  const auto take = [&](char separator) {
    if (!list.starts_with(separator)) return false;
    list.remove_prefix(1);
    return true;
  };
  int first = 0;
  while (take_cpu(first)) {
    int last = first;
    if (take('-') && !take_cpu(last)) break;
    for (int cpu = first; cpu <= last; ++cpu) cpus.push_back(cpu);
    if (!take(',')) break;
  }
  return cpus;
}

PERJOULE_INLINE void drop_duplicate_dies(const std::string& root, std::vector<int>& cpus) {
  if (!read_cpu_model(root).is_amd()) return;
  std::vector<int> packages;
  std::erase_if(cpus, [&](int cpu) {
    const int package = package_of(root, cpu);
    if (std::find(packages.begin(), packages.end(), package) != packages.end()) return true;
    packages.push_back(package);
    return false;
  });
}

PERJOULE_INLINE std::optional<PowerEvent> describe_perf_event(const std::string& pmu,
                                                              std::string_view event) {
  const auto read = [&](std::string_view suffix) {
    return read_file(text::format("{}/events/{}{}", pmu, event, suffix)).value_or("");
  };
  const std::string code = read("");
  const std::string scale = read(".scale");
  constexpr std::string_view begin = "event=";
  if (!code.starts_with(begin) || read(".unit") != "Joules") return {};
  std::string_view digits = std::string_view(code).substr(begin.size());
  const bool is_hexadecimal = digits.starts_with("0x");
  if (is_hexadecimal) digits.remove_prefix(2);
  PowerEvent found;
  std::from_chars(digits.begin(), digits.end(), found.config, is_hexadecimal ? 16 : 10);
  std::string_view number = scale;
  found.per_count = Joules(take_number(number).value_or(0.0));
  if (!is_finite(found.per_count.si()) || found.per_count <= Joules(0.0)) return {};
  return found;
}

PERJOULE_INLINE int add_perf_events(CounterMeter& meter, const std::string& pmu,
                                    std::string_view event, std::string_view zone_name,
                                    std::uint32_t type, const std::vector<int>& cpus,
                                    PerfOpener open) {
  const std::optional<PowerEvent> found = describe_perf_event(pmu, event);
  if (!found) return ENOENT;
  Zone zone;
  zone.per_count = found->per_count;
  // The kernel sums counts in 64 bits, much finer than the hardware's step, which is 61 uJ on most
  // CPUs.
  zone.modulus = never_wraps;
  zone.resolution = Joules(61e-6);
  zone.update_period = rapl_period;
  for (std::size_t i = 0; i < cpus.size(); ++i) {
    FileDescriptor file(open(type, found->config, cpus[i]));
    if (!file.is_open()) return errno == ENOENT ? ENODEV : errno;  // the event was described
    zone.name = zone_name;
    if (zone_name.ends_with('-')) zone.name += std::to_string(i);
    zone.id = text::format("{}@cpu{}", event, cpus[i]);
    meter.add(zone, std::make_unique<PerfEventFile>(std::move(file)));
  }
  return 0;
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE Probe<CounterMeter> open_perf(const std::string& root, detail::PerfOpener open) {
  const std::string pmu = root + "/sys/bus/event_source/devices/power";
  std::uint64_t type = 0;
  const std::string problem = detail::read_number(pmu, "type", type);
  if (!problem.empty()) {
    return {problem, "run on bare metal with an Intel or AMD CPU ('modprobe rapl')"};
  }
  std::vector<int> cpus = detail::parse_cpus(detail::read_file(pmu + "/cpumask").value_or(""));
  detail::drop_duplicate_dies(root, cpus);
  CounterMeter meter("rapl-perf", pmu,
                     "the whole package is counted, other programs' share included");
  const auto add = [&](std::string_view event, std::string_view name,
                       const std::vector<int>& of_cpus) {
    return detail::add_perf_events(meter, pmu, event, name, static_cast<std::uint32_t>(type),
                                   of_cpus, open);
  };
  int why = ENOENT;
  if (!cpus.empty()) {
    // One counter of the whole machine, which is shown for each package.
    why = add("energy-psys", "psys", {cpus.front()});
    meter.description().scope = Scope::psys;
  }
  if (why == ENOENT && !cpus.empty()) {
    why = add("energy-pkg", "package-", cpus);
    const int memory = why == 0 ? add("energy-ram", "dram-", cpus) : ENOENT;
    meter.description().scope = memory == 0 ? (Scope::package | Scope::dram) : Scope::package;
    if (memory != ENOENT) why = memory;
  }
  if (why == EACCES || why == EPERM) {
    return {"the kernel keeps its power events from this user",
            "run 'sudo sysctl kernel.perf_event_paranoid=0' (until the next boot), or give the "
            "program CAP_PERFMON: docs/how-to/permissions.md",
            ProbeState::forbidden};
  }
  if (why != 0) {
    return {text::format("{}: {}", pmu, detail::errno_message(why)),
            "report the kernel version and the events in that folder", ProbeState::broken};
  }
  detail::describe_rapl(meter.description(), detail::read_cpu_model(root));
  meter.measure_update_periods();
  // The kernel reads the 32 bits of the hardware only as often as 200 W require.
  meter.poll_for_wraps(Seconds(60.0));
  return meter;
}

}  // namespace perjoule::inline v0
