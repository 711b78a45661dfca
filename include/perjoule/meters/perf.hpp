// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/core/file_descriptor.hpp"
#include "perjoule/meters/counter_meter.hpp"
#include "perjoule/meters/probe.hpp"
#include "perjoule/units/quantity.hpp"

namespace perjoule::inline v0 {

namespace detail {

/// Opens a kernel event that counts for one CPU and all programs. Returns a file, or -1 with errno.
using PerfOpener = int (*)(std::uint32_t type, std::uint64_t config, int cpu);

[[nodiscard]] int open_machine_event(std::uint32_t type, std::uint64_t config, int cpu) noexcept;

/// Counter of a kernel event.
class PerfEventFile final : public CounterReader {
 public:
  explicit PerfEventFile(FileDescriptor file) noexcept : file_(std::move(file)) {}
  [[nodiscard]] bool read(std::uint64_t& count) noexcept override;

 private:
  FileDescriptor file_;
};

/// Returns the CPUs of a list such as "0,18" or "0-1,4", up to the first that is not above the one
/// before it, or that no kernel has.
[[nodiscard]] std::vector<int> parse_cpus(std::string_view list);

/// Keeps one CPU per package if the dies of a package share one counter: older kernels list each
/// die of AMD's Zen 1 and 2.
void drop_duplicate_dies(const std::string& root, std::vector<int>& cpus);

/// The description of an event in the files of the power PMU.
struct PowerEvent {
  std::uint64_t config = 0;
  Joules per_count{0.0};
};

/// Returns an event of the power PMU as its files describe it, or nothing if there is no such
/// event.
[[nodiscard]] std::optional<PowerEvent> describe_perf_event(const std::string& pmu,
                                                            std::string_view event);

/// Adds an event for each package. Returns 0, or the errno of one that cannot be opened.
/// @param zone_name  "dram-" is followed by the number of the package, "psys" is not
[[nodiscard]] int add_perf_events(CounterMeter& meter, const std::string& pmu,
                                  std::string_view event, std::string_view zone_name,
                                  std::uint32_t type, const std::vector<int>& cpus,
                                  PerfOpener open);

}  // namespace detail

/// Opens RAPL through the kernel's `power` events. These are the counters that powercap shows, but
/// with the actual unit of memory and without a file for each. There is one reader per package.
/// @param root  of the system, as in open_powercap
/// @param open  opens an event; replaced in tests
/// @error as open_powercap
/// @source Linux arch/x86/events/rapl.c
[[nodiscard]] Probe<CounterMeter> open_perf(const std::string& root = "",
                                            detail::PerfOpener open = &detail::open_machine_event);

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/meters/perf-inl.hpp"
#endif
