// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/file.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/meters/rapl.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE bool is_duplicate_die(const FoundZones& found, const FoundZone& die) noexcept {
  const auto drawn = [&](std::uint64_t from, std::uint64_t to) {
    return static_cast<double>(static_cast<std::int64_t>(to - from)) * die.zone.per_count;
  };
  constexpr Joules slack(1.0);
  for (const FoundZone& other : found) {
    if (!other.chosen || die.counts == 0 || !is_same_package(die.zone, other.zone)) continue;
    const Joules ahead = drawn(other.counts, die.counts);
    if (-1.0 * slack < ahead && ahead < drawn(other.counts, other.counts_later) + slack)
      return true;
  }
  return false;
}

PERJOULE_INLINE Scope choose_zones(FoundZones& found) noexcept {
  bool has_msr = false;
  for (const FoundZone& zone : found) has_msr |= starts_with(zone.zone.id.chars, "intel-rapl:");
  const char* const twin = has_msr ? "intel-rapl-mmio" : "no twin";
  std::size_t packages = 0;
  for (FoundZone& zone : found) {
    if (starts_with(zone.zone.id.chars, twin)) continue;
    if (zone.zone.name == "psys") {
      for (FoundZone& other : found) other.chosen = false;
      zone.chosen = true;
      return Scope::psys;
    }
    if (!starts_with(zone.zone.name.chars, "package-") || is_duplicate_die(found, zone)) continue;
    zone.chosen = true;
    ++packages;
  }
  std::size_t memories = 0;
  FoundZone* memory[max_zones] = {};
  for (FoundZone& zone : found) {
    for (const FoundZone& package : found) {
      if (package.chosen && zone.zone.name == "dram" && is_nested_in(zone.zone, package.zone) &&
          memories < max_zones) {
        memory[memories++] = &zone;
      }
    }
  }
  if (packages == 0) {
    // Arm's zones have names of the vendor's choice: those at the top contain the others.
    for (FoundZone& zone : found) {
      const char* const number = strchr(zone.zone.id.chars, ':');
      zone.chosen =
          starts_with(zone.zone.id.chars, "arm-scmi:") && strchr(number + 1, ':') == nullptr;
      packages += zone.chosen ? 1 : 0;
    }
    return packages == 0 ? Scope::none : Scope::package;
  }
  if (memories != packages) return Scope::package;
  for (std::size_t i = 0; i < memories; ++i) memory[i]->chosen = true;
  return Scope::package_dram;
}

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
    if (is_zone || starts_with(name, "intel-rapl") || starts_with(name, "arm-scmi")) {
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
    return text::format("cannot read %s: %s", path.chars, errno_message(errno).chars);
  }
  if (text::parse_integer(content, number)) return {};
  return text::format("%s holds '%.40s' where a whole number is expected", path.chars, content);
}

PERJOULE_INLINE text::Long read_powercap_zone(FoundZone& found) noexcept {
  const text::Long path = text::format("%s/name", found.folder.chars);
  char* const name = found.zone.name.chars;
  if (read_small_file(path.c_str(), name, sizeof found.zone.name.chars) == -1) {
    return text::format("cannot read %s: %s", path.chars, errno_message(errno).chars);
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
      return text::format("cannot open %s: %s", path.chars, errno_message(errno).chars);
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
  meter.poll_for_wraps();
  return meter;
}

}  // namespace perjoule::inline v0

