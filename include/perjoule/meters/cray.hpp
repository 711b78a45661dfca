// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "perjoule/core/config.hpp"
#include "perjoule/meters/counter_meter.hpp"
#include "perjoule/meters/probe.hpp"
#include "perjoule/units/quantity.hpp"

namespace perjoule::inline v0 {

namespace detail {

/// Time between two updates of Cray's counters, for use if `raw_scan_hz` does not tell.
/// @source HPE, User Access to Compute Node Power Data: freshness counts at about 10 Hz
inline constexpr Seconds cray_period{0.1};

/// Reads "12345 J 1700000000123456 us": a number and its unit, then the time of the measurement.
/// Returns false for anything else.
[[nodiscard]] bool parse_cray_joules(std::string_view text, std::uint64_t& joules) noexcept;

}  // namespace detail

/// Opens the energy counter of a node of an HPE Cray EX or XC, which every user may read: the whole
/// node, with its memory and accelerators. RAPL and GPUs are part of it.
///
/// A window has no energy if the counters were not updated for half a second (`freshness`), were
/// restarted (`startup`), or if the node's power limit was changed in it (`generation`).
///
/// @param root  of the system, as in open_powercap
/// @error detail::counted_energy, with a step of 1 J; the gain is not known
/// @source HPE, User Access to Compute Node Power Data (docs-csm)
[[nodiscard]] Probe<CounterMeter> open_cray(const std::string& root = "");

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/meters/cray-inl.hpp"
#endif
