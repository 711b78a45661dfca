// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string.h>

#include <cstddef>
#include <cstdint>

#include "perjoule/core/config.hpp"
#include "perjoule/core/few.hpp"
#include "perjoule/core/line.hpp"
#include "perjoule/meters/meter.hpp"
#include "perjoule/units/scope.hpp"

namespace perjoule::inline v0::detail {

/// A zone as it was found, before it is decided which ones make up the total.
struct FoundZone {
  Zone zone;
  text::Long folder;
  std::uint64_t counts = 0;        ///< its counter when it was found
  std::uint64_t counts_later = 0;  ///< the same, once all others had been read as well
  bool chosen = false;
};

/// All zones below a root: more than are added up, for core and uncore are among them.
using FoundZones = Few<FoundZone, 64>;

[[nodiscard]] inline bool begins(const char* text, const char* prefix) noexcept {
  return strncmp(text, prefix, strlen(prefix)) == 0;
}

/// True for a zone below a package zone: "intel-rapl:0:1" below "intel-rapl:0".
[[nodiscard]] inline bool is_below(const Zone& zone, const Zone& package) noexcept {
  const std::size_t size = strlen(package.id.chars);
  return begins(zone.id.chars, package.id.chars) && zone.id.chars[size] == ':';
}

/// True for two dies of one package: "package-0-die-0" and "package-0-die-1".
[[nodiscard]] inline bool share_package(const Zone& a, const Zone& b) noexcept {
  constexpr std::size_t number = 8;  // behind "package-"
  const std::size_t size = number + strcspn(a.name.chars + number, "-");
  return strncmp(a.name.chars, b.name.chars, size) == 0 &&
         (b.name.chars[size] == '-' || b.name.chars[size] == '\0');
}

/// True for a further die that shows the same counter as one chosen before (AMD Zen 1 and 2): read
/// between two readings of the other, it lies between them. The joule beside it is for copies that
/// are a tick behind each other. Dies that count for themselves differ by all that they have drawn
/// since the machine was switched on.
[[nodiscard]] bool is_mirror(const FoundZones& found, const FoundZone& die) noexcept;

/// Marks the zones whose sum counts every joule once, and returns what that sum covers: psys alone,
/// for it contains the packages; else all packages, and their DRAM where each has a counter for it.
/// DRAM is nested below its package in sysfs but not counted by it; core and uncore are counted by
/// it. `intel-rapl-mmio` is the same counters by another road, and left out where the first is
/// there.
/// @source docs/explanation/energy.md#which-part-scope
[[nodiscard]] Scope choose_zones(FoundZones& found) noexcept;

}  // namespace perjoule::inline v0::detail

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/meters/zones-inl.hpp"
#endif
