// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <errno.h>
#include <fcntl.h>
#include <sys/types.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <initializer_list>
#include <optional>
#include <utility>

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/file.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/meters/cpu_model.hpp"
#include "perjoule/meters/rapl.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE bool is_duplicate_die(const FoundZones& found, const FoundZone& die) noexcept {
  const auto drawn = [&](std::uint64_t from, std::uint64_t to) {
    return static_cast<double>(static_cast<std::int64_t>(to - from)) * die.zone.per_count;
  };
  constexpr Joules slack(1.0);
  return std::any_of(found.begin(), found.end(), [&](const FoundZone& other) {
    if (!other.chosen || die.counts == 0 || !is_same_package(die.zone, other.zone)) return false;
    const Joules ahead = drawn(other.counts, die.counts);
    return -1.0 * slack < ahead && ahead < drawn(other.counts, other.counts_later) + slack;
  });
}

PERJOULE_INLINE Scope choose_zones(FoundZones& found) {
  const bool has_msr = std::any_of(found.begin(), found.end(), [](const FoundZone& zone) {
    return zone.zone.id.starts_with("intel-rapl:");
  });
  std::size_t packages = 0;
  for (FoundZone& zone : found) {
    if (has_msr && zone.zone.id.starts_with("intel-rapl-mmio")) continue;
    if (zone.zone.name == "psys") {
      for (FoundZone& other : found) other.chosen = false;
      zone.chosen = true;
      return Scope::psys;
    }
    if (!zone.zone.name.starts_with("package-") || is_duplicate_die(found, zone)) continue;
    zone.chosen = true;
    ++packages;
  }
  if (packages == 0) {
    // Arm's zones have names chosen by the vendor: those at the top contain the others.
    for (FoundZone& zone : found) {
      const std::string& id = zone.zone.id;
      zone.chosen = id.starts_with("arm-scmi:") && std::count(id.begin(), id.end(), ':') == 1;
      packages += zone.chosen ? 1 : 0;
    }
    return packages == 0 ? Scope::none : Scope::package;
  }
  std::vector<FoundZone*> memories;
  for (FoundZone& zone : found) {
    const auto contains_it = [&](const FoundZone& package) {
      return package.chosen && is_nested_in(zone.zone, package.zone);
    };
    if (zone.zone.name == "dram" && std::any_of(found.begin(), found.end(), contains_it)) {
      memories.push_back(&zone);
    }
  }
  if (memories.size() != packages) return Scope::package;
  for (FoundZone* const memory : memories) memory->chosen = true;
  return Scope::package | Scope::dram;
}

PERJOULE_INLINE int package_of(const std::string& root, int cpu) {
  const std::string content =
      read_file(
          text::format("{}/sys/devices/system/cpu/cpu{}/topology/physical_package_id", root, cpu))
          .value_or("");
  int package = -1;
  std::from_chars(content.data(), content.data() + content.size(), package);
  return package;
}

PERJOULE_INLINE void find_powercap_zones(const std::string& root, int depth, FoundZones& tree) {
  for (const std::string& name : list_directory(root)) {
    const bool is_zone = name.find(':') != name.npos;
    if (!is_zone && !name.starts_with("intel-rapl") && !name.starts_with("arm-scmi")) continue;
    const std::string folder = root + "/" + name;
    const bool is_known = std::any_of(
        tree.begin(), tree.end(), [&](const FoundZone& other) { return other.zone.id == name; });
    if (is_zone && !is_known) {
      FoundZone& found = tree.emplace_back();
      found.zone.id = name;
      found.folder = folder;
    }
    if (depth < 3) find_powercap_zones(folder, depth + 1, tree);
  }
}

PERJOULE_INLINE std::string read_number(const std::string& folder, std::string_view file,
                                        std::uint64_t& number) {
  const std::string path = text::format("{}/{}", folder, file);
  const std::optional<std::string> content = read_file(path);
  if (!content) return text::format("cannot read {}: {}", path, errno_message(errno));
  if (text::parse_integer(*content, number)) return {};
  return text::format("{} holds '{}' where a whole number is expected", path,
                      std::string_view(*content).substr(0, 40));
}

