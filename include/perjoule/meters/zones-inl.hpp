// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/meters/zones.hpp"
#include "perjoule/units/names.hpp"
#include "perjoule/units/quantity.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE bool is_mirror(const FoundZones& found, const FoundZone& die) noexcept {
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

PERJOULE_INLINE Scope choose_zones(FoundZones& found) noexcept {
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
