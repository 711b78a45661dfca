// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include <cstddef>

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/file.hpp"
#include "perjoule/meters/msr.hpp"
#include "perjoule/meters/powercap.hpp"
#include "perjoule/units/names.hpp"

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

PERJOULE_INLINE Few<int, 64> first_cpus(const char* root) noexcept {
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

PERJOULE_INLINE void find_msr_zone(FoundZones& tree, int file, std::uint32_t place, double unit,
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
    return strtol(detail::field_of(info, field).chars, nullptr, 10);
  };
  const detail::RaplRegisters registers = detail::rapl_registers(
      detail::field_of(info, "vendor_id").view(), number("cpu family"), number("model\t"));
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
  for (const int cpu : detail::first_cpus(root)) {
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
      problem = text::format("cannot read %s: %s", path.chars, detail::system_reason(errno).chars);
      break;
    }
    const double unit = 1.0 / static_cast<double>(std::uint64_t{1} << (units >> 8U & 0x1FU));
    const std::size_t package = files.size() - 1;
    const auto find = [&](std::uint32_t place, double own_unit, const char* name, const char* id) {
      detail::find_msr_zone(tree, file, place, own_unit > 0.0 ? own_unit : unit,
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
  meter.watch_wraps();
  return meter;
}

}  // namespace perjoule::inline v0