PERJOULE_INLINE Watts max_power_of(const std::string& folder) {
  std::uint64_t most = 0;
  for (const int constraint : {0, 1, 2}) {
    for (const std::string_view limit : {"max_power_uw", "power_limit_uw"}) {
      const std::string file = text::format("constraint_{}_{}", constraint, limit);
      std::uint64_t microwatts = 0;
      if (read_number(folder, file, microwatts).empty()) most = std::max(most, microwatts);
    }
  }
  if (most == 0) return max_zone_power;
  return std::min(max_zone_power, Watts(2e-6 * static_cast<double>(most)));
}

PERJOULE_INLINE std::string read_powercap_zone(FoundZone& found) {
  const std::string path = found.folder + "/name";
  const std::optional<std::string> name = read_file(path);
  if (!name) return text::format("cannot read {}: {}", path, errno_message(errno));
  found.zone.name = *name;
  std::uint64_t range = 0;
  std::string problem = read_number(found.folder, "max_energy_range_uj", range);
  if (problem.empty()) problem = read_number(found.folder, "energy_uj", found.counts);
  if (!problem.empty()) return problem;
  if (range == 0) return found.folder + "/max_energy_range_uj is 0";
  // The file counts in uJ, the hardware below it in 2^32 units. Its range is (2^32 - 1) units, so
  // it wraps one unit later. If the range is not such a multiple, the unit is taken as 1 uJ.
  const double unit = static_cast<double>(range) / 4294967295.0;
  const double step = std::max(unit, 1.0);
  found.zone.modulus = range + static_cast<std::uint64_t>(step + 0.5);
  found.zone.per_count = Joules(1e-6);
  found.zone.resolution = Joules(step * 1e-6);
  found.zone.update_period = rapl_period;
  found.zone.max_power = max_power_of(found.folder);
  return {};
}

PERJOULE_INLINE std::string open_powercap_zones(const FoundZones& tree, CounterMeter& meter) {
  for (const FoundZone& found : tree) {
    if (!found.chosen) continue;
    const std::string path = found.folder + "/energy_uj";
    FileDescriptor file = open_regular(path);
    if (!file.is_open()) return text::format("cannot open {}: {}", path, errno_message(errno));
    meter.add(found.zone, std::make_unique<DecimalFile>(std::move(file)));
  }
  return meter.description().zones.empty() ? "neither a package nor a psys zone" : "";
}

PERJOULE_INLINE bool read_register(int file, std::uint32_t place, std::uint64_t& value) noexcept {
  ssize_t n = 0;
  do {
    n = pread(file, &value, sizeof value, static_cast<off_t>(place));
  } while (n == -1 && errno == EINTR);
  if (n == static_cast<ssize_t>(sizeof value)) return true;
  if (n != -1) errno = EIO;  // only part of a register was read
  return false;
}

PERJOULE_INLINE bool EnergyRegister::read(std::uint64_t& count) noexcept {
  const bool is_read = read_register(file_->get(), place_, count);
  count &= 0xFFFF'FFFFU;
  return is_read;
}

/// Returns whether this is one of Intel's models, all of which are of family 6.
PERJOULE_INLINE bool is_intel(const CpuModel& cpu, std::initializer_list<long> models) noexcept {
  return cpu.vendor == "GenuineIntel" && cpu.family == 6 &&
         std::find(models.begin(), models.end(), cpu.model) != models.end();
}

/// Silvermont and Airmont count in different units.
PERJOULE_INLINE bool is_small_core(const CpuModel& cpu) noexcept {
  return is_intel(cpu, {0x37, 0x4A, 0x4C, 0x4D, 0x5A, 0x5D});
}

PERJOULE_INLINE bool has_memory_unit(const CpuModel& cpu) noexcept {
  return is_intel(cpu, {0x3F, 0x4F, 0x56, 0x57, 0x85, 0x55, 0x6A, 0x6C});
}

/// Sapphire and Emerald Rapids.
PERJOULE_INLINE bool is_newer_server(const CpuModel& cpu) noexcept {
  return is_intel(cpu, {0x8F, 0xCF});
}

