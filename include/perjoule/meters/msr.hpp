// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <errno.h>
#include <sys/types.h>
#include <unistd.h>

#include <cstdint>
#include <string_view>

#include "perjoule/core/config.hpp"
#include "perjoule/core/few.hpp"
#include "perjoule/core/line.hpp"
#include "perjoule/meters/counter_meter.hpp"
#include "perjoule/meters/probe.hpp"
#include "perjoule/meters/zones.hpp"

namespace perjoule::inline v0 {

namespace detail {

/// A register of 64 bits, of which the lower 32 count.
[[nodiscard]] inline bool read_msr(const CounterSource& source, std::uint64_t& count) noexcept {
  ssize_t n = 0;
  do {
    n = pread(source.file, &count, sizeof count, static_cast<off_t>(source.place));
  } while (n == -1 && errno == EINTR);
  count &= 0xFFFF'FFFFU;
  return n == static_cast<ssize_t>(sizeof count);
}

/// Where a CPU keeps its energy, and in what unit; 0: it does not.
struct RaplRegisters {
  std::uint32_t units = 0;
  std::uint32_t package = 0;
  std::uint32_t dram = 0;
  std::uint32_t psys = 0;
  double dram_unit = 0.0;  ///< 0: that of the others. @unit J
  double psys_unit = 0.0;  ///< the same. @unit J
};

/// @param family, model  as /proc/cpuinfo shows them
/// @source Intel SDM vol. 4; AMD PPR for family 17h, 2.1.9; Linux arch/x86/events/rapl.c: memory of
///         Haswell-X, Broadwell-X and -D, Knights Landing and Mill, Skylake-X and Ice Lake-X and -D
///         counts in 2^-16 J, psys of Sapphire and Emerald Rapids in 1 J
[[nodiscard]] RaplRegisters rapl_registers(std::string_view vendor, long family,
                                           long model) noexcept;

/// The first CPU of each package, in the order of the CPUs.
[[nodiscard]] Few<int, 64> first_cpus(const char* root) noexcept;

/// Adds what one register counts to the zones that were found, where it is there and has counted.
void find_msr_zone(FoundZones& tree, int file, std::uint32_t place, double unit,
                   const text::Long& name, const text::Long& id) noexcept;

}  // namespace detail

/// Reads RAPL's registers themselves, one CPU of each package, for kernels without powercap.
/// @param root  of the system, as in open_powercap
/// @error as open_powercap
/// @source detail::rapl_registers
[[nodiscard]] Probe<CounterMeter> open_msr(const char* root = "") noexcept;

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/meters/msr-inl.hpp"
#endif
