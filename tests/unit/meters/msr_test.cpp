// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/meters/rapl.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "catch.hpp"
#include "system_tree.hpp"

using namespace perjoule;

namespace {

// Numbers of the registers. Intel SDM vol. 4, table 2-20 and following: MSR_RAPL_POWER_UNIT,
// MSR_PKG_ENERGY_STATUS, MSR_DRAM_ENERGY_STATUS, MSR_PLATFORM_ENERGY_COUNTER. AMD PPR for family
// 17h: RAPL_PWR_UNIT, PKG_ENERGY_STAT.
constexpr std::uint64_t units = 0x606;
constexpr std::uint64_t package = 0x611;
constexpr std::uint64_t memory = 0x619;
constexpr std::uint64_t platform = 0x64D;
constexpr std::uint64_t amd_units = 0xC001'0299;
constexpr std::uint64_t amd_package = 0xC001'029B;

/// As a Skylake shows it: bits 12:8 hold 14, so that a count is 2^-14 J = 61.03515625 uJ.
constexpr std::uint64_t skylake_units = 0x000A'0E03;
constexpr double two_to_minus_14 = 61.03515625e-6;
constexpr double two_to_minus_16 = 15.2587890625e-6;

/// A CPU with two hardware threads on each socket, in pairs.
void put_intel(const SystemTree& tree, int model, int sockets = 1) {
  tree.put_cpu("GenuineIntel", 6, model);
  for (int cpu = 0; cpu < 2 * sockets; ++cpu) tree.put_package(cpu, cpu / 2);
}

CounterMeter opened(const SystemTree& tree) {
  Probe<CounterMeter> probe = open_msr(tree.root());
  INFO(probe.reason());
  REQUIRE(probe.is_found());
  return probe.take();
}

/// Returns the energy between two readings, while `change` modifies the registers.
template <class Change>
WindowEnergy window(CounterMeter& meter, Change change) {
  Reading before;
  Reading after;
  REQUIRE(meter.read(before));
  change();
  REQUIRE(meter.read(after));
  return counted(meter, before, after);
}

std::vector<std::string> ids(const CounterMeter& meter) {
  std::vector<std::string> found;
  for (const Zone& zone : meter.description().zones) found.emplace_back(zone.id);
  return found;
}

using Ids = std::vector<std::string>;

}  // namespace