PERJOULE_INLINE RaplRegisters rapl_registers(const CpuModel& cpu) noexcept {
  if (cpu.is_amd() && (cpu.family >= 0x17 || cpu.vendor == "HygonGenuine")) {
    return {0xC001'0299, 0xC001'029B};
  }
  if (cpu.vendor != "GenuineIntel" || cpu.family != 6 || is_small_core(cpu)) return {};
  RaplRegisters registers{0x606, 0x611, 0x619, 0x64D};
  if (has_memory_unit(cpu)) registers.dram_unit = 1.0 / 65536.0;
  if (is_newer_server(cpu)) registers.psys_unit = 1.0;
  return registers;
}

PERJOULE_INLINE GainUncertainty rapl_gain(const CpuModel& cpu, std::string_view name) noexcept {
  const bool is_package = name.starts_with("package");
  if (cpu.is_amd() && is_package) return {0.10, Watts(0.0), 0.07, Watts(0.0)};
  // Sandy Bridge and Ivy Bridge compute their power from a model.
  const bool is_model = is_intel(cpu, {0x2A, 0x2D, 0x3A, 0x3E}) || is_small_core(cpu);
  if (cpu.vendor != "GenuineIntel" || is_model) return {};
  if (is_package) return {0.05, Watts(0.0), 0.01, Watts(0.0)};
  if (!name.starts_with("dram")) return {};
  if (has_memory_unit(cpu) || is_newer_server(cpu)) return {0.15, Watts(1.5), 0.10, Watts(1.0)};
  return {0.30, Watts(0.0), 0.15, Watts(0.0)};
}

PERJOULE_INLINE void describe_rapl(MeterDescription& meter, const CpuModel& cpu) {
  for (Zone& zone : meter.zones) {
    if (!cpu.is_virtual) zone.gain = rapl_gain(cpu, zone.name);
    if (zone.name.starts_with("dram")) zone.max_power = std::min(zone.max_power, Watts(400.0));
  }
  if (!cpu.is_virtual) return;
  meter.provenance = worst(meter.provenance, Provenance::estimated);
  meter.note += "; inside a virtual machine, to which its host apportions energy by CPU time";
}

PERJOULE_INLINE std::vector<int> first_cpu_per_package(const std::string& root) {
  std::vector<int> cpus;
  std::vector<int> packages;
  for (const std::uint64_t number : numbers_in_directory(root + "/sys/devices/system/cpu", "cpu")) {
    const int cpu = static_cast<int>(number);
    const int package = package_of(root, cpu);
    if (package == -1) continue;  // the CPU is offline
    if (std::find(packages.begin(), packages.end(), package) != packages.end()) continue;
    packages.push_back(package);
    cpus.push_back(cpu);
  }
  return cpus;
}

