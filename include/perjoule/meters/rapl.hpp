// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/core/file_descriptor.hpp"
#include "perjoule/meters/counter_meter.hpp"
#include "perjoule/meters/cpu_model.hpp"
#include "perjoule/meters/meter.hpp"
#include "perjoule/meters/probe.hpp"
#include "perjoule/units/quantity.hpp"
#include "perjoule/units/scope.hpp"

namespace perjoule::inline v0::detail {

/// A zone as found, before choosing the zones that make up the total.
struct FoundZone {
  Zone zone;
  std::string folder;                      ///< for powercap
  std::unique_ptr<CounterReader> counter;  ///< for a register
  std::uint64_t counts = 0;                ///< the counter when the zone was found
  std::uint64_t counts_later = 0;          ///< the counter after all others were read
  bool chosen = false;
};

/// All zones below a root. These are more than are added up, since core and uncore are among them.
using FoundZones = std::vector<FoundZone>;

/// Returns whether a zone is below a package zone: "intel-rapl:0:1" is below "intel-rapl:0".
[[nodiscard]] inline bool is_nested_in(const Zone& zone, const Zone& package) noexcept {
  return zone.id.starts_with(package.id) && zone.id.size() > package.id.size() &&
         zone.id[package.id.size()] == ':';
}

/// Returns whether two zones are dies of one package: "package-0-die-0" and "package-0-die-1".
[[nodiscard]] inline bool is_same_package(const Zone& a, const Zone& b) noexcept {
  constexpr std::size_t number = 8;  // length of "package-"
  const std::string_view package = std::string_view(a.name).substr(0, a.name.find('-', number));
  const std::string_view other = b.name;
  return other.starts_with(package) &&
         (other.size() == package.size() || other[package.size()] == '-');
}

/// Returns whether a further die shows the same counter as one chosen before (AMD Zen 1 and 2). In
/// that case its counter, read between two readings of the other, lies between them. One joule of
/// tolerance allows for copies that are a tick apart. Dies with counters of their own differ by all
/// the energy that they have drawn since the machine was switched on.
[[nodiscard]] bool is_duplicate_die(const FoundZones& found, const FoundZone& die) noexcept;

/// Marks the zones whose sum counts every joule once, and returns what that sum covers. This is
/// psys alone if available, since it contains the packages. Otherwise it is all packages, and their
/// DRAM if each has a counter for it. DRAM is nested below its package in sysfs but not counted by
/// it; core and uncore are counted by it. `intel-rapl-mmio` shows the same counters in another way,
/// and is left out if `intel-rapl` is available.
/// @source docs/explanation/energy.md#which-part-scope
[[nodiscard]] Scope choose_zones(FoundZones& found);

/// Time between two ticks of RAPL's counters, for use if it cannot be measured. The time unit of
/// register 0x606, 976.6 us, is another one.
/// @source docs/reference/meters.md#ticks: 1.0000 to 1.0023 ms on four processors
inline constexpr Seconds rapl_period{1e-3};

/// Returns whether a CPU's memory counter has a unit of its own, as on Intel's servers up to Ice
/// Lake.
[[nodiscard]] bool has_memory_unit(const CpuModel& cpu) noexcept;

/// Returns what is known of the gain of a zone.
/// @param name  "package-0", "dram", "psys"
/// @source docs/reference/meters.md#gain
[[nodiscard]] GainUncertainty rapl_gain(const CpuModel& cpu, std::string_view name) noexcept;

/// Adds to a meter of RAPL counters what the CPU tells of them: their gain, their limits, and that
/// a virtual machine's are not counted but apportioned by the host.
void describe_rapl(MeterDescription& meter, const CpuModel& cpu);

/// Returns the package of a CPU, or -1 if the CPU is not available.
[[nodiscard]] int package_of(const std::string& root, int cpu);

/// Finds the folders of zones below `root`: flat, as in /sys/class/powercap, or nested, as in
/// /sys/devices/virtual/powercap, where the links of the former point. Each zone is listed once.
void find_powercap_zones(const std::string& root, int depth, FoundZones& tree);

/// Reads a whole number. Returns an empty string, or a description of the problem, with errno set.
[[nodiscard]] std::string read_number(const std::string& folder, std::string_view file,
                                      std::uint64_t& number);

/// Returns the highest power that a window may have: twice the highest limit that the kernel shows
/// for the zone, since short peaks are above it.
/// @source Documentation/power/powercap/powercap.rst: constraint_*_max_power_uw, _power_limit_uw
[[nodiscard]] Watts max_power_of(const std::string& folder);

/// Reads the files of a zone. Returns an empty string, or a description of the problem, with errno
/// set.
[[nodiscard]] std::string read_powercap_zone(FoundZone& found);

/// Opens the chosen zones. Returns an empty string, or a description of the problem, with errno
/// set.
[[nodiscard]] std::string open_powercap_zones(const FoundZones& tree, CounterMeter& meter);

/// Reads a register of 64 bits. Returns false with errno set if that fails.
[[nodiscard]] bool read_register(int file, std::uint32_t place, std::uint64_t& value) noexcept;

/// A register of 64 bits whose lower 32 bits count. The registers of one CPU share a file.
class EnergyRegister final : public CounterReader {
 public:
  EnergyRegister(std::shared_ptr<const FileDescriptor> file, std::uint32_t place) noexcept
      : file_(std::move(file)), place_(place) {}
  [[nodiscard]] bool read(std::uint64_t& count) noexcept override;

