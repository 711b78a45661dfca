// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/meters/rapl.hpp"

#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include "catch.hpp"
#include "powercap_tree.hpp"

using namespace perjoule;

namespace {

bool has(std::string_view text, std::string_view words) {
  return text.find(words) != std::string_view::npos;
}

/// A server of one socket: 9 J on the package, 1 J on its memory.
void add_server(const PowercapTree& tree) {
  tree.add_zone("intel-rapl:0", "package-0", 9'000'000);
  tree.add_zone("intel-rapl:0:0", "dram", 1'000'000);
  tree.add_zone("intel-rapl:0:1", "core", 5'000'000);
}

/// Sleeps 50 ms between two readings, whose own width is small in comparison, while `change`
/// modifies the files.
template <class Change>
WindowEnergy window(CounterMeter& meter, Change change) {
  Reading before;
  Reading after;
  REQUIRE(meter.read(before));
  change();
  CounterMeter::wait(Seconds(0.05));
  REQUIRE(meter.read(after));
  return meter.energy(before, after);
}

/// Returns the meter below a root that has one.
CounterMeter opened(const PowercapTree& tree) {
  Probe<CounterMeter> probe = open_powercap(tree.root());
  INFO(probe.reason());
  REQUIRE(probe.is_found());
  return probe.take();
}

/// Returns why a root has none.
std::string reason_of(const PowercapTree& tree) {
  const Probe<CounterMeter> probe = open_powercap(tree.root());
  REQUIRE_FALSE(probe.is_found());
  CHECK_FALSE(probe.fix().empty());
  return probe.reason();
}

}  // namespace

TEST_CASE("inside a virtual machine, RAPL is what the host apportions, and never measured",
          "[meters][rapl]") {
  const PowercapTree tree;
  add_server(tree);
  const auto put_cpu = [&](const char* flags) {
    std::filesystem::create_directories(tree.root() + "/proc");
    std::ofstream(tree.root() + "/proc/cpuinfo")
        << "processor\t: 0\nvendor_id\t: GenuineIntel\ncpu family\t: 6\nmodel\t\t: 106\nflags\t\t: "
        << flags << "\nbugs\t\t: hypervisor\n";
  };
  put_cpu("fpu hypervisor lahf_lm");
  const CounterMeter virtual_meter = opened(tree);
  CHECK(virtual_meter.description().provenance == Provenance::estimated);
  CHECK(has(virtual_meter.description().note, "inside a virtual machine"));
  CHECK_FALSE(has_known_gain(virtual_meter.description()));
  put_cpu("fpu hypervisors lahf_lm");
  const CounterMeter meter = opened(tree);
  CHECK(meter.description().provenance == Provenance::measured);
  CHECK_FALSE(has(meter.description().note, "virtual"));
  REQUIRE(has_known_gain(meter.description()));
  CHECK(meter.description().zones[0].gain.share == 0.05);
  CHECK(meter.description().zones[1].gain.share == 0.15);
}

TEST_CASE("a zone's limit is twice the highest that the kernel shows for it", "[meters][rapl]") {
  const PowercapTree tree;
  add_server(tree);
  tree.write("intel-rapl:0", "constraint_0_max_power_uw", "125000000");
  tree.write("intel-rapl:0", "constraint_0_power_limit_uw", "95000000");
  tree.write("intel-rapl:0", "constraint_1_max_power_uw", "0");
  tree.write("intel-rapl:0", "constraint_1_power_limit_uw", "150000000");
  CounterMeter meter = opened(tree);
  CHECK(meter.description().zones[0].max_power == 300_W);
  CHECK(meter.description().zones[1].max_power == 400_W);  // of memory without a limit
  const WindowEnergy found = window(meter, [&] {
    tree.set_energy("intel-rapl:0", 9'000'000 + 30'000'000);  // 30 J in about 50 ms
    tree.set_energy("intel-rapl:0:0", 1'500'000);
  });
  CHECK_FALSE(found.energy.is_known());
  CHECK(has(found.why_missing, "its limit is 300 W"));
}