namespace perjoule::inline v0::detail {

PERJOULE_INLINE RaplRegisters rapl_registers(std::string_view vendor, long family,
                                             long model) noexcept {
  if ((vendor == "AuthenticAMD" && family >= 0x17) || vendor == "HygonGenuine") {
    return {0xC001'0299, 0xC001'029B};
  }
  if (vendor != "GenuineIntel" || family != 6) return {};
  for (const long atom : {0x37, 0x4A, 0x4C, 0x4D, 0x5A, 0x5D}) {
    if (model == atom) return {};  // Silvermont and Airmont count in units of another kind
  }
  RaplRegisters registers{0x606, 0x611, 0x619, 0x64D};
  for (const long fixed : {0x3F, 0x4F, 0x56, 0x57, 0x85, 0x55, 0x6A, 0x6C}) {
    if (model == fixed) registers.dram_unit = 1.0 / 65536.0;
  }
  if (model == 0x8F || model == 0xCF) registers.psys_unit = 1.0;
  return registers;
}

PERJOULE_INLINE Few<int, 64> first_cpu_per_package(const char* root) noexcept {
  Few<int, 64> cpus;
  Few<int, 64> packages;
  int gap = 0;  // CPUs that are offline leave gaps
  for (int cpu = 0; gap < 64 && cpus.size() < cpus.capacity(); ++cpu) {
    const int package = package_of(root, cpu);
    gap = package == -1 ? gap + 1 : 0;
    bool known = package == -1;
    for (const int other : packages) known = known || other == package;
    if (known) continue;
    packages.push_back(package);
    cpus.push_back(cpu);
  }
  return cpus;
}

PERJOULE_INLINE void add_msr_zone(FoundZones& tree, int file, std::uint32_t place, double unit,
                                  const text::Long& name, const text::Long& id) noexcept {
  FoundZone found;
  if (place == 0 || tree.size() == FoundZones::capacity()) return;
  if (!read_msr({nullptr, file, place}, found.counts) || found.counts == 0) return;
  found.zone.name = name.chars;
  found.zone.id = id.chars;
  found.zone.modulus = std::uint64_t{1} << 32U;
  found.zone.per_count = found.zone.resolution = Joules(unit);
  found.zone.update_period = rapl_period;
  tree.push_back(found);
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE Probe<CounterMeter> open_msr(const char* root) noexcept {
  char info[4096];
  (void)detail::read_small_file(text::format("%s/proc/cpuinfo", root).chars, info, sizeof info);
  const auto number = [&](const char* field) {
    return strtol(detail::parse_field(info, field).chars, nullptr, 10);
  };
  const detail::RaplRegisters registers = detail::rapl_registers(
      detail::parse_field(info, "vendor_id").view(), number("cpu family"), number("model\t"));
  const text::Long folder = text::format("%s/dev/cpu", root);
  if (registers.units == 0) {
    return {"this CPU has no RAPL registers that are known here",
            "run on an Intel or AMD CPU, or use another meter"};
  }
  CounterMeter meter("rapl-msr", folder.chars,
                     "the whole package is counted, other programs' share included");
  detail::FoundZones tree;
  Few<int, 64> files;
  text::Long problem;
  for (const int cpu : detail::first_cpu_per_package(root)) {
    text::Long path = text::format("%s/%d/msr", folder.chars, cpu);
    int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file == -1) {
      const text::Long safe = text::format("%s/%d/msr_safe", folder.chars, cpu);
      const int why = errno;
      file = open(safe.c_str(), O_RDONLY | O_CLOEXEC);
      if (file != -1) path = safe;
      if (file == -1 && why != ENOENT) errno = why;
    }
    std::uint64_t units = 0;
    const bool usable = file != -1 && detail::read_msr({nullptr, file, registers.units}, units);
    if (file != -1) files.push_back(file);
    if (!usable) {
      problem = text::format("cannot read %s: %s", path.chars, detail::errno_message(errno).chars);
      break;
    }
    const double unit = 1.0 / static_cast<double>(std::uint64_t{1} << (units >> 8U & 0x1FU));
    const std::size_t package = files.size() - 1;
    const auto find = [&](std::uint32_t place, double own_unit, const char* name, const char* id) {
      detail::add_msr_zone(tree, file, place, own_unit > 0.0 ? own_unit : unit,
                           text::format(name, package), text::format(id, package));
    };
    find(registers.package, 0.0, "package-%zu", "intel-rapl:%zu");
    find(registers.dram, registers.dram_unit, "dram", "intel-rapl:%zu:0");
    if (package == 0) find(registers.psys, registers.psys_unit, "psys", "intel-rapl:psys");
  }
  const bool forbidden = errno == EACCES || errno == EPERM;
  if (problem.empty()) {
    meter.description().scope = detail::choose_zones(tree);
    for (const detail::FoundZone& found : tree) {
      if (!found.chosen) continue;
      const bool is_memory = found.zone.name == "dram";
      const bool is_psys = found.zone.name == "psys";
      const std::size_t package =
          is_psys ? 0 : strtoul(found.zone.id.chars + strlen("intel-rapl:"), nullptr, 10);
      detail::CounterSource source{&detail::read_msr, fcntl(files[package], F_DUPFD_CLOEXEC, 0)};
      source.place = is_memory ? registers.dram : is_psys ? registers.psys : registers.package;
      if (!meter.add(found.zone, source)) problem = "more zones than a reading has room for";
    }
    if (meter.description().zones.empty()) {
      problem = text::format("%s shows no energy", folder.chars);
    }
  }
  for (const int file : files) close(file);
  if (!problem.empty()) {
    return {problem.chars,
            "run 'sudo modprobe msr' and read as root (CAP_SYS_RAWIO), or use msr_safe: "
            "docs/how-to/permissions.md",
            forbidden ? ProbeState::forbidden : ProbeState::absent};
  }
  meter.measure_update_periods();
  meter.poll_for_wraps();
  return meter;
}

}  // namespace perjoule::inline v0