 private:
  std::shared_ptr<const FileDescriptor> file_;
  std::uint32_t place_;
};

/// The registers that hold a CPU's energy, and their units; 0: none.
struct RaplRegisters {
  std::uint32_t units = 0;
  std::uint32_t package = 0;
  std::uint32_t dram = 0;
  std::uint32_t psys = 0;
  double dram_unit = 0.0;  ///< 0: as for the package. @unit J
  double psys_unit = 0.0;  ///< 0: as for the package. @unit J
};

/// Returns the registers of a CPU.
/// @source Intel SDM vol. 4; AMD PPR for family 17h, 2.1.9; Linux arch/x86/events/rapl.c: memory of
///         Haswell-X, Broadwell-X and -D, Knights Landing and Mill, Skylake-X and Ice Lake-X and -D
///         counts in 2^-16 J, psys of Sapphire and Emerald Rapids in 1 J
[[nodiscard]] RaplRegisters rapl_registers(const CpuModel& cpu) noexcept;

/// Returns the first CPU of each package, in the order of the CPUs.
[[nodiscard]] std::vector<int> first_cpu_per_package(const std::string& root);

/// Adds a register to the zones found, if it exists and has counted.
/// @param unit  @unit J
void add_msr_zone(FoundZones& tree, std::shared_ptr<const FileDescriptor> file, std::uint32_t place,
                  double unit, std::string name, std::string id);

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

/// Opens RAPL energy counters (Intel and AMD), and Arm's similar counters, through the kernel's
/// powercap files.
///
/// @param root  of the system; not "" in tests, or in a container that mounts the host's /sys
///              elsewhere
/// @error detail::counted_energy; the gain as in detail::rapl_gain. With SGX or energy filtering
/// on,
///        Intel adds noise on purpose.
/// @source Linux Documentation/power/powercap/powercap.rst; drivers/powercap/intel_rapl_common.c
[[nodiscard]] Probe<CounterMeter> open_powercap(const std::string& root = "");

/// Opens RAPL's registers directly, on one CPU of each package, for kernels without powercap.
/// @param root  of the system, as in open_powercap
/// @error as open_powercap
/// @source detail::rapl_registers
[[nodiscard]] Probe<CounterMeter> open_msr(const std::string& root = "");

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/meters/rapl-inl.hpp"
#endif