TEST_CASE("an opened powercap tree says what it counts and where", "[meters][rapl]") {
  const PowercapTree tree;
  add_server(tree);
  const CounterMeter meter = opened(tree);
  const MeterDescription& description = meter.description();
  CHECK(description.source == "rapl-powercap");
  CHECK(description.root == tree.folder());
  CHECK(description.scope == (Scope::package | Scope::dram));
  CHECK(description.provenance == Provenance::measured);
  REQUIRE(description.zones.size() == 2);
  CHECK(description.zones[0].name == "package-0");
  CHECK(description.zones[0].id == "intel-rapl:0");
  CHECK(description.zones[1].name == "dram");
  CHECK(description.zones[1].id == "intel-rapl:0:0");
  // The file counts in uJ; the hardware below it steps by 2^-14 J = 61.035 uJ, of which its range
  // is 2^32 - 1, so that it starts again 61 uJ above the range.
  CHECK(description.zones[0].modulus == PowercapTree::range + 61);
  CHECK(description.zones[0].per_count.si() == Approx(1e-6));
  CHECK(description.zones[0].resolution.si() == Approx(61.035e-6).epsilon(1e-4));
}

TEST_CASE("a counter that stands still keeps the update period that RAPL is known for",
          "[meters][rapl]") {
  const PowercapTree tree;
  add_server(tree);
  CHECK(opened(tree).description().update_period.si() == Approx(1e-3));
}

TEST_CASE("two readings of a tree give the joules that its counters moved", "[meters][rapl]") {
  const PowercapTree tree;
  add_server(tree);
  CounterMeter meter = opened(tree);
  const WindowEnergy found = window(meter, [&] {
    tree.set_energy("intel-rapl:0", 9'700'000);
    tree.set_energy("intel-rapl:0:0", 1'050'000);
    tree.set_energy("intel-rapl:0:1", 5'600'000);  // within the package: not counted again
  });
  INFO(found.why_missing);
  REQUIRE(found.energy.is_known());
  CHECK(found.energy.value.si() == Approx(0.75).epsilon(0.02));
  CHECK(found.energy.provenance == Provenance::measured);
}

