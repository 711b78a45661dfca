// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string.h>

#include <cstddef>
#include <cstdint>

#include "perjoule/core/config.hpp"
#include "perjoule/core/few.hpp"
#include "perjoule/core/line.hpp"
#include "perjoule/core/math.hpp"
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
[[nodiscard]] PERJOULE_COLD inline bool is_mirror(const FoundZones& found,
                                                  const FoundZone& die) noexcept {
  const auto drawn = [&](std::uint64_t from, std::uint64_t to) {
    return static_cast<double>(static_cast<std::int64_t>(to - from)) * die.zone.per_count;
  };
  constexpr Joules slack(1.0);
  for (const FoundZone& other : found) {
    if (!other.chosen || die.counts == 0 || !share_package(die.zone, other.zone)) continue;
    const Joules ahead = drawn(other.counts, die.counts);
    if (-1.0 * slack < ahead && ahead < drawn(other.counts, other.counts_later) + slack)
      return true;
  }
  return false;
}

/// Marks the zones whose sum counts every joule once, and returns what that sum covers: psys alone,
/// for it contains the packages; else all packages, and their DRAM where each has a counter for it.
/// DRAM is nested below its package in sysfs but not counted by it; core and uncore are counted by
/// it. `intel-rapl-mmio` is the same counters by another road, and left out where the first is
/// there.
/// @source docs/explanation/energy.md#which-part-scope
[[nodiscard]] PERJOULE_COLD inline Scope choose_zones(FoundZones& found) noexcept {
  bool has_msr = false;
  for (const FoundZone& zone : found) has_msr |= begins(zone.zone.id.chars, "intel-rapl:");
  const char* const twin = has_msr ? "intel-rapl-mmio" : "no twin";
  std::size_t packages = 0;
  for (FoundZone& zone : found) {
    if (begins(zone.zone.id.chars, twin)) continue;
    if (zone.zone.name == "psys") {
      for (FoundZone& other : found) other.chosen = false;
      zone.chosen = true;
      return Scope::psys;
    }
    if (!begins(zone.zone.name.chars, "package-") || is_mirror(found, zone)) continue;
    zone.chosen = true;
    ++packages;
  }
  std::size_t memories = 0;
  FoundZone* memory[max_zones] = {};
  for (FoundZone& zone : found) {
    for (const FoundZone& package : found) {
      if (package.chosen && zone.zone.name == "dram" && is_below(zone.zone, package.zone) &&
          memories < max_zones) {
        memory[memories++] = &zone;
      }
    }
  }
  if (packages == 0) {
    // Arm's zones have names of the vendor's choice: those at the top contain the others.
    for (FoundZone& zone : found) {
      const char* const number = strchr(zone.zone.id.chars, ':');
      zone.chosen = begins(zone.zone.id.chars, "arm-scmi:") && strchr(number + 1, ':') == nullptr;
      packages += zone.chosen ? 1 : 0;
    }
    return packages == 0 ? Scope::none : Scope::package;
  }
  if (memories != packages) return Scope::package;
  for (std::size_t i = 0; i < memories; ++i) memory[i]->chosen = true;
  return Scope::package_dram;
}

}  // namespace perjoule::inline v0::detail
