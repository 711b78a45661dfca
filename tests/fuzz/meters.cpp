// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The kernel's files of energy: powercap, hwmon, Cray's pm_counters, and descriptions of perf
// events. What stands after "==== later" is written between two readings. Meters are put together
// from the parts that the library opens them with: it would watch the counters for ticks, too.
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "fuzz/fuzz.hpp"
#include "fuzz/tree.hpp"
#include "perjoule/core/file.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/meters/counter_meter.hpp"
#include "perjoule/meters/cray.hpp"
#include "perjoule/meters/hwmon.hpp"
#include "perjoule/meters/perf.hpp"
#include "perjoule/meters/rapl.hpp"

namespace {

using namespace perjoule;

const fuzz::Tree& tree() {
  static const fuzz::Tree tree({
      "proc/cpuinfo",
      "sys/class/powercap/intel-rapl:0/name",
      "sys/class/powercap/intel-rapl:0/energy_uj",
      "sys/class/powercap/intel-rapl:0/max_energy_range_uj",
      "sys/class/powercap/intel-rapl:0/constraint_0_max_power_uw",
      "sys/class/powercap/intel-rapl:0/constraint_1_power_limit_uw",
      "sys/class/powercap/intel-rapl:0:0/name",
      "sys/class/powercap/intel-rapl:0:0/energy_uj",
      "sys/class/powercap/intel-rapl:0:0/max_energy_range_uj",
      "sys/class/powercap/intel-rapl:1/name",
      "sys/class/powercap/intel-rapl:1/energy_uj",
      "sys/class/powercap/intel-rapl:1/max_energy_range_uj",
      "sys/class/powercap/intel-rapl-mmio:0/name",
      "sys/class/powercap/intel-rapl-mmio:0/energy_uj",
      "sys/class/powercap/intel-rapl-mmio:0/max_energy_range_uj",
      "sys/class/powercap/arm-scmi:0/name",
      "sys/class/powercap/arm-scmi:0/energy_uj",
      "sys/class/powercap/arm-scmi:0/max_energy_range_uj",
      "sys/class/hwmon/hwmon0/name",
      "sys/class/hwmon/hwmon0/energy1_input",
      "sys/class/hwmon/hwmon0/energy1_label",
      "sys/class/hwmon/hwmon0/power1_average",
      "sys/class/hwmon/hwmon0/power1_input",
      "sys/class/hwmon/hwmon0/power1_label",
      "sys/class/hwmon/hwmon0/curr1_input",
      "sys/class/hwmon/hwmon0/in1_input",
      "sys/class/hwmon/hwmon0/in1_label",
      "sys/cray/pm_counters/energy",
      "sys/bus/event_source/devices/power/cpumask",
      "sys/bus/event_source/devices/power/events/energy-pkg",
      "sys/bus/event_source/devices/power/events/energy-pkg.scale",
      "sys/bus/event_source/devices/power/events/energy-pkg.unit",
      "sys/devices/system/cpu/cpu0/topology/physical_package_id",
  });
  return tree;
}

void add_powercap(CounterMeter& meter) {
  detail::FoundZones zones;
  detail::find_powercap_zones(tree().root() + "/sys/class/powercap", 0, zones);
  for (detail::FoundZone& zone : zones) {
    if (!detail::read_powercap_zone(zone).empty()) return;
    zone.counts_later = zone.counts;
    fuzz::expect(zone.zone.modulus > 0, "a counter wraps somewhere");
    fuzz::expect(zone.zone.max_power > Watts(0.0), "a zone has some power");
  }
  meter.description().scope = detail::choose_zones(zones);
  static_cast<void>(detail::open_powercap_zones(zones, meter));
  detail::describe_rapl(meter.description(), detail::read_cpu_model(tree().root()));
}

void add_hwmon(CounterMeter& meter, const std::shared_ptr<detail::PowerIntegrator>& powers) {
  const std::string folder = tree().root() + "/sys/class/hwmon/hwmon0";
  const std::string name = detail::read_file(folder + "/name").value_or("");
  for (const detail::HwmonDriver& driver : detail::hwmon_drivers) {
    if (driver.name == name) {
      static_cast<void>(detail::add_hwmon(driver, folder, meter, powers));
    }
  }
}

void read_perf_events() {
  const std::string folder = tree().root() + "/sys/bus/event_source/devices/power";
  const auto event = detail::describe_perf_event(folder, "energy-pkg");
  if (event) {
    fuzz::expect(is_finite(event->per_count.si()) && event->per_count > Joules(0.0),
                 "a count has some energy");
  }
  std::vector<int> cpus = detail::parse_cpus(detail::read_file(folder + "/cpumask").value_or(""));
  for (const int cpu : cpus) fuzz::expect(cpu >= 0, "CPUs count from 0");
  fuzz::expect(cpus.size() <= 1U << 16U, "there are no more CPUs than a kernel can have");
  if (cpus.size() < 10) detail::drop_duplicate_dies(tree().root(), cpus);
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::string_view later = "==== later\n";
  const std::string_view text = fuzz::text_of(data, size);
  const std::size_t end = std::min(text.find(later), text.size());
  tree().write(text.substr(0, end));
  CounterMeter meter("fuzzed", tree().root(), "");
  const auto powers = std::make_shared<detail::PowerIntegrator>();
  add_powercap(meter);
  add_hwmon(meter, powers);
  read_perf_events();
  std::uint64_t joules = 0;
  static_cast<void>(detail::parse_cray_joules(
      detail::read_file(tree().root() + "/sys/cray/pm_counters/energy").value_or(""), joules));

  Reading before;
  Reading after;
  const bool is_first = meter.read(before);
  powers->sample();
  tree().put(text.substr(std::min(end + later.size(), text.size())));
  powers->sample();
  const bool is_second = meter.read(after);
  if (!is_first || !is_second || meter.description().zones.empty()) return 0;
  before.begin = before.end = {0};
  after.begin = after.end = {100'000'000};
  const WindowEnergy energy = meter.energy(before, after);
  if (!energy.energy.is_known()) {
    fuzz::expect(!energy.why_missing.empty(), "what is missing has a reason");
    return 0;
  }
  fuzz::expect(is_finite(energy.energy.value.si()) && energy.energy.value >= Joules(0.0),
               "energy is a number, not below 0");
  fuzz::expect(energy.energy.random >= Joules(0.0) && energy.energy.common >= Joules(0.0),
               "its uncertainty is not below 0");
  return 0;
}
