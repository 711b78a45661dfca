// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/file.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/meters/powercap.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE int package_of(const char* root, int cpu) noexcept {
  char content[64];
  const text::Long path =
      text::format("%s/sys/devices/system/cpu/cpu%d/topology/physical_package_id", root, cpu);
  if (read_small_file(path.c_str(), content, sizeof content) <= 0) return -1;
  return atoi(content);
}

PERJOULE_INLINE void find_powercap_zones(const char* root, int depth, FoundZones& tree) noexcept {
  dirent** entries = nullptr;
  const int count = scandir(root, &entries, nullptr, &alphasort);
  for (int i = 0; i < count; ++i) {
    const char* const name = entries[i]->d_name;
    const bool is_zone = strchr(name, ':') != nullptr;
    if (is_zone || begins(name, "intel-rapl") || begins(name, "arm-scmi")) {
      FoundZone found;
      found.folder = text::format("%s/%s", root, name);
      found.zone.id = name;
      bool known = !is_zone || tree.size() == FoundZones::capacity();
      for (const FoundZone& other : tree) known |= other.zone.id == name;
      if (!known) tree.push_back(found);
      if (depth < 3) find_powercap_zones(found.folder.c_str(), depth + 1, tree);
    }
    free(entries[i]);
  }
  free(entries);
}

PERJOULE_INLINE text::Long read_number(const char* folder, const char* file,
                                       std::uint64_t& number) noexcept {
  const text::Long path = text::format("%s/%s", folder, file);
  char content[64];
  if (read_small_file(path.c_str(), content, sizeof content) == -1) {
    return text::format("cannot read %s: %s", path.chars, system_reason(errno).chars);
  }
  if (text::read_integer(content, number)) return {};
  return text::format("%s holds '%.40s' where a whole number is expected", path.chars, content);
}

PERJOULE_INLINE text::Long read_powercap_zone(FoundZone& found) noexcept {
  const text::Long path = text::format("%s/name", found.folder.chars);
  char* const name = found.zone.name.chars;
  if (read_small_file(path.c_str(), name, sizeof found.zone.name.chars) == -1) {
    return text::format("cannot read %s: %s", path.chars, system_reason(errno).chars);
  }
  std::uint64_t range = 0;
  text::Long problem = read_number(found.folder.chars, "max_energy_range_uj", range);
  if (problem.empty()) problem = read_number(found.folder.chars, "energy_uj", found.counts);
  if (!problem.empty()) return problem;
  if (range == 0) return text::format("%s/max_energy_range_uj is 0", found.folder.chars);
  // The file counts in uJ, the hardware below it in 2^32 units: its range is (2^32 - 1) units, so
  // it starts again one unit later. Where the range is no such multiple the unit is taken as 1 uJ.
  const double unit = static_cast<double>(range) / 4294967295.0;
  const double step = unit >= 1.0 ? unit : 1.0;
  found.zone.modulus = range + static_cast<std::uint64_t>(step + 0.5);
  found.zone.per_count = Joules(1e-6);
  found.zone.resolution = Joules(step * 1e-6);
  found.zone.update_period = rapl_period;
  return {};
}

PERJOULE_INLINE text::Long open_powercap_zones(const FoundZones& tree,
                                               CounterMeter& meter) noexcept {
  for (const FoundZone& found : tree) {
    if (!found.chosen) continue;
    const text::Long path = text::format("%s/energy_uj", found.folder.chars);
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file == -1) {
      return text::format("cannot open %s: %s", path.chars, system_reason(errno).chars);
    }
    if (!meter.add(found.zone, {&read_decimal, file})) {
      return "more zones than a reading has room for";
    }
  }
  return meter.description().zones.empty() ? "neither a package nor a psys zone" : "";
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE Probe<CounterMeter> open_powercap(const char* root) noexcept {
  const text::Long folder = text::format("%s/sys/class/powercap", root);
  detail::FoundZones tree;
  detail::find_powercap_zones(folder.chars, 0, tree);
  if (tree.empty()) {
    return {text::format("%s holds no RAPL zone", folder.chars).chars,
            "run on bare metal with an Intel or AMD CPU ('modprobe intel_rapl_msr'), or in a "
            "container mount the host's /sys and set PERJOULE_ROOT"};
  }
  CounterMeter meter("rapl-powercap", folder.chars,
                     "the whole package is counted, other programs' share included");
  text::Long problem;
  errno = 0;
  for (detail::FoundZone& found : tree) {
    // One zone that can't be read would make the total silently smaller: then none is used.
    if (problem.empty()) problem = detail::read_powercap_zone(found);
  }
  for (detail::FoundZone& found : tree) {
    if (!problem.empty()) break;
    problem = detail::read_number(found.folder.chars, "energy_uj", found.counts_later);
  }
  if (problem.empty()) {
    meter.description().scope = detail::choose_zones(tree);
    problem = detail::open_powercap_zones(tree, meter);
  }
  if (!problem.empty()) {
    const bool forbidden = errno == EACCES || errno == EPERM;
    const char* const fix =
        forbidden ? "run 'sudo chgrp $(id -gn) %s/*/energy_uj; sudo chmod g+r %s/*/energy_uj' "
                    "(until the next boot; for good, a udev rule: docs/how-to/permissions.md)"
                  : "check that %s is the powercap tree of a running kernel";
    return {problem.chars, text::format(fix, folder.chars, folder.chars).chars,
            forbidden ? ProbeState::forbidden : ProbeState::broken};
  }
  meter.measure_update_periods();
  meter.watch_wraps();
  return meter;
}

}  // namespace perjoule::inline v0