TEST_CASE("a client without a memory register is its package alone", "[meters][msr]") {
  const SystemTree tree;
  put_intel(tree, 0x9E);
  tree.put_register(0, units, skylake_units);
  SECTION("it shows 0") {
    tree.put_register(0, memory, 0);
    tree.put_register(0, platform, 0);
  }
  SECTION("it can't be read") {}
  tree.put_register(0, package, 5'000);
  CounterMeter meter = opened(tree);
  const MeterDescription& what = meter.description();
  CHECK(what.source == "rapl-msr");
  CHECK(what.root == tree.file("dev/cpu"));
  CHECK(what.scope == Scope::package);
  CHECK(what.provenance == Provenance::measured);
  REQUIRE(what.zones.size() == 1);
  CHECK(what.zones[0].name == "package-0");
  CHECK(what.zones[0].modulus == 4'294'967'296);
  CHECK(what.zones[0].per_count.si() == Approx(two_to_minus_14));
  // 65 536 counts of 2^-14 J are 4 J.
  const WindowEnergy found = window(meter, [&] { tree.put_register(0, package, 70'536); });
  REQUIRE(found.energy.is_known());
  CHECK(found.energy.value.si() == Approx(4.0));
}

TEST_CASE("a Skylake server's memory counts in 2^-16 J, whatever its register of units says",
          "[meters][msr]") {
  const SystemTree tree;
  put_intel(tree, 0x55);
  tree.put_register(0, units, skylake_units);
  tree.put_register(0, package, 100);
  tree.put_register(0, memory, 200);
  CounterMeter meter = opened(tree);
  CHECK(meter.description().scope == (Scope::package | Scope::dram));
  REQUIRE(meter.description().zones.size() == 2);
  CHECK(meter.description().zones[1].name == "dram");
  CHECK(meter.description().zones[1].per_count.si() == Approx(two_to_minus_16));
  // 16 384 x 2^-14 J + 32 768 x 2^-16 J
  const WindowEnergy found = window(meter, [&] {
    tree.put_register(0, package, 16'484);
    tree.put_register(0, memory, 32'968);
  });
  REQUIRE(found.energy.is_known());
  CHECK(found.energy.value.si() == Approx(1.5));
}

TEST_CASE("a Haswell client's memory counts in the unit of its package", "[meters][msr]") {
  const SystemTree tree;
  put_intel(tree, 0x3C);
  tree.put_register(0, units, skylake_units);
  tree.put_register(0, package, 100);
  tree.put_register(0, memory, 200);
  const CounterMeter meter = opened(tree);
  CHECK(meter.description().scope == (Scope::package | Scope::dram));
  REQUIRE(meter.description().zones.size() == 2);
  CHECK(meter.description().zones[1].per_count.si() == Approx(two_to_minus_14));
}

TEST_CASE("psys of Sapphire Rapids counts whole joules", "[meters][msr]") {
  const SystemTree tree;
  put_intel(tree, 0x8F);
  tree.put_register(0, units, skylake_units);
  tree.put_register(0, package, 100);
  tree.put_register(0, memory, 200);
  tree.put_register(0, platform, 5);
  CounterMeter meter = opened(tree);
  CHECK(meter.description().scope == Scope::psys);
  REQUIRE(meter.description().zones.size() == 1);
  CHECK(meter.description().zones[0].name == "psys");
  const WindowEnergy found = window(meter, [&] { tree.put_register(0, platform, 12); });
  REQUIRE(found.energy.is_known());
  CHECK(found.energy.value.si() == Approx(7.0));
}

TEST_CASE("psys of a client counts in the unit of its package", "[meters][msr]") {
  const SystemTree tree;
  put_intel(tree, 0x5E);
  tree.put_register(0, units, skylake_units);
  tree.put_register(0, package, 100);
  tree.put_register(0, platform, 5);
  const CounterMeter meter = opened(tree);
  REQUIRE(meter.description().zones.size() == 1);
  CHECK(meter.description().zones[0].per_count.si() == Approx(two_to_minus_14));
}

TEST_CASE("AMD keeps its energy in registers of its own", "[meters][msr]") {
  const SystemTree tree;
  const char* vendor = "AuthenticAMD";
  int family = 0x17;
  SECTION("Zen 2") {}
  SECTION("Zen 3") { family = 0x19; }
  SECTION("Hygon") {
    vendor = "HygonGenuine";
    family = 0x18;
  }
  tree.put_cpu(vendor, family, 0x31);
  tree.put_package(0, 0);
  // In a file the two overlap: only the lower 16 bits of the units remain, which hold the energy's.
  tree.put_register(0, amd_units, 0x000A'1003);  // bits 12:8 hold 16
  tree.put_register(0, amd_package, 1'000);
  CounterMeter meter = opened(tree);
  CHECK(meter.description().scope == Scope::package);
  REQUIRE(meter.description().zones.size() == 1);
  CHECK(meter.description().zones[0].per_count.si() == Approx(two_to_minus_16));
  // 131 072 x 2^-16 J
  const WindowEnergy found = window(meter, [&] { tree.put_register(0, amd_package, 132'072); });
  REQUIRE(found.energy.is_known());
  CHECK(found.energy.value.si() == Approx(2.0));
}

TEST_CASE("both sockets are read, each through the first of its CPUs", "[meters][msr]") {
  const SystemTree tree;
  put_intel(tree, 0x55, 2);
  for (const int cpu : {0, 2}) {
    tree.put_register(cpu, units, skylake_units);
    tree.put_register(cpu, package, 1'000);
    tree.put_register(cpu, memory, 1'000);
  }
  CounterMeter meter = opened(tree);
  CHECK(meter.description().scope == (Scope::package | Scope::dram));
  CHECK(ids(meter) == Ids{"intel-rapl:0", "intel-rapl:0:0", "intel-rapl:1", "intel-rapl:1:0"});
  // 16 384 + 32 768 counts of 2^-14 J, 65 536 + 131 072 of 2^-16 J: 1 + 2 + 1 + 2 J
  const WindowEnergy found = window(meter, [&] {
    tree.put_register(0, package, 17'384);
    tree.put_register(2, package, 33'768);
    tree.put_register(0, memory, 66'536);
    tree.put_register(2, memory, 132'072);
  });
  REQUIRE(found.energy.is_known());
  CHECK(found.energy.value.si() == Approx(6.0));
}

TEST_CASE("forty sockets are all read, beyond a gap of 200 CPUs that are switched off",
          "[meters][msr]") {
  const SystemTree tree;
  tree.put_cpu("GenuineIntel", 6, 0x55);
  const auto cpu_of = [](int socket) { return socket < 20 ? socket : socket + 200; };
  for (int socket = 0; socket < 40; ++socket) {
    tree.put_package(cpu_of(socket), socket);
    tree.put_register(cpu_of(socket), units, skylake_units);
    tree.put_register(cpu_of(socket), package, 1'000);
  }
  CounterMeter meter = opened(tree);
  REQUIRE(meter.description().zones.size() == 40);
  CHECK(meter.description().zones[39].name == "package-39");
  // 16 384 counts of 2^-14 J each
  const WindowEnergy found = window(meter, [&] {
    for (int socket = 0; socket < 40; ++socket) {
      tree.put_register(cpu_of(socket), package, 17'384);
    }
  });
  REQUIRE(found.energy.is_known());
  CHECK(found.energy.value.si() == Approx(40.0));
}

TEST_CASE("a second socket whose first CPUs are switched off is read all the same",
          "[meters][msr]") {
  const SystemTree tree;
  tree.put_cpu("GenuineIntel", 6, 0x55);
  tree.put_package(0, 0);
  tree.put_package(40, 1);
  for (const int cpu : {0, 40}) {
    tree.put_register(cpu, units, skylake_units);
    tree.put_register(cpu, package, 1'000);
  }
  CHECK(ids(opened(tree)) == Ids{"intel-rapl:0", "intel-rapl:1"});
}

TEST_CASE("a second socket that can't be read leaves no smaller sum", "[meters][msr]") {
  const SystemTree tree;
  put_intel(tree, 0x55, 2);
  tree.put_register(0, units, skylake_units);
  tree.put_register(0, package, 1'000);
  const Probe<CounterMeter> probe = open_msr(tree.root());
  REQUIRE_FALSE(probe.is_found());
  CHECK(has(probe.reason(), tree.file("dev/cpu/2/msr")));
}

TEST_CASE("memory that one of two sockets counts is left out of the sum", "[meters][msr]") {
  const SystemTree tree;
  put_intel(tree, 0x55, 2);
  for (const int cpu : {0, 2}) {
    tree.put_register(cpu, units, skylake_units);
    tree.put_register(cpu, package, 1'000);
  }
  tree.put_register(2, memory, 1'000);
  const CounterMeter meter = opened(tree);
  CHECK(meter.description().scope == Scope::package);
  CHECK(ids(meter) == Ids{"intel-rapl:0", "intel-rapl:1"});
}

TEST_CASE("msr_safe is read where there is no msr", "[meters][msr]") {
  const SystemTree tree;
  put_intel(tree, 0x9E);
  tree.put_register(0, units, skylake_units, "msr_safe");
  tree.put_register(0, package, 1'000, "msr_safe");
  CounterMeter meter = opened(tree);
  const WindowEnergy found =
      window(meter, [&] { tree.put_register(0, package, 17'384, "msr_safe"); });
  REQUIRE(found.energy.is_known());
  CHECK(found.energy.value.si() == Approx(1.0));
}

TEST_CASE("a register that wrapped between two readings costs no joule", "[meters][msr]") {
  const SystemTree tree;
  put_intel(tree, 0x9E);
  tree.put_register(0, units, skylake_units);
  tree.put_register(0, package, 0xFFFF'FFF0);
  CounterMeter meter = opened(tree);
  // 16 counts up to the wrap, and 16 368 beyond it
  const WindowEnergy found = window(meter, [&] { tree.put_register(0, package, 16'368); });
  REQUIRE(found.energy.is_known());
  CHECK(found.energy.value.si() == Approx(1.0));
}

TEST_CASE("turns of a register are watched within a window that could hide two", "[meters][msr]") {
  const SystemTree tree;
  put_intel(tree, 0x9E);
  tree.put_register(0, units, 0x000A'1503);  // bits 12:8 hold 21: a turn is 2^32 x 2^-21 J = 2048 J
  tree.put_register(0, package, 1);
  CounterMeter meter = opened(tree);
  // 2 kW, the most that a zone may draw, is 2400 J in the window.
  Reading before;
  Reading after;
  REQUIRE(meter.read(before));
  for (std::uint64_t joules = 200; joules <= 2400; joules += 200) {
    CounterMeter::wait(100_ms);
    tree.put_register(0, package, 1 + (joules << 21U));  // its upper half does not count
  }
  REQUIRE(meter.read(after));
  const WindowEnergy found = meter.energy(before, after);
  INFO(found.why_missing);
  REQUIRE(found.energy.is_known());
  CHECK(found.energy.value.si() == Approx(2400.0).epsilon(0.001));
}

TEST_CASE("a register of which only a part can be read is an error of the device",
          "[meters][msr]") {
  const SystemTree tree;
  put_intel(tree, 0x9E);
  tree.put_register(0, units, skylake_units);
  std::filesystem::resize_file(tree.file("dev/cpu/0/msr"), units + 4);
  const Probe<CounterMeter> probe = open_msr(tree.root());
  CHECK_FALSE(probe.is_found());
  CHECK(has(probe.reason(), "input/output error"));
}

TEST_CASE("the upper half of a register does not count", "[meters][msr]") {
  const SystemTree tree;
  put_intel(tree, 0x9E);
  tree.put_register(0, units, skylake_units);
  tree.put_register(0, package, 0xDEAD'BEEF'0000'1234);
  CounterMeter meter = opened(tree);
  Reading reading;
  REQUIRE(meter.read(reading));
  CHECK(reading.counts[0] == 0x1234);
}

TEST_CASE("a register that vanishes during a run is a failed reading", "[meters][msr]") {
  const SystemTree tree;
  put_intel(tree, 0x9E);
  tree.put_register(0, units, skylake_units);
  tree.put_register(0, package, 1'000);
  CounterMeter meter = opened(tree);
  Reading reading;
  REQUIRE(meter.read(reading));
  std::filesystem::resize_file(tree.file("dev/cpu/0/msr"), 0);
  CHECK_FALSE(meter.read(reading));
}

TEST_CASE("registers that may not be read are a reason with its fix", "[meters][msr]") {
  const SystemTree tree;
  put_intel(tree, 0x9E);
  tree.put_register(0, units, skylake_units);
  tree.put_register(0, package, 1'000);
  enum : int { fine, found, other_state, other_reason, other_fix };
  const std::string root = tree.root();
  const std::string path = tree.file("dev/cpu/0/msr");
  const int code = as_nobody(root, [&] {
    const Probe<CounterMeter> probe = open_msr(root);
    if (probe.is_found()) return int{found};
    if (probe.state() != ProbeState::forbidden) return int{other_state};
    if (!has(probe.reason(), "permission denied")) return int{other_reason};
    return int{has(probe.fix(), "CAP_SYS_RAWIO") ? fine : other_fix};
  });
  if (code == -1) {
    WARN("skipped: cannot become a user who may see the folder but not the file");
    return;
  }
  CHECK(code == fine);
}

TEST_CASE("who may not read msr reads msr_safe", "[meters][msr]") {
  const SystemTree tree;
  put_intel(tree, 0x9E);
  for (const char* device : {"msr", "msr_safe"}) {
    tree.put_register(0, units, skylake_units, device);
    tree.put_register(0, package, 1'000, device);
  }
  std::filesystem::permissions(tree.file("dev/cpu/0/msr_safe"), std::filesystem::perms::others_read,
                               std::filesystem::perm_options::add);
  const std::string root = tree.root();
  const int code = as_nobody(root, [&] { return open_msr(root).is_found() ? 0 : 1; });
  if (code == -1) {
    WARN("skipped: cannot become a user who may see the folder but not the file");
    return;
  }
  CHECK(code == 0);
}

TEST_CASE("without the module msr the reason names its file", "[meters][msr]") {
  const SystemTree tree;
  put_intel(tree, 0x9E);
  const Probe<CounterMeter> probe = open_msr(tree.root());
  CHECK(probe.state() == ProbeState::absent);
  INFO(probe.reason());
  CHECK(has(probe.reason(), tree.file("dev/cpu/0/msr")));
  CHECK(has(probe.reason(), "no such file"));
  CHECK(has(probe.fix(), "modprobe msr"));
}

TEST_CASE("registers that have counted nothing are no meter", "[meters][msr]") {
  const SystemTree tree;
  put_intel(tree, 0x9E);
  tree.put_register(0, units, skylake_units);
  tree.put_register(0, package, 0);
  const Probe<CounterMeter> probe = open_msr(tree.root());
  CHECK(probe.state() == ProbeState::absent);
  CHECK(has(probe.reason(), "no energy register"));
}

TEST_CASE("a CPU whose registers are not known has no meter", "[meters][msr]") {
  const SystemTree tree;
  tree.put_package(0, 0);
  tree.put_register(0, units, skylake_units);
  tree.put_register(0, package, 1'000);
  SECTION("of another vendor") { tree.put_cpu("CentaurHauls", 7, 0x1B); }
  SECTION("older than AMD's energy counters") { tree.put_cpu("AuthenticAMD", 0x15, 0x02); }
  SECTION("Intel's Pentium 4") { tree.put_cpu("GenuineIntel", 15, 6); }
  SECTION("that says nothing") {}
  const Probe<CounterMeter> probe = open_msr(tree.root());
  CHECK(probe.state() == ProbeState::absent);
  CHECK(has(probe.reason(), "no RAPL registers that are known"));
  CHECK_FALSE(probe.fix().empty());
}

TEST_CASE("a meter closes its registers", "[meters][msr]") {
  const SystemTree tree;
  put_intel(tree, 0x55, 2);
  for (const int cpu : {0, 2}) {
    tree.put_register(cpu, units, skylake_units);
    tree.put_register(cpu, package, 1'000);
  }
  const std::size_t before = open_files();
  {
    const CounterMeter meter = opened(tree);
    CHECK(open_files() == before + 2);
  }
  CHECK(open_files() == before);
}

TEST_CASE("the models whose memory or platform has a unit of its own are those of the kernel",
          "[meters][msr]") {
  const auto intel = [](long model) { return detail::rapl_registers({"GenuineIntel", 6, model}); };
  // Haswell-X, Broadwell-X and -D, Knights Landing and Mill, Skylake-X, Ice Lake-X and -D
  for (const long model : {0x3F, 0x4F, 0x56, 0x57, 0x85, 0x55, 0x6A, 0x6C}) {
    CAPTURE(model);
    CHECK(intel(model).dram_unit == two_to_minus_16);
    CHECK(intel(model).psys_unit == 0.0);
  }
  // Sandy Bridge-X, Ivy Bridge-X, Haswell, Broadwell, Coffee Lake, Alder Lake
  for (const long model : {0x2D, 0x3E, 0x3C, 0x3D, 0x9E, 0x97}) {
    CAPTURE(model);
    CHECK(intel(model).dram_unit == 0.0);
    CHECK(intel(model).psys_unit == 0.0);
  }
  // Sapphire and Emerald Rapids
  for (const long model : {0x8F, 0xCF}) {
    CAPTURE(model);
    CHECK(intel(model).dram_unit == 0.0);
    CHECK(intel(model).psys_unit == 1.0);
  }
}

TEST_CASE("Atoms that count in 2^n uJ are not taken for those that count in 2^-n J",
          "[meters][msr]") {
  // Silvermont (0x37, 0x4A) and Airmont (0x4C, 0x5A): rapl_check_unit_atom in Linux
  // drivers/powercap/intel_rapl_common.c. Goldmont (0x5C) counts like all the others.
  for (const long model : {0x37, 0x4A, 0x4C, 0x5A}) {
    CAPTURE(model);
    CHECK(detail::rapl_registers({"GenuineIntel", 6, model}).units == 0);
  }
  CHECK(detail::rapl_registers({"GenuineIntel", 6, 0x5C}).units == 0x606);
}