PERJOULE_INLINE void add_msr_zone(FoundZones& tree, std::shared_ptr<const FileDescriptor> file,
                                  std::uint32_t place, double unit, std::string name,
                                  std::string id) {
  if (place == 0) return;
  FoundZone found;
  found.counter = std::make_unique<EnergyRegister>(std::move(file), place);
  if (!found.counter->read(found.counts) || found.counts == 0) return;
  found.zone.name = std::move(name);
  found.zone.id = std::move(id);
  found.zone.modulus = std::uint64_t{1} << 32U;
  found.zone.per_count = found.zone.resolution = Joules(unit);
  found.zone.update_period = rapl_period;
  tree.push_back(std::move(found));
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE Probe<CounterMeter> open_powercap(const std::string& root) {
  const std::string folder = root + "/sys/class/powercap";
  detail::FoundZones tree;
  detail::find_powercap_zones(folder, 0, tree);
  if (tree.empty()) {
    return {folder + " holds no RAPL zone",
            "run on bare metal with an Intel or AMD CPU ('modprobe intel_rapl_msr'), or in a "
            "container mount the host's /sys and set PERJOULE_ROOT"};
  }
  CounterMeter meter("rapl-powercap", folder,
                     "the whole package is counted, other programs' share included");
  std::string problem;
  errno = 0;
  for (detail::FoundZone& found : tree) {
    // If one zone cannot be read, none is used: the total would be silently smaller.
    if (problem.empty()) problem = detail::read_powercap_zone(found);
  }
  for (detail::FoundZone& found : tree) {
    if (!problem.empty()) break;
    problem = detail::read_number(found.folder, "energy_uj", found.counts_later);
  }
  if (problem.empty()) {
    meter.description().scope = detail::choose_zones(tree);
    problem = detail::open_powercap_zones(tree, meter);
  }
  if (!problem.empty()) {
    const bool is_forbidden = errno == EACCES || errno == EPERM;
    const std::string fix =
        is_forbidden
            ? text::format(
                  "run 'sudo chgrp $(id -gn) {}/*/energy_uj; sudo chmod g+r "
                  "{}/*/energy_uj' (until the next boot; for good, a udev rule: "
                  "docs/how-to/permissions.md)",
                  folder, folder)
            : text::format("check that {} is the powercap tree of a running kernel", folder);
    return {problem, fix, is_forbidden ? ProbeState::forbidden : ProbeState::broken};
  }
  detail::describe_rapl(meter.description(), detail::read_cpu_model(root));
  meter.measure_update_periods();
  meter.poll_for_wraps();
  return meter;
}

PERJOULE_INLINE Probe<CounterMeter> open_msr(const std::string& root) {
  const detail::CpuModel cpu_model = detail::read_cpu_model(root);
  const detail::RaplRegisters registers = detail::rapl_registers(cpu_model);
  const std::string folder = root + "/dev/cpu";
  if (registers.units == 0) {
    return {"this CPU has no RAPL registers that are known here",
            "run on an Intel or AMD CPU, or use another meter"};
  }
  detail::FoundZones tree;
  std::string problem;
  int why = 0;
  std::size_t package = 0;
  const auto open_file = [](const std::string& path) {
    return std::make_shared<const detail::FileDescriptor>(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  };
  for (const int cpu : detail::first_cpu_per_package(root)) {
    std::string path = text::format("{}/{}/msr", folder, cpu);
    auto file = open_file(path);
    why = errno;
    if (!file->is_open()) {
      const std::string safe = path + "_safe";
      file = open_file(safe);
      if (file->is_open()) path = safe;
      if (why == ENOENT) why = errno;
    }
    std::uint64_t units = 0;
    bool is_read = false;
    if (file->is_open()) {
      is_read = detail::read_register(file->get(), registers.units, units);
      why = errno;
    }
    if (!is_read) {
      problem = text::format("cannot read {}: {}", path, detail::errno_message(why));
      break;
    }
    const double unit = 1.0 / static_cast<double>(std::uint64_t{1} << (units >> 8U & 0x1FU));
    const double dram_unit = registers.dram_unit > 0.0 ? registers.dram_unit : unit;
    const double psys_unit = registers.psys_unit > 0.0 ? registers.psys_unit : unit;
    const std::string id = text::format("intel-rapl:{}", package);
    detail::add_msr_zone(tree, file, registers.package, unit, text::format("package-{}", package),
                         id);
    detail::add_msr_zone(tree, file, registers.dram, dram_unit, "dram", id + ":0");
    if (package == 0) {
      detail::add_msr_zone(tree, file, registers.psys, psys_unit, "psys", "intel-rapl:psys");
    }
    ++package;
  }
  CounterMeter meter("rapl-msr", folder,
                     "the whole package is counted, other programs' share included");
  if (problem.empty()) {
    meter.description().scope = detail::choose_zones(tree);
    for (detail::FoundZone& found : tree) {
      if (found.chosen) meter.add(std::move(found.zone), std::move(found.counter));
    }
    if (meter.description().zones.empty())
      problem = folder + " has no energy register that can be read";
  }
  if (!problem.empty()) {
    return {problem,
            "run 'sudo modprobe msr' and read as root (CAP_SYS_RAWIO), or use msr_safe: "
            "docs/how-to/permissions.md",
            why == EACCES || why == EPERM ? ProbeState::forbidden : ProbeState::absent};
  }
  detail::describe_rapl(meter.description(), cpu_model);
  meter.measure_update_periods();
  meter.poll_for_wraps();
  return meter;
}

}  // namespace perjoule::inline v0