TEST_CASE("a wrap between two readings of a tree gives the true joules", "[meters][rapl]") {
  const PowercapTree tree;
  tree.add_zone("intel-rapl:0", "package-0", PowercapTree::range - 200'000);
  CounterMeter meter = opened(tree);
  // 0.2 J up to the range, one step of 61 uJ over it, and 0.3 J beyond.
  const WindowEnergy found = window(meter, [&] { tree.set_energy("intel-rapl:0", 300'000); });
  REQUIRE(found.energy.is_known());
  CHECK(found.energy.value.si() == Approx(0.500061).epsilon(0.02));
}

TEST_CASE("turns of a tree's counter are watched within a window that could hide two",
          "[meters][rapl]") {
  const PowercapTree tree;
  tree.add_zone("intel-rapl:0", "package-0", 0);
  tree.write("intel-rapl:0", "max_energy_range_uj", "2400000000");  // a turn in 1.2 s at 2 kW
  CounterMeter meter = opened(tree);
  const WindowEnergy found = window(meter, [&] {
    for (std::uint64_t joules = 200; joules <= 2600; joules += 200) {
      CounterMeter::wait(100_ms);
      // In place and of one length, so that the meter's thread never finds the file empty.
      const std::string digits = std::to_string(joules * 1'000'000 % 2'400'000'000);
      std::fstream(tree.file("intel-rapl:0", "energy_uj"), std::ios::in | std::ios::out)
          << std::string(10 - digits.size(), '0') << digits;
    }
  });
  INFO(found.why_missing);
  REQUIRE(found.energy.is_known());
  CHECK(found.energy.value.si() == Approx(2600.0).epsilon(0.001));
}

TEST_CASE("a tree whose counters stood still has no energy", "[meters][rapl]") {
  const PowercapTree tree;
  add_server(tree);
  CounterMeter meter = opened(tree);
  const WindowEnergy found = window(meter, [] {});
  CHECK_FALSE(found.energy.is_known());
  CHECK(has(found.why_missing, "did not move"));
}

TEST_CASE("zones are found nested as below /sys/devices, each once", "[meters][rapl]") {
  const PowercapTree tree;
  tree.add_zone("intel-rapl/intel-rapl:0", "package-0", 9'000'000);
  tree.add_zone("intel-rapl/intel-rapl:0/intel-rapl:0:0", "dram", 1'000'000);
  tree.write("intel-rapl", "enabled", "1");
  SECTION("nested alone") {}
  SECTION("and linked from the root, as in /sys/class/powercap") {
    const std::filesystem::path root = tree.folder();
    std::filesystem::create_directory_symlink("intel-rapl/intel-rapl:0", root / "intel-rapl:0");
    std::filesystem::create_directory_symlink("intel-rapl/intel-rapl:0/intel-rapl:0:0",
                                              root / "intel-rapl:0:0");
  }
  CounterMeter meter = opened(tree);
  CHECK(meter.description().scope == (Scope::package | Scope::dram));
  REQUIRE(meter.description().zones.size() == 2);
  const WindowEnergy found = window(meter, [&] {
    tree.set_energy("intel-rapl/intel-rapl:0", 9'100'000);
    tree.set_energy("intel-rapl/intel-rapl:0/intel-rapl:0:0", 1'010'000);
  });
  REQUIRE(found.energy.is_known());
  CHECK(found.energy.value.si() == Approx(0.11).epsilon(0.02));
}

TEST_CASE("200 zones below one root are all summed", "[meters][rapl]") {
  const PowercapTree tree;
  const auto place = [](int i) { return "intel-rapl:" + std::to_string(i); };
  for (int i = 0; i < 200; ++i) tree.add_zone(place(i), "package-" + std::to_string(i), 9'000'000);
  CounterMeter meter = opened(tree);
  REQUIRE(meter.description().zones.size() == 200);
  const WindowEnergy found = window(meter, [&] {
    for (int i = 0; i < 200; ++i) {
      tree.set_energy(place(i), 9'000'000 + 1'000 * static_cast<std::uint64_t>(i + 1));
    }
  });
  INFO(found.why_missing);
  REQUIRE(found.energy.is_known());
  CHECK(found.energy.value.si() == Approx(20.1).epsilon(0.05));  // 1 + 2 + ... + 200 mJ
}

TEST_CASE("12 packages of 64 zones are all summed, with the memory of each", "[meters][rapl]") {
  const PowercapTree tree;
  const auto place = [](int i) { return "intel-rapl:" + std::to_string(i); };
  for (int i = 0; i < 12; ++i) {
    tree.add_zone(place(i), "package-" + std::to_string(i), 9'000'000);
    tree.add_zone(place(i) + ":0", "dram", 1'000'000);
  }
  for (int i = 0; i < 40; ++i) {  // within a package: not counted again
    tree.add_zone(place(i % 12) + ":" + std::to_string(1 + i / 12), "core", 5'000'000);
  }
  CounterMeter meter = opened(tree);
  CHECK(meter.description().scope == (Scope::package | Scope::dram));
  REQUIRE(meter.description().zones.size() == 24);
  const WindowEnergy found = window(meter, [&] {
    for (int i = 0; i < 12; ++i) {
      tree.set_energy(place(i), 9'100'000);
      tree.set_energy(place(i) + ":0", 1'050'000);
      tree.set_energy(place(i) + ":1", 6'000'000);
    }
  });
  INFO(found.why_missing);
  REQUIRE(found.energy.is_known());
  CHECK(found.energy.value.si() == Approx(1.8).epsilon(0.02));  // 12 x (0.1 + 0.05) J
}

TEST_CASE("a counter that vanishes during a run is a failed reading and not zero",
          "[meters][rapl]") {
  const PowercapTree tree;
  add_server(tree);
  CounterMeter meter = opened(tree);
  Reading reading;
  REQUIRE(meter.read(reading));
  tree.vanish("intel-rapl:0:0");
  CHECK_FALSE(meter.read(reading));
}

TEST_CASE("a counter that turns into text during a run is a failed reading", "[meters][rapl]") {
  const PowercapTree tree;
  add_server(tree);
  CounterMeter meter = opened(tree);
  tree.write("intel-rapl:0", "energy_uj", "9000x");
  Reading reading;
  CHECK_FALSE(meter.read(reading));
}

TEST_CASE("a reading carries the time before and after it", "[meters][rapl]") {
  const PowercapTree tree;
  add_server(tree);
  CounterMeter meter = opened(tree);
  const Instant before = CounterMeter::now();
  Reading reading;
  REQUIRE(meter.read(reading));
  const Instant after = CounterMeter::now();
  CHECK(before <= reading.begin);
  CHECK(reading.begin <= reading.end);
  CHECK(reading.end <= after);
}

TEST_CASE("a root that does not exist is named in the reason", "[meters][rapl]") {
  const PowercapTree tree;
  const std::string root = tree.root() + "/nowhere";
  const Probe<CounterMeter> probe = open_powercap(root);
  REQUIRE_FALSE(probe.is_found());
  CHECK(has(probe.reason(), root));
  CHECK(has(probe.fix(), "PERJOULE_ROOT"));
}

TEST_CASE("an empty root holds no RAPL zone", "[meters][rapl]") {
  CHECK(has(reason_of(PowercapTree()), "no RAPL zone"));
}

TEST_CASE("zones of an Arm machine are those at the top, for they contain the others",
          "[meters][rapl]") {
  const PowercapTree tree;
  tree.add_zone("arm-scmi:0", "soc", 9'000'000);
  tree.add_zone("arm-scmi:0:0", "big", 5'000'000);
  tree.add_zone("arm-scmi:1", "memory", 2'000'000);
  const CounterMeter meter = opened(tree);
  CHECK(meter.description().scope == Scope::package);
  REQUIRE(meter.description().zones.size() == 2);
  CHECK(meter.description().zones[0].name == "soc");
  CHECK(meter.description().zones[1].name == "memory");
}

TEST_CASE("a tree of neither package nor psys is refused", "[meters][rapl]") {
  const PowercapTree tree;
  tree.add_zone("intel-rapl:0:0", "core", 5'000'000);
  CHECK(has(reason_of(tree), "neither a package nor a psys zone"));
}

TEST_CASE("a counter that is no number is quoted in the reason", "[meters][rapl]") {
  const PowercapTree tree;
  add_server(tree);
  for (const char* content : {"12 J", "-5", "0x10", "1.5", "99999999999999999999"}) {
    tree.write("intel-rapl:0", "energy_uj", content);
    const std::string reason = reason_of(tree);
    INFO(reason);
    CHECK(has(reason, std::string("'") + content + "'"));
    CHECK(has(reason, "intel-rapl:0/energy_uj"));
  }
}

TEST_CASE("a zone without a range is refused, since a wrap could not be undone", "[meters][rapl]") {
  const PowercapTree tree;
  add_server(tree);
  std::filesystem::remove(tree.file("intel-rapl:0:0", "max_energy_range_uj"));
  const std::string reason = reason_of(tree);
  INFO(reason);
  CHECK(has(reason, "intel-rapl:0:0/max_energy_range_uj"));
  CHECK(has(reason, "no such file"));
  CHECK(open_powercap(tree.root()).state() == ProbeState::broken);
}

TEST_CASE("a range of 0 is refused", "[meters][rapl]") {
  const PowercapTree tree;
  add_server(tree);
  tree.write("intel-rapl:0", "max_energy_range_uj", "0");
  CHECK(has(reason_of(tree), "intel-rapl:0/max_energy_range_uj is 0"));
}

TEST_CASE("a counter that may not be read is a reason with its fix, and never a smaller sum",
          "[meters][rapl]") {
  const PowercapTree tree;
  add_server(tree);
  std::filesystem::permissions(tree.file("intel-rapl:0:0", "energy_uj"),
                               std::filesystem::perms::none);
  const std::string root = tree.root();
  std::filesystem::permissions(root, std::filesystem::perms::others_exec,
                               std::filesystem::perm_options::add);
  // Root may read everything, so the child stops being root.
  enum : int { fine, found, other_reason, other_fix, still_root, out_of_reach };
  const pid_t child = fork();
  REQUIRE(child != -1);
  if (child == 0) {
    if (geteuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0)) _exit(still_root);
    if (access(tree.folder().c_str(), R_OK | X_OK) != 0) _exit(out_of_reach);
    const Probe<CounterMeter> probe = open_powercap(root);
    if (probe.is_found()) _exit(found);
    if (!has(probe.reason(), "intel-rapl:0:0/energy_uj: permission denied")) {
      _exit(other_reason);
    }
    if (probe.state() != ProbeState::forbidden) _exit(other_reason);
    _exit(has(probe.fix(), "chgrp") && has(probe.fix(), root) ? fine : other_fix);
  }
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  REQUIRE(WIFEXITED(status));
  if (WEXITSTATUS(status) == still_root || WEXITSTATUS(status) == out_of_reach) {
    WARN("skipped: cannot become a user who may see the folder but not the file");
    return;
  }
  CHECK(WEXITSTATUS(status) == fine);
}
