// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstdint>

#include "perjoule/core/config.hpp"
#include "perjoule/core/line.hpp"
#include "perjoule/meters/counter_meter.hpp"
#include "perjoule/meters/probe.hpp"
#include "perjoule/meters/zones.hpp"
#include "perjoule/units/names.hpp"

namespace perjoule::inline v0 {

namespace detail {

/// Between two ticks of RAPL's counters, where it cannot be measured.
/// @source Khan et al. 2018, RAPL in Action: about 1 ms
inline constexpr Seconds rapl_period{0.9765625e-3};

/// The package that a CPU is in, or -1 for a CPU that is not there.
[[nodiscard]] int package_of(const char* root, int cpu) noexcept;

/// The folders of zones below `root`: flat, as in /sys/class/powercap, or nested, as in
/// /sys/devices/virtual/powercap where the links of the former point. Each zone once.
void find_powercap_zones(const char* root, int depth, FoundZones& tree) noexcept;

/// Empty, or what is wrong; errno is why.
[[nodiscard]] text::Long read_number(const char* folder, const char* file,
                                     std::uint64_t& number) noexcept;

/// Empty, or what is wrong; errno is why.
[[nodiscard]] text::Long read_powercap_zone(FoundZone& found) noexcept;

/// Opens the chosen zones. Empty, or what is wrong; errno is why.
[[nodiscard]] text::Long open_powercap_zones(const FoundZones& tree, CounterMeter& meter) noexcept;

}  // namespace detail

/// Reads RAPL energy counters (Intel and AMD), and Arm's that look like them, through the kernel's
/// powercap files.
///
/// @param root  of the system; another one than "" for tests, or in a container that mounts the
///              host's /sys elsewhere
/// @error the gain of RAPL itself is not known and not part of any uncertainty here. With SGX or
///        energy filtering on, Intel adds noise on purpose.
/// @source Linux Documentation/power/powercap/powercap.rst; drivers/powercap/intel_rapl_common.c
[[nodiscard]] Probe<CounterMeter> open_powercap(const char* root = "") noexcept;

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/meters/powercap-inl.hpp"
#endif
