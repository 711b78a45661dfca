// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstdint>

#include "perjoule/core/config.hpp"
#include "perjoule/core/few.hpp"
#include "perjoule/core/perf_event.hpp"
#include "perjoule/meters/counter_meter.hpp"
#include "perjoule/meters/probe.hpp"
#include "perjoule/units/quantity.hpp"

namespace perjoule::inline v0 {

namespace detail {

/// Opens an event of the kernel that counts for one CPU and all programs: a file, or -1 with errno.
using PerfOpener = int (*)(std::uint32_t type, std::uint64_t config, int cpu);

[[nodiscard]] int open_machine_event(std::uint32_t type, std::uint64_t config, int cpu) noexcept;

[[nodiscard]] inline bool read_perf(const CounterSource& source, std::uint64_t& count) noexcept {
  return read_perf_event(source.file, &count, 1);
}

/// The CPUs of a list such as "0,18" or "0-1,4".
using Cpus = Few<int, 64>;
[[nodiscard]] Cpus parse_cpus(const char* list) noexcept;

/// Leaves one CPU of each package where the dies of one show one counter: older kernels list each
/// die of AMD's Zen 1 and 2.
void drop_duplicate_dies(const char* root, Cpus& cpus) noexcept;

/// An event of the power PMU, as its files describe it. False where it has none of that name.
[[nodiscard]] bool describe_perf_event(const char* pmu, const char* event, std::uint64_t& config,
                                       Joules& scale) noexcept;

/// Adds an event of each package. 0, or the errno of the one that can't be opened.
[[nodiscard]] int add_perf_events(CounterMeter& meter, const char* pmu, const char* event,
                                  const char* zone_name, std::uint32_t type, const Cpus& cpus,
                                  PerfOpener open) noexcept;

}  // namespace detail

/// Reads RAPL through the kernel's `power` events: the counters that powercap shows, with the unit
/// of memory as it is and without a file for each. One reader a package.
/// @param root  of the system, as in open_powercap
/// @param open  what opens an event; another one in tests
/// @error as open_powercap
/// @source Linux arch/x86/events/rapl.c
[[nodiscard]] Probe<CounterMeter> open_perf(
    const char* root = "", detail::PerfOpener open = &detail::open_machine_event) noexcept;

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/meters/perf-inl.hpp"
#endif
