// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/meters/find_meter.hpp"

#include <unistd.h>

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "catch.hpp"
#include "perjoule/meters/meter_sources.hpp"
#include "perjoule/meters/perf.hpp"
#include "perjoule/units/quantity.hpp"
#include "powercap_tree.hpp"
#include "system_tree.hpp"

using namespace perjoule;

namespace {

/// A machine's root that can have a meter of each kind, without any environment variable that
/// changes what is found.
class Server {
 public:
  [[nodiscard]] std::string root() const { return tree_.root(); }
  [[nodiscard]] const SystemTree& tree() const { return tree_; }

  /// Adds the kernel's power PMU, but with the type number of the clocks that every kernel counts.
  void add_perf() const {
    const std::string pmu = "sys/bus/event_source/devices/power/";
    tree_.put(pmu + "type", "1");
    tree_.put(pmu + "cpumask", "0");
    tree_.put(pmu + "events/energy-pkg", "event=0x00");
    tree_.put(pmu + "events/energy-pkg.scale", "1e-9");
    tree_.put(pmu + "events/energy-pkg.unit", "Joules");
  }
  void add_powercap() const {
    const std::string zone = "sys/class/powercap/intel-rapl:0/";
    tree_.put(zone + "name", "package-0");
    tree_.put(zone + "max_energy_range_uj", "262143328850");
    tree_.put(zone + "energy_uj", "9000000");
  }
  void add_msr() const {
    tree_.put_cpu("GenuineIntel", 6, 0x55);
    tree_.put_package(0, 0);
    tree_.put_register(0, 0x606, 0x000A'0E03);
    tree_.put_register(0, 0x611, 1'000);
  }
  void add_hwmon() const {
    tree_.put("sys/class/hwmon/hwmon0/name", "amd_energy");
    tree_.put("sys/class/hwmon/hwmon0/energy1_label", "Esocket0");
    tree_.put("sys/class/hwmon/hwmon0/energy1_input", "7000000");
  }

  /// Options for this machine only, without the GPUs of the host.
  [[nodiscard]] MeterOptions options() const {
    MeterOptions options;
    options.root = root();
    options.nvml = "libno-such-library.so";
    options.amd_smi = "libno-such-library.so";
    return options;
  }

 private:
  SystemTree tree_;
  EnvironmentVariable no_meter_{"PERJOULE_METER", ""};
  EnvironmentVariable no_root_{"PERJOULE_ROOT", ""};
};

std::string source_of(const FoundMeter& found) { return found.meter.description().source; }

using Names = std::vector<std::string>;

Names absent(const FoundMeter& found) {
  Names names;
  for (const AbsentMeter& one : found.absent) {
    names.push_back(one.source + " " + std::string(name(one.state)));
  }
  return names;
}

/// Returns the error if there is no such meter; empty if there is one.
std::string no_meter(const MeterOptions& options) {
  try {
    (void)find_meter(options);
  } catch (const NoMeterError& error) {
    return error.what();
  }
  return "";
}

/// Whether this kernel counts for all programs, like the power PMU, when this user asks.
bool kernel_counts() {
  const int file = detail::open_machine_event(1, 0, 0);
  if (file != -1) close(file);
  return file != -1;
}

}  // namespace

TEST_CASE("of several meters the best is used: perf, powercap, MSR, sensors, the model",
          "[meters][find_meter]") {
  const Server machine;
  machine.add_perf();
  machine.add_powercap();
  machine.add_msr();
  machine.add_hwmon();
  if (kernel_counts()) {
    const FoundMeter first = find_meter(machine.options());
    CHECK(source_of(first) == "rapl-perf");
    CHECK(absent(first).empty());
  } else {
    const FoundMeter first = find_meter(machine.options());
    CHECK(source_of(first) == "rapl-powercap");
    CHECK(absent(first).size() == 1);
    WARN("in part skipped: this kernel opens no events for all programs");
  }

  machine.tree().remove("sys/bus/event_source");
  const FoundMeter second = find_meter(machine.options());
  CHECK(source_of(second) == "rapl-powercap");
  CHECK(absent(second) == Names{"rapl-perf absent"});

  machine.tree().remove("sys/class/powercap");
  const FoundMeter third = find_meter(machine.options());
  CHECK(source_of(third) == "rapl-msr");
  CHECK(absent(third) == Names{"rapl-perf absent", "rapl-powercap absent"});

  machine.tree().remove("dev");
  const FoundMeter fourth = find_meter(machine.options());
  CHECK(source_of(fourth) == "hwmon");
  CHECK(absent(fourth) ==
        Names{"rapl-perf absent", "rapl-powercap absent", "rapl-msr absent", "cray-pm absent"});

  machine.tree().remove("sys/class/hwmon");
  const FoundMeter last = find_meter(machine.options());
  CHECK(source_of(last) == "cpu-time-model");
  CHECK(last.meter.description().provenance == Provenance::modelled);
  CHECK(absent(last) == Names{"rapl-perf absent", "rapl-powercap absent", "rapl-msr absent",
                              "cray-pm absent", "hwmon absent"});
}

TEST_CASE("each absent meter says why and what to do", "[meters][find_meter]") {
  const Server machine;
  machine.tree().put("sys/class/powercap/intel-rapl:0/name", "package-0");  // and nothing else
  const FoundMeter found = find_meter(machine.options());
  REQUIRE(found.absent.size() == 5);
  CHECK(found.absent[0].state == ProbeState::absent);
  CHECK(found.absent[1].state == ProbeState::broken);
  CHECK(has(found.absent[1].reason, "max_energy_range_uj"));
  for (const AbsentMeter& one : found.absent) {
    CAPTURE(one.source);
    CHECK_FALSE(one.reason.empty());
    CHECK_FALSE(one.fix.empty());
  }
}

TEST_CASE("the meter that is named is used, though there are better ones", "[meters][find_meter]") {
  const Server machine;
  machine.add_powercap();
  machine.add_msr();
  machine.add_hwmon();
  MeterOptions options = machine.options();
  const auto found = [&](const char* source) {
    options.source = source;
    return source_of(find_meter(options));
  };
  CHECK(found("powercap") == "rapl-powercap");
  CHECK(found("msr") == "rapl-msr");
  CHECK(found("hwmon") == "hwmon");
  CHECK(found("model") == "cpu-time-model");
  CHECK(found("none") == "none");
}

TEST_CASE("a meter that is named and not there is an error, and no other one is used",
          "[meters][find_meter]") {
  const Server machine;
  machine.add_powercap();
  MeterOptions options = machine.options();
  options.source = "perf";
  CHECK(has(no_meter(options), "sys/bus/event_source/devices/power/type"));
  options.source = "msr";
  CHECK(has(no_meter(options), "no RAPL registers that are known"));
  options.source = "hwmon";
  CHECK(has(no_meter(options), "has no sensor that is known here"));
  machine.tree().remove("sys/class/powercap");
  options.source = "powercap";
  CHECK(has(no_meter(options), "holds no RAPL zone"));
  CHECK(has(no_meter(options), "no energy meter"));
}

TEST_CASE("a meter that does not exist is an error that tells which do", "[meters][find_meter]") {
  const Server machine;
  MeterOptions options = machine.options();
  options.source = "tachometer";
  CHECK_THROWS_AS(find_meter(options), Error);
  try {
    (void)find_meter(options);
  } catch (const NoMeterError&) {
    FAIL("a slip of the pen is no missing meter");
  } catch (const Error& error) {
    CHECK(has(error.what(), "'tachometer'"));
    for (const char* known :
         {"perf", "powercap", "msr", "hwmon", "external:PATH", "model", "none"}) {
      CHECK(has(error.what(), known));
    }
  }
}

TEST_CASE("without a meter time is measured and energy is missing", "[meters][find_meter]") {
  const Server machine;
  machine.add_powercap();
  MeterOptions options = machine.options();
  options.source = "none";
  options.require = Provenance::measured;
  FoundMeter found = find_meter(options);
  CHECK(found.meter.description().provenance == Provenance::missing);
  CHECK(found.meter.description().scope == Scope::none);
  CHECK(found.meter.description().zones.empty());
  CHECK(absent(found).empty());
  Reading before;
  Reading after;
  REQUIRE(found.meter.read(before));
  found.meter.wait(1_ms);
  REQUIRE(found.meter.read(after));
  CHECK(after.begin - before.end >= 1_ms);
  const WindowEnergy window = found.meter.energy(before, after);
  CHECK_FALSE(window.energy.is_known());
  CHECK(has(window.why_missing, "no meter was asked for"));
}

TEST_CASE("the environment names a meter and a root where the options do not",
          "[meters][find_meter]") {
  const Server machine;
  const Server other;
  for (const Server* one : {&machine, &other}) {
    one->add_powercap();
    one->add_hwmon();
  }
  MeterOptions options = machine.options();
  const EnvironmentVariable root("PERJOULE_ROOT", other.root());
  const EnvironmentVariable meter("PERJOULE_METER", "hwmon");
  const auto place = [](const FoundMeter& found) {
    return std::string(found.meter.description().root);
  };
  CHECK(place(find_meter(options)) == machine.root() + "/sys/class/hwmon");
  options.source = "powercap";
  CHECK(place(find_meter(options)) == machine.root() + "/sys/class/powercap");
  options.root = "";
  CHECK(place(find_meter(options)) == other.root() + "/sys/class/powercap");
  options.source = "";
  CHECK(place(find_meter(options)) == other.root() + "/sys/class/hwmon");
}

TEST_CASE("a meter below another root is foreign", "[meters][find_meter]") {
  const Server machine;
  machine.add_powercap();
  MeterOptions options = machine.options();
  CHECK(find_meter(options).meter.description().has_foreign_root);
  options.root = "";
  options.source = "model";
  CHECK_FALSE(find_meter(options).meter.description().has_foreign_root);
  const EnvironmentVariable root("PERJOULE_ROOT", machine.root());
  CHECK(find_meter(options).meter.description().has_foreign_root);
}

TEST_CASE("the meter of another program is named with its path", "[meters][find_meter]") {
  const Server machine;
  const std::string path = machine.tree().file("wattmeter.log");
  MeterOptions options = machine.options();
  options.source = "external:" + path;
  CHECK(has(no_meter(options), "cannot read " + path));
  machine.tree().put("wattmeter.log", "0 0");
  const FoundMeter found = find_meter(options);
  CHECK(source_of(found) == "external");
  CHECK(found.meter.description().root == path);
  CHECK(absent(found).empty());
}

TEST_CASE("who requires measured energy gets no model", "[meters][find_meter]") {
  const Server machine;
  MeterOptions options = machine.options();
  options.require = Provenance::measured;
  SECTION("where there is nothing: what powercap lacks") {
    const std::string said = no_meter(options);
    CHECK(has(said, "no energy meter"));
    CHECK(has(said, machine.root() + "/sys/class/powercap holds no RAPL zone"));
    CHECK(has(said, "run on bare metal"));
    static_assert(NoMeterError::exit_code == 69);
  }
  SECTION("where the model itself is named") {
    options.source = "model";
    CHECK_FALSE(no_meter(options).empty());
  }
  SECTION("where power is added up: that is an estimate") {
    machine.tree().put("sys/class/hwmon/hwmon0/name", "power_meter");
    machine.tree().put("sys/class/hwmon/hwmon0/power1_average", "250000000");
    CHECK(has(no_meter(options), "hwmon is estimated"));
    options.require = Provenance::estimated;
    CHECK(source_of(find_meter(options)) == "hwmon");
  }
  SECTION("where there is a meter: that") {
    machine.add_powercap();
    CHECK(source_of(find_meter(options)) == "rapl-powercap");
  }
}

TEST_CASE("of meters that are not there the one that is forbidden is told first",
          "[meters][find_meter]") {
  const AbsentMeter perf{"rapl-perf", ProbeState::absent, "no PMU", "buy one"};
  const AbsentMeter powercap{"rapl-powercap", ProbeState::absent, "no zone", "load it"};
  const AbsentMeter msr{"rapl-msr", ProbeState::forbidden, "no permission", "ask"};
  const AbsentMeter hwmon{"hwmon", ProbeState::forbidden, "no permission", "ask, too"};
  const auto nearest = [](std::vector<AbsentMeter> all) {
    const AbsentMeter* const found = detail::easiest_meter_to_enable({all.data(), all.size()});
    return found == nullptr ? std::string("none") : std::string(found->source);
  };
  CHECK(nearest({perf, powercap, msr}) == "rapl-msr");
  CHECK(nearest({perf, powercap, msr, hwmon}) == "rapl-msr");
  CHECK(nearest({msr, powercap}) == "rapl-msr");
  CHECK(nearest({perf, powercap}) == "rapl-powercap");
  CHECK(nearest({perf}) == "rapl-perf");
  CHECK(nearest({}) == "none");
}

TEST_CASE("who may not read a meter is told that, and not what else is missing",
          "[meters][find_meter]") {
  const Server machine;
  machine.add_powercap();
  machine.add_msr();
  std::filesystem::permissions(machine.tree().file("sys/class/powercap/intel-rapl:0/energy_uj"),
                               std::filesystem::perms::none);
  const std::string root = machine.root();
  enum : int { fine, other_states, other_source, no_error, other_words };
  const int code = as_nobody(root, [&] {
    MeterOptions options = machine.options();
    const FoundMeter found = find_meter(options);
    if (source_of(found) != "cpu-time-model") return int{other_source};
    if (absent(found) != Names{"rapl-perf absent", "rapl-powercap forbidden", "rapl-msr forbidden",
                               "cray-pm absent", "hwmon absent"}) {
      return int{other_states};
    }
    options.require = Provenance::measured;
    const std::string said = no_meter(options);
    if (said.empty()) return int{no_error};
    const bool is_told = has(said, "intel-rapl:0/energy_uj: permission denied") &&
                         has(said, "sudo chgrp") && has(said, root);
    return int{is_told ? fine : other_words};
  });
  if (code == -1) {
    WARN("skipped: cannot become a user who may see the folder but not the file");
    return;
  }
  CHECK(code == fine);
}

TEST_CASE("the model is that of the CPU, or the user's own", "[meters][find_meter]") {
  const Server machine;
  machine.tree().put_cpu("GenuineIntel", 6, 0x55);
  MeterOptions options = machine.options();
  const auto note = [&] { return std::string(find_meter(options).meter.description().note); };
  CHECK(has(note(), "0.65 W for as long as it runs and 3.61 W more for its CPU time"));  // Skylake servers
  options.model = {1_W, 5_W, 2.0};
  CHECK(has(note(), "1 W for as long as it runs and 4.00 W more for its CPU time"));
  CHECK(has(note(), "factor of 2"));
}

TEST_CASE("a machine's GPUs join its total", "[meters][find_meter]") {
  const EnvironmentVariable watts("PERJOULE_FAKE_GPU_WATTS", "250,70");
  const Server machine;
  machine.add_powercap();
  MeterOptions options = machine.options();
  SECTION("NVIDIA's") {
    options.nvml = PERJOULE_FAKE_NVML;
    const FoundMeter found = find_meter(options);
    CHECK(source_of(found) == "rapl-powercap + nvml");
    CHECK(found.meter.description().scope == (Scope::package | Scope::gpu));
    REQUIRE(found.meter.description().zones.size() == 3);
    CHECK(found.meter.description().zones[2].name == "gpu-1");
    CHECK(found.meter.description().has_foreign_root);
  }
  SECTION("AMD's") {
    options.amd_smi = PERJOULE_FAKE_AMD_SMI;
    CHECK(source_of(find_meter(options)) == "rapl-powercap + amd-smi");
  }
  SECTION("those that the kernel shows") {
    machine.tree().put("sys/class/hwmon/hwmon3/name", "i915");
    machine.tree().put("sys/class/hwmon/hwmon3/energy1_input", "5000000");
    CHECK(source_of(find_meter(options)) == "rapl-powercap + hwmon");
  }
  SECTION("one that the kernel shows as well counts once") {
    options.amd_smi = PERJOULE_FAKE_AMD_SMI;
    machine.tree().put("sys/class/hwmon/hwmon3/name", "amdgpu");
    machine.tree().put("sys/class/hwmon/hwmon3/energy1_input", "5000000");
    const FoundMeter found = find_meter(options);
    CHECK(source_of(found) == "rapl-powercap + amd-smi");
    CHECK(found.meter.description().zones.size() == 3);
  }
  SECTION("that of a modelled CPU, too") {
    options.nvml = PERJOULE_FAKE_NVML;
    options.source = "model";
    const FoundMeter found = find_meter(options);
    CHECK(found.meter.description().scope == (Scope::process | Scope::gpu));
    CHECK(found.meter.description().provenance == Provenance::modelled);
  }
}

TEST_CASE("who wants no GPUs gets none", "[meters][find_meter]") {
  const Server machine;
  machine.add_powercap();
  MeterOptions options = machine.options();
  options.nvml = PERJOULE_FAKE_NVML;
  options.amd_smi = PERJOULE_FAKE_AMD_SMI;
  options.gpus = false;
  const FoundMeter found = find_meter(options);
  CHECK(source_of(found) == "rapl-powercap");
  CHECK(found.meter.description().scope == Scope::package);
}

TEST_CASE("a total with a GPU whose power is added up is refused where measured energy is required",
          "[meters][find_meter]") {
  const EnvironmentVariable no_energy("PERJOULE_FAKE_GPU_ENERGY", "0");
  const Server machine;
  machine.add_powercap();
  MeterOptions options = machine.options();
  options.nvml = PERJOULE_FAKE_NVML;
  options.require = Provenance::measured;
  CHECK(has(no_meter(options), "rapl-powercap + nvml is estimated"));
  options.gpus = false;
  CHECK(source_of(find_meter(options)) == "rapl-powercap");
}
